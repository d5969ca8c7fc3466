/** The JSON API of the shop's own web pages: the browser's cookies say who is asking. */
import { Elysia } from "elysia";
import { startBrowserSession } from "./account-routes.ts";
import { signIn } from "./accounts.ts";
import { cartLifetime } from "./cart-routes.ts";
import type { ShopDatabase } from "./database.ts";
import { json } from "./respond.ts";
import { closeSession, readTokenCookie, tokenCookie } from "./sessions.ts";
import { accountJson, credentials, failedSignIn, registerByJson, registration, shopApi } from "./shop-api.ts";
import { newToken } from "./token.ts";
import { readVisitor } from "./visitor.ts";

/** `/api/login`, `/api/logout`, `/api/register` and the shared routes under `/api`. */
export function webApi(db: ShopDatabase) {
  return new Elysia()
    .post(
      "/api/login",
      ({ body }) => {
        const result = signIn(db, body.email, body.password);
        if (result.kind !== "success") return failedSignIn(result);
        return json({ user: accountJson(result.account) }, 200, [startBrowserSession(db, result.account)]);
      },
      { body: credentials },
    )
    .post(
      "/api/register",
      ({ body }) => {
        const account = registerByJson(db, body);
        if (account instanceof Response) return account;
        return json({ user: accountJson(account) }, 201, [startBrowserSession(db, account)]);
      },
      { body: registration },
    )
    .post("/api/logout", ({ request }) => {
      const sid = readTokenCookie(request, "sid");
      if (sid !== undefined) closeSession(db, sid);
      return json({ status: "signed_out" }, 200, [tokenCookie("sid", "", 0)]);
    })
    .use(
      shopApi(db, {
        prefix: "/api",
        identify(request) {
          const visitor = readVisitor(db, request);
          const cartId = visitor.cartId ?? newToken();
          return { account: visitor.account, cartId, cookies: [tokenCookie("cart", cartId, cartLifetime)] };
        },
      }),
    );
}
