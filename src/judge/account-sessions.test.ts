import { expect, test } from "bun:test";
import { compilePolicies, linkPolicies, type Outcome, type ResponseView } from "../../dsl/index.ts";
import { DeviceCookies } from "../describe/device-cookie.ts";
import { Facts } from "../describe/facts.ts";
import { scheme } from "../describe/field-table.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { GaugeStore } from "../gauge/gauge-store.ts";
import { SessionBook } from "../gauge/session-book.ts";
import { openHistory } from "./account-evidence.ts";
import { followSession, judgeRequest, settleRequest } from "./judgement.ts";

const source = `
app shop {
  hosts shop.example
  route login    POST /login
  route mfa      POST /mfa
  route register POST /register
  route refresh  POST /refresh
  route logout   POST /logout
  route page     GET  /page
  identify username = query.user
  identify session  = cookie sid | response cookie sid
  outcome login        success status 200  challenge status 202
  outcome mfa          success status 200
  outcome registration at register success status 201
  outcome refresh      success status 200
  outcome logout       success status 204
  device_cookie "device" for 30d
}
policy p on everything {
  mode shadow
  when { account.known = true  account.new_net = true }
  then { label known }
}
`;
const start = Date.UTC(2026, 0, 1);

function startShop() {
  const lists = { read: () => undefined } as never;
  const { ir } = compilePolicies([{ name: "a.policy", text: source }], scheme, lists);
  const gauges = new GaugeStore({ maxBytes: 8 << 20 });
  const set = linkPolicies(ir!, scheme, { gauges, lists });
  const sessions = new SessionBook();
  const devices = new DeviceCookies([new Uint8Array(32)]);
  const evidence = { sessions, devices, history: openHistory(set, gauges, new Set()) };
  let now = start;
  /** Gives the facts that were judged, and the account that the answer proved. */
  return (target: string, cookie = "", answer?: { status: number; sid?: string }) => {
    now += 1000;
    const path = target.split("?", 1)[0]!;
    const method = path === "/page" ? "GET" : "POST";
    const headers = [["Host", "shop.example"] as const, ["Cookie", cookie] as const];
    const facts = new Facts(sampleRequest({ method, target, headers }), now);
    const place = set.place("shop.example", method, path)!;
    judgeRequest(facts, place, evidence);
    const view: ResponseView = {
      status: answer?.status ?? 200,
      header: () => undefined,
      cookie: (name) => (name === "sid" ? answer?.sid : undefined),
    };
    const outcome: Outcome | undefined = answer && place.bucket.outcome(view);
    const { account } = facts;
    if (answer && !outcome) followSession(facts, place, view, evidence, now);
    const proven = outcome && settleRequest(facts, place, outcome, view, evidence, now);
    return { facts, account, proven };
  };
}

test("of two steps the first opens nothing, and the second opens for whom the first was", () => {
  const ask = startShop();
  expect(ask("/login?user=ann", "", { status: 202, sid: "half" }).proven).toBeUndefined();
  expect(ask("/page", "sid=half").account).toBeUndefined();
  // A name that the second step's request claims is nobody's proof.
  expect(ask("/mfa?user=joe", "sid=half", { status: 200, sid: "whole" }).proven).toBe("ann");
  expect(ask("/page", "sid=whole").account).toBe("ann");
  expect(ask("/mfa?user=joe", "sid=stranger", { status: 200, sid: "loot" }).proven).toBeUndefined();
  expect(ask("/page", "sid=loot").account).toBeUndefined();
});

test("a registration that issues a session opens it", () => {
  const ask = startShop();
  ask("/register?user=mia", "", { status: 201, sid: "fresh" });
  expect(ask("/page", "sid=fresh").account).toBe("mia");
});

test("tokens are followed where they are refreshed, with an outcome or without, and forgotten at logout", () => {
  const ask = startShop();
  ask("/login?user=ann", "", { status: 200, sid: "first" });
  ask("/refresh", "sid=first", { status: 200, sid: "second" });
  expect(ask("/page", "sid=second", { status: 200, sid: "third-and-long-enough" }).account).toBe("ann");
  expect(ask("/page", "sid=third-and-long-enough", { status: 200, sid: "deleted" }).account).toBe("ann");
  expect(ask("/page", "sid=deleted").account).toBeUndefined();
  ask("/logout", "sid=second", { status: 204 });
  expect(ask("/page", "sid=second").account).toBeUndefined();
});

test("an account is known from its first success on, and a device only for its own account", () => {
  const ask = startShop();
  expect(ask("/login?user=ann", "", { status: 200, sid: "s" }).facts.accountPast).toEqual({ isKnown: false });
  const { facts } = ask("/login?user=ann");
  expect(facts.accountPast).toMatchObject({ isKnown: true, idleMs: 1000, hasNewNetwork: false });
  const { cookies, scope } = facts.devices!;
  const cookie = `device=${cookies.renew(undefined, scope, "ann", start)}`;
  expect(ask("/login?user=ann", cookie).facts.device).toMatch(/^[0-9a-f]{24}$/);
  expect(ask("/login?user=joe", cookie).facts.device).toBeUndefined();
  // Joe's session does not become Ann's because the request names her.
  ask("/login?user=joe", "", { status: 200, sid: "joes" });
  expect(ask("/page?user=ann", `sid=joes; ${cookie}`).facts.device).toBeUndefined();
  expect(ask("/page?user=joe", `sid=s; ${cookie}`).facts.device).toBeDefined();
});
