/** Switches in the console: who, why and how long are kept; every page says that panic is on. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type ConsoleFixture, consoleFixture } from "./console-fixture.ts";

let fixture: ConsoleFixture;
let cookie = "";
beforeAll(async () => {
  fixture = await consoleFixture();
  cookie = await fixture.signIn();
});
afterAll(() => fixture.close());

const post = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  fixture.send("/switches", { method: "POST", cookie, body: new URLSearchParams(form), headers });
const pageOf = async (path: string) => (await fixture.send(path, { cookie })).text();

test("a policy is switched off for a time, with a reason that is text, and on again", async () => {
  const off = { kind: "policy", name: "bad_infra_login", to: "off", reason: "<b>hurts</b>", for: "1h" };
  expect((await post(off)).headers.get("location")).toBe("/switches");
  const [stored] = await fixture.store.reader.switches();
  expect(stored).toMatchObject({ kind: "policy", name: "bad_infra_login", who: "ana" });
  expect((stored?.until ?? 0) - (stored?.since ?? 0)).toBe(3_600_000);
  const page = await pageOf("/switches");
  expect(page).toContain("&lt;b&gt;hurts&lt;/b&gt;");
  await post({ kind: "policy", name: "bad_infra_login", to: "on" });
  expect(await fixture.store.reader.switches()).toEqual([]);
  const actions = (await fixture.store.reader.auditLog(2)).map(({ who, action }) => `${who} ${action}`);
  expect(actions).toEqual(["ana switch.policy.on", "ana switch.policy.off"]);
});

test("every page says that panic is on, and none once it is off", async () => {
  await post({ kind: "panic", name: "ignored", to: "off", reason: "customers cannot sign in" });
  for (const path of ["/", "/events", "/policies", "/system", "/switches", "/nowhere"]) {
    expect(await pageOf(path)).toContain("Panic is on: nothing is stopped");
  }
  await post({ kind: "panic", to: "on" });
  expect(await pageOf("/")).not.toContain("Panic is on");
});

test("without a reason, for what there is not, and from another site nothing is switched", async () => {
  expect((await post({ kind: "panic", to: "off", reason: " " })).status).toBe(400);
  expect((await post({ kind: "policy", name: "nope", to: "off", reason: "x" })).status).toBe(404);
  expect((await post({ kind: "app", name: "shop", to: "off", reason: "x", for: "99y" })).status).toBe(400);
  expect((await post({ kind: "all", to: "off", reason: "x" })).status).toBe(400);
  const foreign = await post({ kind: "panic", to: "off", reason: "x" }, { origin: "https://evil.example" });
  expect(foreign.status).toBe(403);
  const unsigned = await fixture.send("/switches", { method: "POST", body: new URLSearchParams() });
  expect(unsigned.status).not.toBe(200);
  expect(await fixture.store.reader.switches()).toEqual([]);
});
