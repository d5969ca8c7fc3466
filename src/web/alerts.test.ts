/** The alerts page, what people do there, and receivers that say that it is done. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import type { Attempt, NewCall } from "../store/outbox-rows.ts";
import { type ConsoleFixture, consoleFixture } from "./console-fixture.ts";

const secret = `whsec_${Buffer.from("acknowledged by this very secret").toString("base64")}`;
const folder = mkdtempSync(join(tmpdir(), "sallyport-ack-"));
let fixture: ConsoleFixture;
let cookie = "";

const call = (id: string, target = "webhook reset"): NewCall => ({
  id,
  target,
  policy: "<b>seen</b>",
  app: "shop",
  event: 1,
  body: new Uint8Array([1, 2, 3]),
  once: undefined,
});

const ended = (id: string, state: Attempt["state"], problem?: string): Attempt => ({
  id,
  attempts: 0,
  state,
  nextAt: Date.now() + 60_000,
  status: state === "delivered" ? 200 : 500,
  problem,
  told: undefined,
});

beforeAll(async () => {
  writeFileSync(join(folder, "reset"), secret);
  fixture = await consoleFixture([], {
    targets: {
      folder,
      messaging: () => ({
        webhooks: [
          {
            name: "reset",
            method: "POST",
            url: "https://x.example",
            secret: { from: "file", name: "reset" },
          },
          { name: "open", method: "POST", url: "https://x.example", secret: undefined },
        ],
        channels: [],
        smtp: undefined,
      }),
    },
  });
  cookie = await fixture.signIn();
  const { commands } = fixture.store;
  await commands.commit({
    calls: [call("msg_a"), call("msg_b"), call("msg_c"), call("msg_d", "webhook open")],
    alerts: [
      {
        channel: "channel soc",
        policy: "seen",
        app: "shop",
        key: new Uint8Array(),
        severity: "high",
        everyMs: 1000,
        count: 12_345,
        firstAt: Date.now() - 60_000,
        lastAt: Date.now(),
        evidence: { networks: { "AS9009 <script>": 12_000 } },
      },
    ],
  });
  await commands.settleDeliveries([
    ended("msg_a", "delivered"),
    ended("msg_b", "dead", "it answered <i>500</i>"),
    ended("msg_c", "dead", "ECONNREFUSED"),
  ]);
});

afterAll(async () => {
  await fixture.close();
  rmSync(folder, { recursive: true });
});

test("the page lists deliveries by state and alerts with their evidence, as text", async () => {
  const page = await (await fixture.send("/alerts", { cookie })).text();
  for (const text of ["msg_a", "msg_b", "ECONNREFUSED", "12,345", "AS9009 &lt;script&gt;", "&lt;i&gt;500"]) {
    expect(page).toContain(text);
  }
  expect(page).not.toContain("<script>1");
  const dead = await (await fixture.send("/alerts?state=dead", { cookie })).text();
  expect(dead).toContain("msg_b");
  expect(dead).not.toContain("msg_a");
});

test("a dead delivery is sent again or dropped, audited; one that is not there is not", async () => {
  const post = (path: string) => fixture.send(path, { method: "POST", cookie });
  expect((await post("/alerts/msg_b/resend")).status).toBe(303);
  expect((await fixture.store.reader.delivery("msg_b"))?.state).toBe("pending");
  expect((await post("/alerts/msg_c/drop")).status).toBe(303);
  expect((await fixture.store.reader.delivery("msg_c"))?.state).toBe("dropped");
  // What was delivered has no body any more.
  expect((await post("/alerts/msg_a/resend")).status).toBe(404);
  expect((await post("/alerts/nothing/drop")).status).toBe(404);
  const actions = (await fixture.store.reader.auditLog(10)).map(({ action }) => action);
  expect(actions).toContain("outbox.resend");
  expect(actions).toContain("outbox.drop");
});

test("only people who are signed in see or change anything", async () => {
  expect((await fixture.send("/alerts")).status).toBe(303);
  expect((await fixture.send("/alerts/msg_b/drop", { method: "POST" })).status).toBe(401);
});

function acknowledge(id: string, headers: Record<string, string>, body: string) {
  return fixture.send(`/api/v1/acknowledgements/${id}`, { method: "POST", headers, body });
}

function signedBy(key: string, id: string, body: string, at = new Date()): Record<string, string> {
  return {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(key).sign(id, at, body),
  };
}

test("a receiver's signed word is recorded once", async () => {
  const body = '{"status":"password reset"}';
  const first = await acknowledge("msg_a", signedBy(secret, "ack_msg_a", body), body);
  expect(await first.json()).toEqual({ id: "msg_a", status: "acknowledged" });
  const again = await acknowledge("msg_a", signedBy(secret, "ack_msg_a", "{}"), "{}");
  expect(await again.json()).toEqual({ id: "msg_a", status: "already_acknowledged" });
  expect((await fixture.store.reader.delivery("msg_a"))?.acknowledgement).toBe("password reset");
});

const statusOf = async (...args: Parameters<typeof acknowledge>) => (await acknowledge(...args)).status;

test("a word that is not signed, old, altered, another delivery's or the call itself is none", async () => {
  const old = new Date(Date.now() - 10 * 60_000);
  expect(await statusOf("msg_b", {}, "{}")).toBe(401);
  expect(await statusOf("msg_b", signedBy(secret, "ack_msg_b", "{}", old), "{}")).toBe(401);
  expect(await statusOf("msg_b", signedBy(secret, "ack_msg_b", "{}"), "{ }")).toBe(401);
  expect(await statusOf("msg_b", signedBy(secret, "ack_msg_a", "{}"), "{}")).toBe(401);
  expect(await statusOf("msg_b", signedBy(secret, "msg_b", "{}"), "{}")).toBe(401);
  const other = `whsec_${Buffer.from("somebody else's secret, thirty b").toString("base64")}`;
  expect(await statusOf("msg_b", signedBy(other, "ack_msg_b", "{}"), "{}")).toBe(401);
  expect(await statusOf("msg_none", signedBy(secret, "ack_msg_none", "{}"), "{}")).toBe(401);
  // Without a secret nobody can sign.
  expect(await statusOf("msg_d", signedBy(secret, "ack_msg_d", "{}"), "{}")).toBe(401);
  expect((await fixture.store.reader.delivery("msg_b"))?.acknowledgedAt).toBeUndefined();
});
