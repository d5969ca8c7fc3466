/** The mobile app's API: bearer tokens, and a cart that belongs to the account. */
import { Elysia } from "elysia";
import { type Account, signIn } from "./accounts.ts";
import type { ShopDatabase } from "./database.ts";
import { json } from "./respond.ts";
import { closeSession, openSession, readBearer, readSession } from "./sessions.ts";
import {
  accountJson,
  credentials,
  failedSignIn,
  registerByJson,
  registration,
  shopApi,
  unauthorised,
} from "./shop-api.ts";

/** `/api/v1/session`, `/api/v1/register` and the shared routes under `/api/v1`. */
export function mobileApi(db: ShopDatabase) {
  return new Elysia()
    .post(
      "/api/v1/session",
      ({ body }) => {
        const result = signIn(db, body.email, body.password);
        return result.kind === "success" ? grant(db, result.account, 200) : failedSignIn(result);
      },
      { body: credentials },
    )
    .delete("/api/v1/session", ({ request }) => {
      const token = readBearer(request);
      if (token === undefined || readSession(db, token, "mobile") === undefined) return unauthorised();
      closeSession(db, token);
      return new Response(null, { status: 204 });
    })
    .post(
      "/api/v1/register",
      ({ body }) => {
        const account = registerByJson(db, body);
        return account instanceof Response ? account : grant(db, account, 201);
      },
      { body: registration },
    )
    .use(
      shopApi(db, {
        prefix: "/api/v1",
        identify(request) {
          const token = readBearer(request);
          const account = token === undefined ? undefined : readSession(db, token, "mobile");
          return account === undefined
            ? undefined
            : { account, cartId: `account:${account.id}`, cookies: [] };
        },
      }),
    );
}

function grant(db: ShopDatabase, account: Account, status: 200 | 201): Response {
  const { token, expiresIn } = openSession(db, account.id, "mobile");
  const answer = {
    access_token: token,
    token_type: "Bearer",
    expires_in: expiresIn,
    user: accountJson(account),
  };
  return json(answer, status);
}
