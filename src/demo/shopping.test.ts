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
const card = { pay: "card", card_number: "4242 4242 4242 4242", card_expiry: "12/49", card_cvc: "123" };
const cardWith = (balance: (pounds: number) => boolean, after = 0) => {
  for (let index = after; ; index++) if (balance(seededCard(index).balance)) return seededCard(index);
};

async function signedIn(index: number): Promise<TestCustomer> {
  const customer = new TestCustomer(shop.url);
  const { email, password } = seededAccount(index);
  expect((await customer.postForm("/login", { email, password })).status).toBe(303);
  return customer;
}

describe("a new customer", () => {
  test("registers, searches, fills a cart, pays and finds the order in the account", async () => {
    const customer = new TestCustomer(shop.url);
    const form = { name: "Ada <Quill>", email: "Ada@Mailbox.example", password: "correct horse" };
    const registered = await customer.postForm("/register", form);
    expect(registered.status).toBe(303);
    expect(registered.headers.get("location")).toBe("/account");
    expect(registered.headers.get("set-cookie")).toMatch(
      /^sid=[\w-]{43}; Path=\/; Max-Age=\d+; HttpOnly; SameSite=Lax$/,
    );

    const found = await customer.get("/products?q=enamel+kettle");
    const id = /href="\/products\/(\d+)"/.exec(found.text)?.[1] ?? "";
    expect(found.text).toContain("Enamel Kettle");
    expect(found.text).toContain("12 things");

    const added = await customer.postForm("/cart", { product: id, quantity: "2" });
    expect([added.status, added.headers.get("location")]).toEqual([303, "/cart"]);
    expect((await customer.get("/cart")).text).toContain("2 items");

    const paid = await customer.postForm("/checkout", { ...delivery, ...card, email: "ada@mailbox.example" });
    expect(paid.status).toBe(303);
    const order = await customer.get(paid.headers.get("location") ?? "");
    expect(order.text).toContain("card ending 4242");
    expect((await customer.get("/cart")).text).toContain("nothing in it yet");
    const account = await customer.get("/account");
    expect(account.text).toContain(shop.database.orders("ada@mailbox.example")[0]?.number ?? "no order");
    expect(account.text).toContain("Ada &lt;Quill&gt;");
    expect(account.text).not.toContain("Ada <Quill>");
  });

  test("is told what is wrong with a registration", async () => {
    const customer = new TestCustomer(shop.url);
    const taken = await customer.postForm("/register", { ...seededAccount(1), password: "long enough" });
    expect([taken.status, taken.text.includes("an account with that address already")]).toEqual([409, true]);
    const short = await customer.postForm("/register", {
      name: "A",
      email: "a@b.example",
      password: "short",
    });
    expect([short.status, short.text.includes("at least 8 characters")]).toEqual([422, true]);
    expect(
      (await customer.postForm("/register", { name: "A", email: "a@b", password: "long enough" })).status,
    ).toBe(422);
    expect(customer.cookies.size).toBe(0);
  });
});

describe("signing in", () => {
  test("sets a session that logout ends", async () => {
    const customer = await signedIn(3);
    const sid = customer.cookies.get("sid") ?? "";
    expect((await customer.get("/account")).text).toContain(seededAccount(3).name);
    expect((await customer.postForm("/logout", {})).headers.get("location")).toBe("/");
    expect(customer.cookies.has("sid")).toBe(false);
    const replayed = await customer.get("/account", { cookie: `sid=${sid}` });
    expect(replayed.headers.get("location")).toBe("/login?next=/account");
  });

  test("says the same to a wrong password and an unknown address", async () => {
    const customer = new TestCustomer(shop.url);
    const wrong = await customer.postForm("/login", { email: seededAccount(4).email, password: "nope" });
    const unknown = await customer.postForm("/login", { email: "nobody@mailbox.example", password: "nope" });
    expect([wrong.status, unknown.status]).toEqual([422, 422]);
    expect(unknown.text.replace("nobody@mailbox.example", seededAccount(4).email)).toBe(wrong.text);
    expect(customer.cookies.size).toBe(0);
  });

  test("goes on only to paths of this shop", async () => {
    const { email, password } = seededAccount(5);
    const to = async (next: string) =>
      (await new TestCustomer(shop.url).postForm("/login", { email, password, next })).headers.get(
        "location",
      );
    expect(await to("/gift-cards")).toBe("/gift-cards");
    expect(await to("//evil.example")).toBe("/account");
    expect(await to("/\\evil.example")).toBe("/account");
    expect(await to("https://evil.example/")).toBe("/account");
  });

  test("locks an account after twenty wrong passwords, even for the right one", async () => {
    const customer = new TestCustomer(shop.url);
    const { email, password } = seededAccount(6);
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 21; attempt++) {
      statuses.push((await customer.postForm("/login", { email, password: `guess ${attempt}` })).status);
    }
    expect(statuses).toEqual([...Array.from({ length: 20 }, () => 422), 423]);
    expect((await customer.postForm("/login", { email, password })).status).toBe(423);
    expect((await customer.postJson("/api/login", { email, password })).json()["error"]).toBe("locked");
  });
});

describe("the cart", () => {
  test("changes and removes lines, refuses odd quantities and unknown products", async () => {
    const customer = new TestCustomer(shop.url);
    await customer.postForm("/cart", { product: "5" });
    await customer.postForm("/cart", { product: "5", quantity: "19" });
    expect((await customer.get("/cart")).text).toContain("20 items");
    await customer.postForm("/cart", { product: "5", quantity: "4", action: "set" });
    expect((await customer.get("/cart")).text).toContain("4 items");
    for (const quantity of ["0", "-1", "21", "1.5", "many", "9".repeat(40)]) {
      expect((await customer.postForm("/cart", { product: "5", quantity })).status).toBe(422);
    }
    expect((await customer.postForm("/cart", { product: "301" })).status).toBe(404);
    await customer.postForm("/cart", { product: "5", action: "remove" });
    expect((await customer.get("/cart")).text).toContain("nothing in it yet");
  });

  test("is one and the same for the form and the JSON client", async () => {
    const customer = new TestCustomer(shop.url);
    const added = await customer.postJson("/api/cart", { product: 9, quantity: 3 });
    expect([added.status, added.json()["count"]]).toEqual([200, 3]);
    expect((await customer.get("/cart")).text).toContain("3 items");
  });
});

describe("checkout", () => {
  test("keeps the cart when payment fails, and says why", async () => {
    const customer = new TestCustomer(shop.url);
    await customer.postForm("/cart", { product: "11" });
    const attempt = (fields: Record<string, string>) =>
      customer.postForm("/checkout", { ...delivery, email: "guest@mailbox.example", ...card, ...fields });
    const declined = await attempt({ card_number: "4000000000000002" });
    expect([declined.status, declined.text.includes("declined the card")]).toEqual([402, true]);
    expect((await attempt({ card_number: "4242424242424241" })).status).toBe(422);
    expect((await attempt({ card_expiry: "01/20" })).status).toBe(402);
    expect((await attempt({ address: "" })).status).toBe(422);
    expect((await attempt({ pay: "credit" })).status).toBe(402);
    expect(
      (await attempt({ pay: "gift_card", gift_code: cardWith((pounds) => pounds === 0).code })).status,
    ).toBe(402);
    expect((await customer.get("/cart")).text).toContain("1 item");
    const guest = await attempt({});
    expect(guest.status).toBe(303);
    expect((await customer.get(guest.headers.get("location") ?? "")).status).toBe(200);
  });

  test("takes a gift card down by what was bought", async () => {
    const customer = new TestCustomer(shop.url);
    const { code, balance } = cardWith((pounds) => pounds >= 100);
    const product = (await customer.get("/api/products?q=tea+towel")).json()["products"] as {
      id: number;
      price: number;
    }[];
    await customer.postForm("/cart", { product: String(product[0]?.id) });
    const fields = { ...delivery, email: "guest@mailbox.example", pay: "gift_card", gift_code: code };
    expect((await customer.postForm("/checkout", fields)).status).toBe(303);
    const left = (await customer.get(`/gift-cards/${code}/balance`)).json()["balance"];
    expect(left).toBe(balance - (product[0]?.price ?? 0));
  });

  test("does not show an account's order to others", async () => {
    const owner = await signedIn(0);
    const number = shop.database.orders(seededAccount(0).email)[0]?.number ?? "";
    expect((await owner.get(`/orders/${number}`)).status).toBe(200);
    expect((await (await signedIn(1)).get(`/orders/${number}`)).status).toBe(404);
    expect((await new TestCustomer(shop.url).get(`/orders/${number}`)).status).toBe(404);
  });
});

describe("gift cards", () => {
  test("are bought, checked and redeemed to credit that pays for an order", async () => {
    const customer = await signedIn(10);
    const bought = await customer.postForm("/gift-cards", { amount: "250", ...card });
    const order = await customer.get(bought.headers.get("location") ?? "");
    const code = /HPGC-\d{4}-\d{4}-\d{4}/.exec(order.text.replace("HPGC-0000-0000-0000", ""))?.[0] ?? "";
    const checked = await customer.postForm("/gift-cards/balance", {
      code: code.toLowerCase().replaceAll("-", " "),
    });
    expect(checked.text).toContain("has £250.00 on it");
    expect((await customer.get(`/gift-cards/${code}/balance`)).json()).toEqual({
      code,
      balance: 250,
      currency: "GBP",
    });
    expect((await customer.postForm("/gift-cards/redeem", { code })).text).toContain(
      "£250.00 is now in your account",
    );
    expect((await customer.postForm("/gift-cards/redeem", { code })).status).toBe(409);
    await customer.postForm("/cart", { product: "2" });
    const { email } = seededAccount(10);
    const paid = await customer.postForm("/checkout", { ...delivery, email, pay: "credit" });
    expect(paid.status).toBe(303);
    expect(shop.database.orders(email)[0]?.paidWith).toBe("account credit");
  });

  test("need an account to buy and redeem, and a sensible amount", async () => {
    const guest = new TestCustomer(shop.url);
    for (const path of ["/gift-cards", "/gift-cards/redeem"]) {
      expect((await guest.postForm(path, { amount: "25", ...card })).headers.get("location")).toBe(
        "/login?next=/gift-cards",
      );
    }
    const customer = await signedIn(11);
    for (const amount of ["", "9.99", "500.01", "-25", "1e2", "25.001"]) {
      expect((await customer.postForm("/gift-cards", { amount, ...card })).status).toBe(422);
    }
    expect((await guest.postForm("/gift-cards/balance", { code: "HPGC-1" })).status).toBe(404);
    expect((await guest.get("/gift-cards/HPGC000000000000/balance")).json()).toEqual({
      error: "no_such_card",
    });
  });
});

describe("a password reset", () => {
  test("answers alike for any address, and the mailed link works once", async () => {
    const customer = await signedIn(12);
    const { email, password } = seededAccount(12);
    const guest = new TestCustomer(shop.url);
    const known = await guest.postForm("/reset", { email });
    const unknown = await guest.postForm("/reset", { email: "nobody@mailbox.example" });
    expect([known.status, known.text]).toEqual([200, unknown.text]);
    const link = /\/reset\/[\w-]{43}/.exec(shop.database.mails(email)[0]?.body ?? "")?.[0] ?? "";
    expect((await guest.get(link)).text).toContain("Choose a new password");
    expect((await guest.postForm(link, { password: "short" })).status).toBe(422);
    expect((await guest.postForm(link, { password: "a new password" })).text).toContain(
      "new password is set",
    );
    expect((await guest.postForm(link, { password: "another password" })).status).toBe(410);
    expect((await customer.get("/account")).status).toBe(303);
    expect((await guest.postForm("/login", { email, password })).status).toBe(422);
    expect((await guest.postForm("/login", { email, password: "a new password" })).status).toBe(303);
  });

  test("forced by a webhook ends sessions, voids the password and runs once per webhook id", async () => {
    const customer = await signedIn(13);
    const { email, password } = seededAccount(13);
    const call = (id: string, token = "internal-secret", user = email) =>
      customer.postJson(
        "/internal/password-resets",
        { user },
        { authorization: `Bearer ${token}`, "webhook-id": id },
      );
    expect((await call("w1", "wrong")).status).toBe(401);
    expect((await call("", "internal-secret")).status).toBe(422);
    expect((await call("w1", "internal-secret", "nobody@mailbox.example")).status).toBe(404);
    expect((await customer.get("/account")).status).toBe(200);
    expect((await call("w1")).status).toBe(202);
    expect((await call("w1")).json()["status"]).toBe("already_started");
    expect(shop.database.mails(email)).toHaveLength(1);
    expect(shop.database.sessions(email)).toBe(0);
    expect((await customer.postForm("/login", { email, password })).status).toBe(422);
  });
});
