/** The JSON API in the form that the web client and the mobile app share; only who is asking differs. */
import { Elysia, t } from "elysia";
import { type Account, register, type SignIn } from "./accounts.ts";
import { cartJson, changeCart, readCart } from "./cart.ts";
import { cataloguePageJson, findProduct, productJson, searchProducts } from "./catalogue.ts";
import type { ShopDatabase } from "./database.ts";
import { parseEmail, readField } from "./fields.ts";
import { balanceJson, giftCardRange } from "./gift-card-routes.ts";
import { redeemCard } from "./gift-cards.ts";
import { parsePounds, toPounds } from "./money.ts";
import {
  type Buyer,
  findOrder,
  listOrders,
  orderCart,
  orderGiftCard,
  orderJson,
  type Placed,
} from "./orders.ts";
import { startReset } from "./reset.ts";
import { json } from "./respond.ts";

/** Who sent an API request; `cookies` go out with the answer to a change of the cart. */
interface ApiCaller {
  account: Account | undefined;
  cartId: string;
  cookies: string[];
}

/** What one of the two clients brings: its prefix, and how its callers are known. */
export interface ApiClient {
  prefix: "/api" | "/api/v1";
  /** Undefined where this client must be signed in even for a cart, and is not. */
  identify(request: Request): ApiCaller | undefined;
}

const text = (maxLength: number) => t.String({ minLength: 1, maxLength });

/** E-mail and password, as every sign-in takes them. */
export const credentials = t.Object({ email: text(254), password: text(200) });

/** Name, e-mail and password. */
export const registration = t.Object({ name: text(100), email: text(254), password: text(200) });

const payment = t.Union([
  t.Object({ method: t.Literal("card"), number: text(40), expiry: text(10), cvc: text(10) }),
  t.Object({ method: t.Literal("gift_card"), code: text(60) }),
  t.Object({ method: t.Literal("credit") }),
]);
const cartChange = t.Object({
  product: t.Integer({ minimum: 1, maximum: 999_999_999 }),
  quantity: t.Optional(t.Integer({ minimum: 0, maximum: 20 })),
  action: t.Optional(t.Union([t.Literal("add"), t.Literal("set"), t.Literal("remove")])),
});
const checkout = t.Object({
  email: t.Optional(text(254)),
  name: text(100),
  address: text(200),
  city: text(100),
  postcode: text(20),
  payment,
});

/** Catalogue, cart, checkout, gift cards, reset: everything but signing in. */
export function shopApi(db: ShopDatabase, client: ApiClient) {
  return new Elysia({ prefix: client.prefix })
    .get("/products", ({ query }) => json(cataloguePageJson(searchProducts(db, query))))
    .get("/products/:id", ({ params }) => {
      const product = findProduct(db, params.id);
      return product === undefined ? json({ error: "no_such_product" }, 404) : json(productJson(product));
    })
    .post(
      "/reset",
      ({ body }) => {
        startReset(db, body.email);
        return json({ status: "accepted" }, 202);
      },
      { body: t.Object({ email: text(254) }) },
    )
    .use(accountApi(db, client))
    .use(cartApi(db, client))
    .use(giftCardApi(db, client));
}

function accountApi(db: ShopDatabase, client: ApiClient) {
  return new Elysia()
    .get("/me", ({ request }) => {
      const account = client.identify(request)?.account;
      return account === undefined ? unauthorised() : json(accountJson(account));
    })
    .get("/orders", ({ request }) => {
      const account = client.identify(request)?.account;
      if (account === undefined) return unauthorised();
      const orders = listOrders(db, account.id).map(({ number, total, createdAt }) => ({
        number,
        total: toPounds(total),
        created_at: new Date(createdAt).toISOString(),
      }));
      return json({ orders });
    });
}

function cartApi(db: ShopDatabase, client: ApiClient) {
  return new Elysia()
    .get("/cart", ({ request }) => {
      const caller = client.identify(request);
      return caller === undefined ? unauthorised() : json(cartJson(readCart(db, caller.cartId)));
    })
    .post(
      "/cart",
      ({ request, body }) => {
        const caller = client.identify(request);
        if (caller === undefined) return unauthorised();
        const { action = "add", quantity = 1 } = body;
        const result = changeCart(db, caller.cartId, { action, quantity, productId: String(body.product) });
        if (result.kind === "no_such_product") return json({ error: result.kind }, 404);
        if (result.kind === "invalid") return invalid(result.message);
        return json(cartJson(readCart(db, caller.cartId)), 200, caller.cookies);
      },
      { body: cartChange },
    )
    .post(
      "/checkout",
      ({ request, body }) => {
        const caller = client.identify(request);
        if (caller === undefined) return unauthorised();
        const cart = readCart(db, caller.cartId);
        if (cart.count === 0) return json({ error: "empty_cart" }, 409);
        const email = parseEmail(body.email ?? caller.account?.email ?? "");
        if (email === undefined) return invalid("email: an e-mail address is needed");
        const shipTo = `${body.name}, ${body.address}, ${body.city} ${body.postcode}`;
        const buyer = { accountId: caller.account?.id, email, shipTo };
        return placedJson(db, buyer, orderCart(db, caller.cartId, cart, buyer, body.payment));
      },
      { body: checkout },
    );
}

function giftCardApi(db: ShopDatabase, client: ApiClient) {
  return new Elysia({ prefix: "/gift-cards" })
    .get("/:code", ({ params }) => balanceJson(db, params.code))
    .post(
      "/",
      ({ request, body }) => {
        const account = client.identify(request)?.account;
        if (account === undefined) return unauthorised();
        const amount = parsePounds(body.amount) ?? 0;
        if (amount < giftCardRange.min || amount > giftCardRange.max) {
          return invalid("amount: choose from 10 to 500 pounds");
        }
        const buyer = { accountId: account.id, email: account.email, shipTo: `by mail to ${account.email}` };
        return placedJson(db, buyer, orderGiftCard(db, amount, buyer, body.payment));
      },
      { body: t.Object({ amount: t.Number(), payment }) },
    )
    .post(
      "/redeem",
      ({ request, body }) => {
        const account = client.identify(request)?.account;
        if (account === undefined) return unauthorised();
        const amount = parsePounds(body.amount);
        if (body.amount !== undefined && amount === undefined) return invalid("amount: not a sum in pounds");
        const result = redeemCard(db, account.id, body.code, amount);
        if (result.kind !== "redeemed")
          return json({ error: result.kind }, result.kind === "empty_card" ? 409 : 404);
        const credit = toPounds(account.credit + result.credited);
        return json({ credited: toPounds(result.credited), balance: toPounds(result.balance), credit });
      },
      { body: t.Object({ code: text(60), amount: t.Optional(t.Number()) }) },
    );
}

function placedJson(db: ShopDatabase, buyer: Buyer, placed: Placed): Response {
  if (placed.kind === "invalid") return invalid(placed.message);
  if (placed.kind === "refused") return json({ error: "payment_refused", message: placed.message }, 402);
  const found = findOrder(db, placed.number, buyer.accountId);
  return json({ order: found === undefined ? { number: placed.number } : orderJson(found) }, 201);
}

/** Creates an account from a JSON body, or gives the answer that says why not. */
export function registerByJson(db: ShopDatabase, body: typeof registration.static): Account | Response {
  const result = register(db, { ...body, name: readField(body, "name", 100) });
  if (result.kind === "created") return result.account;
  return result.kind === "taken" ? json({ error: "email_taken" }, 409) : invalid(result.message);
}

/** What both JSON sign-ins answer to a failure: 401 `invalid_grant` or `no_such_user`, 423 `locked`. */
export function failedSignIn(result: Exclude<SignIn, { kind: "success" }>): Response {
  if (result.kind === "locked") return json({ error: "locked", retry_after: 900 }, 423);
  return json({ error: result.kind === "unknown_user" ? "no_such_user" : "invalid_grant" }, 401);
}

/** An account as the JSON APIs give it, credit in pounds. */
export function accountJson({ id, email, name, credit }: Account) {
  return { id, email, name, credit: toPounds(credit) };
}

function invalid(message: string): Response {
  return json({ error: "invalid_request", message }, 422);
}

/** For a request that needs a signed-in caller (RFC 6750 §3). */
export function unauthorised(): Response {
  const response = json({ error: "invalid_token" }, 401);
  response.headers.set("www-authenticate", "Bearer");
  return response;
}
