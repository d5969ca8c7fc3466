/** Accounts in the console: hostile text stays text, what people say is kept with who and why, and only they may say it. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { eventIdsPerMs } from "../store/event-row.ts";
import { type ConsoleFixture, consoleFixture, fixtureEvent } from "./console-fixture.ts";

const hash = "0123456789abcdef0123456789abcdef";
const hostile = '=HYPERLINK("http://evil.example")<script>alert(1)</script>';

let fixture: ConsoleFixture;
let cookie = "";
beforeAll(async () => {
  const stopped = { decision: "block", decider: "bad_infra_login", status: 403, accountHash: hash } as const;
  fixture = await consoleFixture([
    fixtureEvent(5, {
      ...stopped,
      receipt: JSON.stringify({
        labels: [],
        matches: [
          {
            policy: "bad_infra_login",
            mode: "enforce",
            effect: "block",
            applied: true,
            reasons: [{ clause: "ip.asn in bad_asn", value: "<b>9009</b>" }],
          },
        ],
      }),
    }),
  ]);
  cookie = await fixture.signIn();
  await fixture.store.commands.keepSignIns([
    {
      event: Date.now() * eventIdsPerMs,
      app: "shop",
      account: hash,
      ip: "192.0.2.1",
      asn: undefined,
      skeleton: "",
      stack: "",
      call: undefined,
      clusters: [],
      isNewPlace: true,
      isShared: false,
      attack: { policy: "bad_infra_login", isInForce: true, reason: hostile },
      alert: undefined,
    },
  ]);
});
afterAll(() => fixture.close());

const pageOf = async (path: string) => (await fixture.send(path, { cookie })).text();
const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
  fixture.send(path, { method: "POST", cookie, body: new URLSearchParams(form), headers });

test("hostile reasons are text on every page, and no formula in an export", async () => {
  for (const path of ["/accounts", "/accounts/1", "/why?q=203.0.113.77"]) {
    const page = await pageOf(path);
    expect(page).not.toContain("<script>alert");
    expect(page).not.toContain("<b>9009");
  }
  expect(await pageOf("/accounts/1")).toContain("&lt;script&gt;");
  expect(await pageOf("/accounts.csv")).toContain(`"'=HYPERLINK(`);
});

test("a stopped customer is told why in words", async () => {
  const page = await pageOf("/why?q=203.0.113.77");
  expect(page).toContain("1 of the latest 1 requests was stopped");
  expect(page).toContain("ip.asn in bad_asn");
});

test("what a person says of an account is kept with who and why, and audited", async () => {
  expect((await post("/accounts/1/verdict", { state: "cleared", reason: " " })).status).toBe(400);
  expect((await post("/accounts/1/verdict", { state: "tried", reason: "x" })).status).toBe(400);
  expect((await post("/accounts/99/verdict", { state: "cleared", reason: "x" })).status).toBe(404);
  const foreign = { origin: "https://evil.example" };
  expect((await post("/accounts/1/verdict", { state: "cleared", reason: "x" }, foreign)).status).toBe(403);
  expect((await post("/accounts/1/verdict", { state: "cleared", reason: "called him" })).status).toBe(303);
  expect((await fixture.store.reader.accountStory(1))?.notes.at(-1)).toMatchObject({
    who: "ana",
    what: "cleared",
    reason: "called him",
  });
  expect((await fixture.store.reader.auditLog(1))[0]).toMatchObject({
    who: "ana",
    action: "account.cleared",
  });
});

test("a release names somebody, a time and a reason, and comes from the console itself", async () => {
  const form = { kind: "account", key: hash, for: "24h", reason: "known customer" };
  expect((await post("/releases", { ...form, reason: "" })).status).toBe(400);
  expect((await post("/releases", { ...form, for: "99y" })).status).toBe(400);
  expect((await post("/releases", { ...form, key: "nobody" })).status).toBe(400);
  expect((await post("/releases", form, { origin: "https://evil.example" })).status).toBe(403);
  expect(await fixture.store.reader.releases()).toEqual([]);
  expect((await post("/releases", form)).status).toBe(303);
  expect(await fixture.store.reader.releases()).toMatchObject([{ kind: "account", key: hash, who: "ana" }]);
});
