import { afterAll, beforeAll, describe, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getTableName } from "drizzle-orm";
import { openDatabase } from "./database.ts";
import { answerProblem } from "./problems.ts";
import { drawProduct } from "./product-art.ts";
import { collections, productKinds } from "./product-kinds.ts";
import * as schema from "./schema.ts";
import { seededAccount, seededAccounts, seededCard, seededCards } from "./seeded.ts";
import { type RunningShop, startShop } from "./shop.ts";
import { sweep } from "./sweep.ts";
import { TestCustomer } from "./test-customer.ts";

const folder = mkdtempSync(join(tmpdir(), "shop-"));
let shop: RunningShop;
beforeAll(async () => {
  shop = await startShop({ database: ":memory:", internalToken: "internal-secret" });
});
afterAll(async () => {
  await shop.stop();
  rmSync(folder, { recursive: true });
});

describe("HTTP manners", () => {
  test("every asset that a page names is there, typed, tagged and answered 304 the second time", async () => {
    const customer = new TestCustomer(shop.url);
    const home = await customer.get("/");
    const paths = [...home.text.matchAll(/(?:src|href)="(\/[^"]+\.(?:css|js|svg))"/g)].map(
      (match) => match[1]!,
    );
    expect(new Set(paths).size).toBeGreaterThan(10);
    for (const path of new Set(paths)) {
      const first = await customer.get(path);
      const etag = first.headers.get("etag") ?? "";
      expect([path, first.status, first.headers.get("cache-control")]).toEqual([
        path,
        200,
        "public, max-age=3600",
      ]);
      expect(first.headers.get("content-type")).toMatch(
        /^(text\/(css|javascript); charset=utf-8|image\/svg\+xml)$/,
      );
      for (const tags of [etag, `"other", W/${etag}`, "*"]) {
        expect((await customer.get(path, { "if-none-match": tags })).status).toBe(304);
      }
      expect((await customer.get(path, { "if-none-match": '"other"' })).status).toBe(200);
    }
  });

  test("HEAD is GET without the body", async () => {
    const customer = new TestCustomer(shop.url);
    for (const path of ["/", "/products/3", "/assets/shop.css", "/api/products"]) {
      const head = await customer.send(path, { method: "HEAD" });
      const get = await customer.get(path);
      expect([path, head.status, head.text]).toEqual([path, 200, ""]);
      expect(head.headers.get("content-type")).toBe(get.headers.get("content-type"));
    }
  });

  test("tells a wrong address from a wrong method, as a page and as JSON", async () => {
    const customer = new TestCustomer(shop.url);
    expect((await customer.get("/nowhere")).text).toContain("Nothing here");
    expect((await customer.get("/api/nowhere")).json()["error"]).toBe("not_found");
    expect((await customer.get("/products/0")).status).toBe(404);
    const wrong = await customer.send("/login", { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD, POST"]);
    expect((await customer.get("/api/v1/session")).headers.get("allow")).toBe("DELETE, POST");
  });

  test("no page has inline script or style, which its policy forbids", async () => {
    const customer = new TestCustomer(shop.url);
    for (const path of [
      "/",
      "/products",
      "/products/1",
      "/cart",
      "/login",
      "/register",
      "/gift-cards",
      "/reset",
    ]) {
      const { text, headers } = await customer.get(path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(text).not.toMatch(/<style|style=|<script(?! src)|\son\w+=/);
    }
  });
});

describe("hostile input", () => {
  const hostile = [
    "'; DROP TABLE accounts; --",
    '"><script>alert(1)</script>',
    "\u0000\u0007",
    "%",
    "_".repeat(5000),
    "\\",
    "😀\ud800",
    "__proto__",
    "../../etc/passwd",
    "9".repeat(400),
    "-1",
    "NaN",
  ];

  test("in a form or query never breaks a route or reaches a page unescaped", async () => {
    const customer = new TestCustomer(shop.url);
    const forms = [
      "/login",
      "/register",
      "/cart",
      "/checkout",
      "/gift-cards/balance",
      "/gift-cards",
      "/reset",
    ];
    const names = [
      "email",
      "password",
      "name",
      "product",
      "quantity",
      "action",
      "code",
      "amount",
      "next",
      "pay",
    ];
    for (const value of hostile) {
      for (const path of forms) {
        const answer = await customer.postForm(path, Object.fromEntries(names.map((name) => [name, value])));
        expect([path, value.slice(0, 20), answer.status < 500]).toEqual([path, value.slice(0, 20), true]);
        expect(answer.text).not.toContain("<script>alert");
      }
      const text = encodeURIComponent(value.toWellFormed());
      for (const path of [`/products?q=${text}&page=${text}&category=${text}`, `/products/${text}`]) {
        const answer = await customer.get(path);
        expect(answer.status).toBeLessThan(500);
        expect(answer.text).not.toContain("<script>alert");
      }
      expect((await customer.get(`/login?next=${text}`)).status).toBe(200);
      expect((await customer.get(`/gift-cards/${text}/balance`)).status).toBe(404);
      expect((await customer.get(`/orders/${text}`)).status).toBe(404);
      expect((await customer.get(`/reset/${text}`)).status).toBeGreaterThan(403);
    }
    expect((await customer.get("/products?q=%25")).text).toContain("Nothing matches");
  });

  test("as JSON of the wrong shape is refused with a reason", async () => {
    const customer = new TestCustomer(shop.url);
    const bodies = [null, [], "text", 7, {}, { email: {}, password: [] }, { email: ["a"], password: "b" }];
    const posts = [
      "/api/login",
      "/api/register",
      "/api/v1/session",
      "/api/v1/register",
      "/api/v1/reset",
      "/api/cart",
    ];
    for (const path of posts) {
      for (const body of bodies) {
        const answer = await customer.postJson(path, body);
        expect([path, answer.status, answer.json()["error"]]).toEqual([path, 422, "invalid_request"]);
      }
      const cut = { method: "POST", body: '{"email":', headers: { "content-type": "application/json" } };
      expect((await customer.send(path, cut)).json()["error"]).toBe("malformed_body");
    }
  });

  test("of any other kind is survived: odd types, repeated fields, broken cookies, big bodies", async () => {
    const customer = new TestCustomer(shop.url);
    const post = (type: string, body: string) =>
      customer.send("/login", { method: "POST", body, headers: { "content-type": type } });
    const form = "application/x-www-form-urlencoded";
    expect((await post(form, "email=a&email=b&password=c")).status).toBe(422);
    expect((await post(form, "email[x]=a&password[]=b&__proto__=c&%zz=%zz")).status).toBe(422);
    expect((await post("multipart/form-data; boundary=x", "--y\r\nrubbish")).status).toBe(400);
    expect((await post("text/plain", "email=a")).status).toBe(422);
    expect((await post("application/octet-stream", "\u0000")).status).toBe(422);
    expect((await post(form, `email=${"a".repeat(70_000)}`)).status).toBe(413);
    for (const cookie of ["sid=", "sid=%zz; cart=%", `sid=${"a".repeat(43)}`, "sid={}; cart=[1]", "=;;="]) {
      expect((await customer.get("/account", { cookie })).status).toBe(303);
      expect((await customer.get("/cart", { cookie })).status).toBe(200);
    }
    expect((await customer.get("/api/v1/me", { authorization: "Bearer " })).status).toBe(401);
  });
});

test("a fault inside gives a plain 500 and says nothing of its cause", async () => {
  const { db, close } = openDatabase(":memory:", 1);
  close();
  const said = spyOn(console, "error").mockImplementation(() => {});
  const fail = (path: string) =>
    answerProblem(db, [], new Request(`http://shop.test${path}`), "UNKNOWN", new Error("secret cause"));
  const [page, api] = [fail("/cart"), fail("/api/cart")];
  expect([page.status, api.status, await api.json()]).toMatchObject([500, 500, { error: "internal_error" }]);
  expect(await page.text()).not.toContain("secret cause");
  expect(said).toHaveBeenCalledTimes(2);
  said.mockRestore();
});

describe("the seeded shop", () => {
  test("is the same for the same seed, different for another, and quick to fill", () => {
    const started = performance.now();
    const one = openDatabase(":memory:", 7);
    expect(performance.now() - started).toBeLessThan(1000);
    const again = openDatabase(":memory:", 7);
    const other = openDatabase(":memory:", 8);
    const rows = (db: typeof one.db) =>
      [schema.accounts, schema.products, schema.giftCards, schema.orders, schema.orderLines].map((table) =>
        db.select().from(table).all(),
      );
    expect(rows(again.db)).toEqual(rows(one.db));
    expect(rows(other.db)).not.toEqual(rows(one.db));
    expect(rows(one.db).map((table) => table.length)).toEqual([
      3000,
      300,
      2000,
      expect.any(Number),
      expect.any(Number),
    ]);
    for (const { close } of [one, again, other]) close();
  });

  test("knows the accounts and cards that can be derived without it", async () => {
    const customer = new TestCustomer(shop.url);
    for (const index of [0, 1234, seededAccounts - 1]) {
      const { email, password } = seededAccount(index);
      expect((await customer.postForm("/login", { email, password })).status).toBe(303);
    }
    for (const index of [0, 999, seededCards - 1]) {
      const { code, balance } = seededCard(index);
      expect((await customer.get(`/gift-cards/${code}/balance`)).json()).toEqual({
        code,
        balance,
        currency: "GBP",
      });
    }
    const emails = Array.from({ length: seededAccounts }, (_, index) => seededAccount(index).email);
    expect(new Set(emails).size).toBe(seededAccounts);
  });

  test("has a drawing for every kind of product", () => {
    const plain = drawProduct("no such kind", "Skerry");
    for (const { name } of productKinds) {
      for (const collection of collections) expect(drawProduct(name, collection.name)).not.toContain('"C"');
      expect(drawProduct(name, "Skerry")).not.toBe(plain);
    }
  });

  test("describes to Drizzle exactly the tables that its SQL creates", () => {
    const { db, close } = openDatabase(":memory:", 1);
    for (const table of Object.values(schema)) {
      expect(() => db.select().from(table).limit(1).all(), getTableName(table)).not.toThrow();
    }
    close();
  });
});

describe("a shop on disk", () => {
  test("keeps accounts, sessions and orders over a restart and is not seeded twice", async () => {
    const database = join(folder, "shop.db");
    const customer = { email: "ada@mailbox.example", password: "correct horse", name: "Ada" };
    const first = await startShop({ database, internalToken: "x" });
    const registered = await new TestCustomer(first.url).postForm("/register", customer);
    await first.stop();
    const second = await startShop({ database, internalToken: "x", seed: 99 });
    const returning = new TestCustomer(second.url);
    const cookie = registered.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    expect((await returning.get("/account", { cookie })).text).toContain("Hello, Ada");
    const { email, password } = seededAccount(0);
    expect((await returning.postForm("/login", { email, password })).status).toBe(303);
    await second.stop();
  });

  test("does not start on a taken port, without a token or where it may not write", async () => {
    const options = { database: ":memory:", internalToken: "x" };
    const outcome = (more: object) => startShop({ ...options, ...more }).then(() => "started", String);
    expect(await outcome({ port: shop.port })).toContain("in use");
    expect(await outcome({ internalToken: "" })).toContain("internal token");
    expect(await outcome({ database: join(folder, "missing", "shop.db") })).toContain("unable to open");
  });
});

describe("the sweep", () => {
  test("forgets expired sessions and old carts, and keeps live ones", () => {
    const { db, close } = openDatabase(":memory:", 1);
    const now = Date.now();
    const session = (tokenHash: string, expiresAt: number) =>
      db
        .insert(schema.sessions)
        .values({ tokenHash, accountId: 1, kind: "web", createdAt: now, expiresAt })
        .run();
    const line = (cartId: string, touchedAt: number) =>
      db.insert(schema.cartItems).values({ cartId, productId: 1, quantity: 1, touchedAt }).run();
    session("old", now - 1);
    session("live", now + 1000);
    line("old", now - 31 * 86_400_000);
    line("live", now);
    sweep(db, now);
    expect(
      db
        .select()
        .from(schema.sessions)
        .all()
        .map((row) => row.tokenHash),
    ).toEqual(["live"]);
    expect(
      db
        .select()
        .from(schema.cartItems)
        .all()
        .map((row) => row.cartId),
    ).toEqual(["live"]);
    close();
  });
});
