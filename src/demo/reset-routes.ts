/** Password resets: the customer's pages, and the internal endpoint that a webhook calls. */
import { Elysia } from "elysia";
import type { ShopDatabase } from "./database.ts";
import { readField, readPassword } from "./fields.ts";
import { problemPage } from "./pages/problem.ts";
import { loginPage, resetPage, resetRequestPage, resetSentPage } from "./pages/sign-in.ts";
import { finishReset, forceReset, isFirstUse, isResetOpen, startReset } from "./reset.ts";
import { json, page } from "./respond.ts";
import { verifyCall } from "./signed-call.ts";
import { isSameSecret } from "./token.ts";
import { readVisitor } from "./visitor.ts";

/** `/reset`, `/reset/:token` and `POST /internal/password-resets` (bearer `internalToken`, `webhook-id`). */
export function resetRoutes(db: ShopDatabase, internalToken: string) {
  return new Elysia()
    .get("/reset", ({ request }) => page(resetRequestPage(readVisitor(db, request))))
    .post("/reset", ({ request, body }) => {
      startReset(db, readField(body, "email"));
      return page(resetSentPage(readVisitor(db, request)));
    })
    .get("/reset/:token", ({ request, params }) =>
      isResetOpen(db, params.token)
        ? page(resetPage(readVisitor(db, request), params.token))
        : deadLink(db, request),
    )
    .post("/reset/:token", ({ request, params, body }) => {
      const result = finishReset(db, params.token, readPassword(body));
      const visitor = readVisitor(db, request);
      if (result.kind === "dead_link") return deadLink(db, request);
      if (result.kind === "invalid") return page(resetPage(visitor, params.token, result.message), 422);
      return page(
        loginPage(visitor, { email: "", next: "" }, "", "Your new password is set. Please sign in."),
      );
    })
    .post("/internal/password-resets", ({ request, body }) => {
      const given = /^Bearer (.+)$/i.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
      if (given === "" || !isSameSecret(given, internalToken)) return json({ error: "unauthorized" }, 401);
      const webhookId = request.headers.get("webhook-id") ?? "";
      const user = readField(body, "user", 254);
      if (webhookId === "" || webhookId.length > 200 || user === "") {
        const message = "a webhook-id header and a JSON body with `user` are needed";
        return json({ error: "invalid_request", message }, 422);
      }
      const result = forceReset(db, user, webhookId);
      if (result === "no_such_user") return json({ error: result }, 404);
      return json({ status: result, user }, result === "started" ? 202 : 200);
    })
    .post("/hooks/password-resets", ({ body, request }) => signedReset(db, request, body, internalToken), {
      parse: "text",
    });
}

/** The signed way to ask for a reset: a new try of the same call changes nothing more, an exact repetition is refused. */
function signedReset(db: ShopDatabase, request: Request, body: unknown, secret: string): Response {
  const text = typeof body === "string" ? body : "";
  const call = verifyCall(request.headers, text, secret, Date.now());
  if (!call) return json({ error: "unauthorized", message: "the signature or its time is wrong" }, 401);
  if (!isFirstUse(db, call.signature)) return json({ error: "replayed" }, 409);
  const user = readUser(text);
  if (user === "")
    return json({ error: "invalid_request", message: "a JSON body with `user` is needed" }, 422);
  const result = forceReset(db, user, call.id);
  if (result === "no_such_user") return json({ error: result }, 404);
  return json({ status: result, user }, result === "started" ? 202 : 200);
}

function readUser(text: string): string {
  try {
    return readField(JSON.parse(text), "user", 254);
  } catch {
    return "";
  }
}

function deadLink(db: ShopDatabase, request: Request): Response {
  const text = "This link was used already or is too old. Please ask for a new one.";
  return page(problemPage(readVisitor(db, request), "That link no longer works", text), 410);
}
