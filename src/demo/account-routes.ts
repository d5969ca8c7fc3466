/** Registration, sign-in, sign-out and a customer's own page, as forms and pages. */
import { Elysia } from "elysia";
import { type Account, register, signIn } from "./accounts.ts";
import type { ShopDatabase } from "./database.ts";
import { readField, readPassword } from "./fields.ts";
import { listOrders } from "./orders.ts";
import { accountPage } from "./pages/account.ts";
import { loginPage, registerPage } from "./pages/sign-in.ts";
import { page, safePath, seeOther } from "./respond.ts";
import { closeSession, openSession, readTokenCookie, tokenCookie } from "./sessions.ts";
import { readVisitor } from "./visitor.ts";

/** `/login`, `/register`, `/logout` and `/account`. */
export function accountRoutes(db: ShopDatabase) {
  return new Elysia()
    .get("/login", ({ request, query }) => {
      const next = safePath(readField(query, "next"), "");
      return page(loginPage(readVisitor(db, request), { email: "", next }));
    })
    .post("/login", ({ request, body }) => {
      const form = { email: readField(body, "email"), next: safePath(readField(body, "next"), "") };
      const result = signIn(db, form.email, readPassword(body));
      if (result.kind === "success") {
        return seeOther(form.next || "/account", [startBrowserSession(db, result.account)]);
      }
      const visitor = readVisitor(db, request);
      if (result.kind === "locked") {
        const text =
          "Too many wrong passwords. Please try again in a quarter of an hour, or reset your password.";
        return page(loginPage(visitor, form, text), 423);
      }
      // The page does not say which of the two was wrong. 401 would be for HTTP's own authentication (RFC 9110 §15.5.2).
      return page(loginPage(visitor, form, "That e-mail and password do not match."), 422);
    })
    .get("/register", ({ request }) => page(registerPage(readVisitor(db, request), { name: "", email: "" })))
    .post("/register", ({ request, body }) => {
      const form = { name: readField(body, "name", 100), email: readField(body, "email", 254) };
      const result = register(db, { ...form, password: readPassword(body) });
      if (result.kind === "created") return seeOther("/account", [startBrowserSession(db, result.account)]);
      const text =
        result.kind === "taken" ? "There is an account with that address already." : result.message;
      return page(registerPage(readVisitor(db, request), form, text), result.kind === "taken" ? 409 : 422);
    })
    .post("/logout", ({ request }) => {
      const sid = readTokenCookie(request, "sid");
      if (sid !== undefined) closeSession(db, sid);
      return seeOther("/", [tokenCookie("sid", "", 0)]);
    })
    .get("/account", ({ request }) => {
      const visitor = readVisitor(db, request);
      if (visitor.account === undefined) return seeOther("/login?next=/account");
      return page(accountPage(visitor, visitor.account, listOrders(db, visitor.account.id)));
    });
}

/** Opens a browser session and gives its Set-Cookie value. */
export function startBrowserSession(db: ShopDatabase, account: Account): string {
  const { token, expiresIn } = openSession(db, account.id, "web");
  return tokenCookie("sid", token, expiresIn);
}
