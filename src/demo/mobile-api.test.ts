import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { seededAccount, seededCard } from "./seeded.ts";
import { type RunningShop, startShop } from "./shop.ts";
import { TestCustomer } from "./test-customer.ts";

let shop: RunningShop;
beforeAll(async () => {
  shop = await startShop({ database: ":memory:", internalToken: "internal-secret" });
});
afterAll(() => shop.stop());

const delivery = { name: "Ada Quill", address: "1 Quay Street", city: "Saltwick", postcode: "SW1 2HP" };
const card = { method: "card", number: "4242424242424242", expiry: "12/49", cvc: "123" };

async function tokenOf(app: TestCustomer, index: number): Promise<{ authorization: string }> {
  const { email, password } = seededAccount(index);
  const answer = await app.postJson("/api/v1/session", { email, password });
  expect(answer.status).toBe(200);
  return { authorization: `Bearer ${String(answer.json()["access_token"])}` };
}

describe("the mobile API", () => {
  test("answers a sign-in with a token, or says which part was wrong", async () => {
    const app = new TestCustomer(shop.url);
    const { email, password, name } = seededAccount(20);
    const granted = await app.postJson("/api/v1/session", { email, password });
    expect(granted.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]{43}$/),
      token_type: "Bearer",
      expires_in: 2_592_000,
      user: { id: 21, email, name, credit: 0 },
    });
    expect(granted.headers.getSetCookie()).toEqual([]);
    const wrong = await app.postJson("/api/v1/session", { email, password: "x" });
    expect([wrong.status, wrong.json()]).toEqual([401, { error: "invalid_grant" }]);
    const unknown = await app.postJson("/api/v1/session", { email: "no@mailbox.example", password: "x" });
    expect([unknown.status, unknown.json()]).toEqual([401, { error: "no_such_user" }]);
    const missing = await app.postJson("/api/v1/session", { email });
    expect(missing.json()).toEqual({ error: "invalid_request", message: "password: missing or not valid" });
  });

  test("shops from catalogue to order, then signs out", async () => {
    const app = new TestCustomer(shop.url);
    const bearer = await tokenOf(app, 21);
    const found = (await app.get("/api/v1/products?q=lantern&page=1")).json();
    const first = (found["products"] as { id: number; price: number }[])[0]!;
    expect((await app.get(`/api/v1/products/${first.id}`)).json()["price"]).toBe(first.price);
    const cart = await app.postJson("/api/v1/cart", { product: first.id, quantity: 2 }, bearer);
    expect(cart.json()["total"]).toBe(first.price * 2);
    expect((await app.get("/api/v1/cart", bearer)).json()).toEqual(cart.json());
    const order = await app.postJson("/api/v1/checkout", { ...delivery, payment: card }, bearer);
    expect(order.status).toBe(201);
    expect(order.json()["order"]).toMatchObject({ total: first.price * 2, paid_with: "card ending 4242" });
    expect((await app.postJson("/api/v1/checkout", { ...delivery, payment: card }, bearer)).json()).toEqual({
      error: "empty_cart",
    });
    expect((await app.send("/api/v1/session", { method: "DELETE", headers: bearer })).status).toBe(204);
    const after = await app.get("/api/v1/me", bearer);
    expect([after.status, after.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  });

  test("redeems part of a gift card and no more than it has", async () => {
    const app = new TestCustomer(shop.url);
    const bearer = await tokenOf(app, 22);
    let index = 0;
    while (seededCard(index).balance < 50) index++;
    const { code, balance } = seededCard(index);
    const part = await app.postJson("/api/v1/gift-cards/redeem", { code, amount: 10.5 }, bearer);
    expect(part.json()).toEqual({ credited: 10.5, balance: balance - 10.5, credit: 10.5 });
    expect((await app.get(`/api/v1/gift-cards/${code}`)).json()["balance"]).toBe(balance - 10.5);
    const rest = await app.postJson("/api/v1/gift-cards/redeem", { code, amount: 9999 }, bearer);
    expect(rest.json()).toMatchObject({ credited: balance - 10.5, balance: 0, credit: balance });
    expect((await app.postJson("/api/v1/gift-cards/redeem", { code }, bearer)).status).toBe(409);
    expect((await app.postJson("/api/v1/gift-cards/redeem", { code })).status).toBe(401);
    expect((await app.postJson("/api/v1/gift-cards/redeem", { code, amount: -1 }, bearer)).status).toBe(422);
  });

  test("credits a card once when redeemed from many requests at once", async () => {
    const app = new TestCustomer(shop.url);
    const bearer = await tokenOf(app, 23);
    const bought = await app.postJson("/api/v1/gift-cards", { amount: 40, payment: card }, bearer);
    const code = (bought.json()["order"] as { gift_cards: string[] }).gift_cards[0]!;
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => app.postJson("/api/v1/gift-cards/redeem", { code }, bearer)),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect((await app.get("/api/v1/me", bearer)).json()["credit"]).toBe(40);
  });

  test("registers and resets", async () => {
    const app = new TestCustomer(shop.url);
    const form = { name: "Ada Quill", email: "ada@mailbox.example", password: "correct horse" };
    const created = await app.postJson("/api/v1/register", form);
    expect([created.status, typeof created.json()["access_token"]]).toEqual([201, "string"]);
    expect((await app.postJson("/api/v1/register", form)).json()).toEqual({ error: "email_taken" });
    expect((await app.postJson("/api/v1/reset", { email: form.email })).status).toBe(202);
    expect(shop.database.mails(form.email)).toHaveLength(1);
    expect((await app.postJson("/api/v1/reset", { email: "no@mailbox.example" })).status).toBe(202);
  });

  test("and the browser's session do not stand in for each other", async () => {
    const customer = new TestCustomer(shop.url);
    const { email, password } = seededAccount(24);
    const login = await customer.postJson("/api/login", { email, password });
    expect([login.status, login.json()]).toMatchObject([200, { user: { email } }]);
    expect(login.headers.get("set-cookie")).toMatch(/^sid=[\w-]{43}; .*HttpOnly; SameSite=Lax$/);
    expect((await customer.get("/api/me")).json()["email"]).toBe(email);
    const sid = customer.cookies.get("sid") ?? "";
    expect((await customer.get("/api/v1/me", { authorization: `Bearer ${sid}` })).status).toBe(401);
    const { authorization } = await tokenOf(customer, 24);
    expect((await customer.get("/api/me", { cookie: `sid=${authorization.slice(7)}` })).status).toBe(401);
    await customer.postJson("/api/logout", {});
    expect((await customer.get("/api/me")).status).toBe(401);
  });
});
