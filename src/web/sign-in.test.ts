import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type ConsoleFixture, consoleFixture, fixtureUser } from "./console-fixture.ts";

let now = Date.now();
let fixture: ConsoleFixture;
beforeAll(async () => {
  fixture = await consoleFixture([], { now: () => now });
});
afterAll(() => fixture.close());

const post = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fixture.send("/sign-in", { method: "POST", body: new URLSearchParams(fields), headers });

describe("signing in", () => {
  test("the right password opens a session whose token is not stored", async () => {
    const response = await post({ ...fixtureUser, next: "/events?decision=block" });
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe("/events?decision=block");
    const field = response.headers.get("set-cookie") ?? "";
    expect(field).toMatch(/^sallyport_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    const token = /=([\w-]{43})/.exec(field)?.[1] ?? "";
    expect(await fixture.store.reader.session(token)).toBeUndefined();
    const hash = new Bun.CryptoHasher("sha256").update(token).digest("hex");
    expect((await fixture.store.reader.session(hash))?.user).toBe("ana");
  });

  test("over HTTPS the cookie is marked Secure", async () => {
    const secure = await consoleFixture([], { isHttps: true });
    const response = await secure.send("/sign-in", {
      method: "POST",
      body: new URLSearchParams(fixtureUser),
    });
    await secure.close();
    expect(response.headers.get("set-cookie")).toEndWith("; Secure");
  });

  test.each([
    ["a wrong password", { name: "ana", password: "guess" }],
    ["a name that does not exist", { name: "bob", password: "guess" }],
    ["no password", { name: "ana", password: "" }],
    ["a name of any length", { name: "x".repeat(5000), password: "guess" }],
  ])("%s is refused with the same words", async (_, fields) => {
    now += 3_600_000;
    const response = await post(fields);
    expect(response.status).toBe(401);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).toContain("Name or password is wrong.");
  });

  test.each(["//evil.example", "/\\evil.example", "https://evil.example", "/a\nb", ""])(
    "next %p cannot lead elsewhere",
    async (next) => {
      now += 3_600_000;
      expect((await post({ ...fixtureUser, next })).headers.get("location")).toBe("/");
    },
  );

  test.each([
    [["console.shop.example"], 303],
    [[], 429],
  ])(
    "behind a proxy that was declared (%p), who guesses keeps nobody else out",
    async (extraHosts, status) => {
      const proxied = await consoleFixture([], { extraHosts });
      const tryFrom = async (address: string, fields: Record<string, string>) => {
        const headers = { "x-forwarded-for": `192.0.2.77, ${address}` };
        const body = new URLSearchParams(fields);
        return (await proxied.send("/sign-in", { method: "POST", body, headers })).status;
      };
      for (let index = 0; index < 5; index++)
        await tryFrom("203.0.113.1", { name: `n${index}`, password: "x" });
      expect(await tryFrom("203.0.113.1", fixtureUser)).toBe(429);
      expect(await tryFrom("203.0.113.2", fixtureUser)).toBe(status);
      await proxied.close();
    },
  );

  test("guessing is slowed down, whatever the password is then", async () => {
    now += 3_600_000;
    const statuses: number[] = [];
    for (let index = 0; index < 5; index++)
      statuses.push((await post({ name: "ana", password: "x" })).status);
    const refused = await post(fixtureUser);
    expect(statuses).toEqual([401, 401, 401, 401, 401]);
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBe("1");
    now += 1001;
    expect((await post(fixtureUser)).status).toBe(303);
  });

  test("only a small form is read", async () => {
    now += 3_600_000;
    const json = await fixture.send("/sign-in", {
      method: "POST",
      body: JSON.stringify(fixtureUser),
      headers: { "content-type": "application/json" },
    });
    expect(json.status).toBe(400);
    expect((await post({ ...fixtureUser, more: "x".repeat(9000) })).status).toBe(400);
  });
});

describe("a session", () => {
  test("ends on the server when its owner signs out", async () => {
    now += 3_600_000;
    const cookie = await fixture.signIn();
    expect((await fixture.send("/", { cookie })).status).toBe(200);
    const out = await fixture.send("/sign-out", { method: "POST", cookie });
    expect(out.headers.get("location")).toBe("/sign-in");
    expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
    expect((await fixture.send("/", { cookie })).status).toBe(303);
  });

  test("ends when it is not used", async () => {
    const cookie = await fixture.signIn();
    const start = now;
    now = start + 2 * 3_600_000 + 1;
    expect((await fixture.send("/", { cookie })).status).toBe(303);
  });

  test("is kept alive by use, but not for ever", async () => {
    const cookie = await fixture.signIn();
    const start = now;
    for (let hour = 1; hour < 12; hour++) {
      now = start + hour * 3_600_000;
      expect((await fixture.send("/policies", { cookie })).status).toBe(200);
    }
    now = start + 12 * 3_600_000 + 1;
    expect((await fixture.send("/policies", { cookie })).status).toBe(303);
  });

  test("ends when the password is replaced", async () => {
    const cookie = await fixture.signIn();
    const user = await fixture.store.reader.user("ana");
    await fixture.store.commands.saveUser({ name: "ana", passwordHash: user?.passwordHash ?? "" });
    expect((await fixture.send("/", { cookie })).status).toBe(303);
  });
});

describe("requests from elsewhere", () => {
  const own = "http://127.0.0.1:9090";
  test.each([
    ["another origin", { origin: "https://evil.example" }],
    ["an opaque origin", { origin: "null" }],
    ["another port", { origin: "http://127.0.0.1:8080" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
    ["a same-site fetch", { "sec-fetch-site": "same-site", origin: own }],
  ])("%s cannot sign anyone in or out", async (_, headers) => {
    now += 3_600_000;
    const cookie = await fixture.signIn();
    expect((await post(fixtureUser, headers)).status).toBe(403);
    expect((await fixture.send("/sign-out", { method: "POST", cookie, headers })).status).toBe(403);
    expect((await fixture.send("/", { cookie })).status).toBe(200);
  });

  test("the console's own pages can", async () => {
    now += 3_600_000;
    const response = await post(fixtureUser, { origin: own, "sec-fetch-site": "same-origin" });
    expect(response.status).toBe(303);
  });

  test.each(["evil.example", "evil.example:9090", "127.0.0.1.evil.example", "10.0.0.5:9090"])(
    "a Host of %s is refused before anything else",
    async (host) => {
      const response = await fixture.send("/sign-in", { headers: { host } });
      expect(response.status).toBe(403);
    },
  );
});

test("the appearance is remembered and leads back", async () => {
  const choose = (theme: string, referer: string) =>
    fixture.send("/theme", { method: "POST", body: new URLSearchParams({ theme }), headers: { referer } });
  const response = await choose("dark", "http://127.0.0.1:9090/events?ip=192.0.2.1");
  expect(response.headers.get("location")).toBe("/events?ip=192.0.2.1");
  expect(response.headers.get("set-cookie")).toStartWith("sallyport_theme=dark");
  expect((await choose("dark", "https://evil.example/x")).headers.get("location")).toBe("/");
  expect((await choose("pink", "http://127.0.0.1:9090/")).status).toBe(400);
  const page = await (await fixture.send("/sign-in", { cookie: "sallyport_theme=dark" })).text();
  expect(page).toContain('data-theme="dark"');
});
