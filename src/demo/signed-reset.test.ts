/** The reset hook of the shop: signed calls alone, each once; what is altered, old or repeated changes nothing. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { type RunningShop, startShop } from "./shop.ts";

const secret = "the shop's own secret";
const email = "signed@mailbox.example";
let shop: RunningShop;

beforeAll(async () => {
  shop = await startShop({ database: ":memory:", internalToken: secret });
  const form = new URLSearchParams({ name: "Signed", email, password: "correct-horse-7" });
  await fetch(`${shop.url}/register`, { method: "POST", body: form, redirect: "manual" });
});

afterAll(() => shop.stop());

const body = JSON.stringify({ user: email });

function signed(id: string, at = new Date(), key = secret, text = body): Record<string, string> {
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(key, { format: "raw" }).sign(id, at, text),
  };
}

async function post(headers: Record<string, string>, text = body): Promise<[number, unknown]> {
  const answer = await fetch(`${shop.url}/hooks/password-resets`, { method: "POST", headers, body: text });
  return [answer.status, await answer.json()];
}

const mailed = () => shop.database.mails(email).filter(({ subject }) => subject.startsWith("Reset")).length;

test("what is altered, old, signed by somebody else or not at all is refused and changes nothing", async () => {
  const old = new Date(Date.now() - 10 * 60_000);
  const others = JSON.stringify({ user: "other@mailbox.example" });
  expect((await post({ "content-type": "application/json" }))[0]).toBe(401);
  expect((await post(signed("m0"), others))[0]).toBe(401);
  expect((await post({ ...signed("m0"), "webhook-id": "m1" }))[0]).toBe(401);
  expect((await post(signed("m0", old)))[0]).toBe(401);
  expect((await post(signed("m0", new Date(), "another secret")))[0]).toBe(401);
  expect(shop.database.resets()).toEqual([]);
  expect(mailed()).toBe(0);
});

test("a signed call resets once: a new try of it changes nothing more, its exact repetition is refused", async () => {
  const headers = signed("m2");
  expect(await post(headers)).toEqual([202, { status: "started", user: email }]);
  expect(await post(headers)).toEqual([409, { error: "replayed" }]);
  const retry = signed("m2", new Date(Date.now() + 2000));
  expect(await post(retry)).toEqual([200, { status: "already_started", user: email }]);
  expect(shop.database.resets()).toEqual(["m2"]);
  expect(mailed()).toBe(1);
});

test("nobody of the name, and a body without one, are said so", async () => {
  const nobody = JSON.stringify({ user: "nobody@mailbox.example" });
  expect((await post(signed("m3", new Date(), secret, nobody), nobody))[0]).toBe(404);
  for (const text of ["{}", "no json", '{"user":5}']) {
    expect((await post(signed(`m4${text}`, new Date(), secret, text), text))[0]).toBe(422);
  }
});
