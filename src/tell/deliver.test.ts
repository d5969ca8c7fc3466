/** One try: signed, to the address that was judged, bounded, never redirected; mail by a real server. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { Webhook } from "standardwebhooks";
import type { Messaging } from "../../dsl/index.ts";
import type { ClaimedDelivery } from "../store/outbox-rows.ts";
import { type DeliveryPorts, deliver } from "./deliver.ts";
import { TellSeal } from "./tell-seal.ts";

const secret = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const seal = new TellSeal(new Uint8Array(32).fill(7));
const folder = mkdtempSync(join(tmpdir(), "sallyport-deliver-"));
const loopback = [{ host: "127.0.0.1", port: undefined }];

const portOf = (one: Server) => (one.address() as { port: number }).port;

interface Heard {
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
}

let heard: Heard[] = [];
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: async (request) => {
    const { pathname } = new URL(request.url);
    heard.push({ path: pathname, headers: request.headers, body: await request.text() });
    const status = Number(/^\/status\/(\d+)$/.exec(pathname)?.[1] ?? 200);
    if (pathname === "/hang") await Bun.sleep(5000);
    if (pathname === "/endless") {
      return new Response(new ReadableStream({ pull: (stream) => stream.enqueue(new Uint8Array(65_536)) }));
    }
    const headers = { location: "/elsewhere", ...(status === 429 && { "retry-after": "7" }) };
    return new Response(status === 204 ? null : "x", { status, headers });
  },
});

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  readonly isSecure: boolean;
  readonly user: string | undefined;
}
const mails: Mail[] = [];
const smtp = new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  onAuth: ({ username = "", password }, _session, done) => {
    if (password === "sesame") done(null, { user: username });
    else done(new Error("no"));
  },
  onData: (stream, session, done) => {
    let text = "";
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    stream.on("end", () => {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? "" : mailFrom.address;
      const user = typeof session.user === "string" ? session.user : undefined;
      mails.push({ from, to: rcptTo.map(({ address }) => address), text, isSecure: session.secure, user });
      done();
    });
  },
});
let smtpPort = 0;

beforeAll(async () => {
  writeFileSync(join(folder, "reset"), secret);
  const listening = Promise.withResolvers<void>();
  const listener = smtp.listen(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  smtpPort = portOf(listener);
});

afterAll(async () => {
  await server.stop(true);
  smtp.close();
  rmSync(folder, { recursive: true });
});

const base = `http://127.0.0.1:${server.port}`;

function portsFor(messaging: Partial<Messaging>, more: Partial<DeliveryPorts> = {}): DeliveryPorts {
  const all = { webhooks: [], channels: [], smtp: undefined, ...messaging };
  return { messaging: () => all, folder, seal, allowed: loopback, timeoutMs: 1000, ...more };
}

const body = '{"user":"ann@shop.example"}';
const call: ClaimedDelivery = {
  id: "msg_1",
  kind: "webhook",
  target: "webhook reset",
  policy: "p",
  app: "shop",
  event: 1,
  body: seal.seal("msg_1", body),
  digest: undefined,
  attempts: 1,
  createdAt: 0,
};
const alert: ClaimedDelivery = {
  ...call,
  kind: "alert",
  target: "channel soc",
  body: undefined,
  digest: {
    policy: "stuffing",
    app: "shop",
    severity: "high",
    count: 1234,
    told: 1000,
    firstAt: Date.UTC(2026, 0, 12),
    lastAt: Date.UTC(2026, 0, 12, 1),
    evidence: { networks: { "<!channel> AS1\r\nBcc: x@y.example": 9 } },
  },
};

function webhook(url: string, more: Partial<DeliveryPorts> = {}) {
  heard = [];
  const secretOf = { from: "file", name: "reset" } as const;
  return deliver(
    call,
    portsFor({ webhooks: [{ name: "reset", method: "PUT", url, secret: secretOf }] }, more),
  );
}

test("a call is signed so that the official verifier takes it, with its id and its body as written", async () => {
  expect(await webhook(`${base}/reset?a=1`)).toMatchObject({ state: "delivered", status: 200 });
  const [one] = heard;
  expect(one?.headers.get("webhook-id")).toBe("msg_1");
  expect(one?.headers.get("content-type")).toBe("application/json");
  expect(new Webhook(secret).verify(one?.body ?? "", Object.fromEntries(one!.headers))).toEqual(
    JSON.parse(body),
  );
});

test("a name and password in a secret address are sent as Basic authentication (RFC 7617), and never shown", async () => {
  const address = (text: string) => {
    writeFileSync(join(folder, "address"), text);
    const url = { from: "file", name: "address" } as const;
    heard = [];
    return deliver(call, portsFor({ webhooks: [{ name: "reset", method: "POST", url, secret: undefined }] }));
  };
  const host = `127.0.0.1:${server.port}`;
  expect((await address(`http://soc%40shop:p%3Ass%C3%A9@${host}/reset`)).state).toBe("delivered");
  expect(heard[0]?.headers.get("authorization")).toBe(
    `Basic ${Buffer.from("soc@shop:p:ssé").toString("base64")}`,
  );
  const unreadable = await address(`http://soc:100%@${host}/reset`);
  expect(unreadable.problem).toContain("not percent-encoded");
  expect(heard).toEqual([]);
});

test("what an answer means: again, for good, and when", async () => {
  const stateOf = async (status: number) => (await webhook(`${base}/status/${status}`)).state;
  for (const status of [200, 202, 204]) expect(await stateOf(status)).toBe("delivered");
  for (const status of [401, 403, 408, 500, 503]) expect(await stateOf(status)).toBe("retry");
  for (const status of [400, 404, 410, 422]) expect(await stateOf(status)).toBe("dead");
  expect(await webhook(`${base}/status/429`)).toMatchObject({ state: "retry", retryAfterMs: 7000 });
});

test("a redirect is not followed", async () => {
  expect(await webhook(`${base}/status/307`)).toMatchObject({ state: "dead", status: 307 });
  expect(heard.map(({ path }) => path)).toEqual(["/status/307"]);
});

test("a target that hangs, refuses, ends early, talks nonsense or without end costs a bounded time", async () => {
  const nonsense = createServer((socket) => socket.end("SSH-2.0-nonsense\r\n\r\n")).listen(0, "127.0.0.1");
  const mute = createServer((socket) => socket.end()).listen(0, "127.0.0.1");
  const hanging = await webhook(`${base}/hang`, { timeoutMs: 150 });
  expect(hanging).toMatchObject({ state: "retry", problem: "no answer within 0.15 s" });
  expect(await webhook("http://127.0.0.1:1/")).toMatchObject({ state: "retry", problem: "ECONNREFUSED" });
  expect(await webhook(`http://127.0.0.1:${portOf(mute)}/`)).toMatchObject({ state: "retry" });
  expect(await webhook(`http://127.0.0.1:${portOf(nonsense)}/`)).toMatchObject({ problem: "no HTTP answer" });
  expect(await webhook(`${base}/endless`)).toMatchObject({ state: "delivered" });
  nonsense.close();
  mute.close();
});

test("private targets are not called unless the operator allows them, whatever name they hide behind", async () => {
  const refused = await webhook(`${base}/reset`, { allowed: [] });
  expect(refused.state).toBe("retry");
  expect(refused.problem).toContain("--allow-webhook-target 127.0.0.1");
  const hidden = await webhook("https://pretty.example/reset", { lookUp: async () => ["169.254.169.254"] });
  expect(hidden.problem).toContain("169.254.169.254 (linkLocal)");
  const plain = await webhook("http://public.example/reset", { lookUp: async () => ["93.184.216.34"] });
  expect(plain.problem).toBe("only this machine itself is called by http");
  expect(heard).toEqual([]);
});

test("a secret that cannot be read, a target that is not declared and a body that was swapped are said so", async () => {
  const hook = {
    name: "reset",
    method: "POST",
    url: `${base}/`,
    secret: { from: "file", name: "none" },
  } as const;
  expect((await deliver(call, portsFor({ webhooks: [hook] }))).problem).toBe("the file none cannot be read");
  expect((await deliver(call, portsFor({}))).problem).toBe("the policies declare no webhook reset");
  const swapped = { ...call, id: "msg_2" };
  const unsigned = { ...hook, secret: undefined };
  expect((await deliver(swapped, portsFor({ webhooks: [unsigned] }))).state).toBe("dead");
});

test("a Slack-compatible channel is told counts and evidence as text that cannot call anybody", async () => {
  heard = [];
  process.env["TELL_TEST_SOC"] = `${base}/services/T0/B0/secret`;
  const soc = { name: "soc", type: "slack", to: { from: "env", name: "TELL_TEST_SOC" } } as const;
  expect(await deliver(alert, portsFor({ channels: [soc] }))).toMatchObject({ state: "delivered" });
  const { text } = JSON.parse(heard[0]?.body ?? "{}") as { text: string };
  expect(text).toContain("*[high] stuffing on shop: 1,234 requests*");
  expect(text).toContain("234 since the last message");
  expect(text).toContain("&lt;!channel&gt; AS1");
  expect(text).not.toContain("<!channel>");
});

test("mail goes over STARTTLS, signs in, and no value gets into its head", async () => {
  process.env["TELL_TEST_SMTP"] = "sesame";
  const channel = { name: "soc", type: "email", to: ["soc@shop.example", "fraud@shop.example"] } as const;
  const server = {
    url: `smtp://127.0.0.1:${smtpPort}`,
    sender: "sallyport@shop.example",
    user: "sally",
    secret: { from: "env", name: "TELL_TEST_SMTP" },
  } as const;
  const end = await deliver(alert, portsFor({ channels: [channel], smtp: server }, { timeoutMs: 5000 }));
  expect(end).toMatchObject({ state: "delivered" });
  const [mail] = mails;
  expect(mail).toMatchObject({ from: "sallyport@shop.example", isSecure: true, user: "sally" });
  expect(mail?.to).toEqual(["soc@shop.example", "fraud@shop.example"]);
  expect(mail?.text).toContain("Message-ID: <msg_1@sallyport>");
  expect(mail?.text).not.toMatch(/^Bcc:/m);
  process.env["TELL_TEST_SMTP"] = "wrong";
  const refused = await deliver(alert, portsFor({ channels: [channel], smtp: server }, { timeoutMs: 5000 }));
  expect(refused).toMatchObject({ state: "retry" });
  expect(refused.problem).toContain("EAUTH");
});

test("a declared secret without a key, or that is no file, makes no unsigned call", async () => {
  for (const text of ["# to be filled in\n", "whsec_!!!"]) {
    writeFileSync(join(folder, "reset"), text);
    expect(await webhook(`${base}/reset`)).toMatchObject({
      state: "retry",
      problem: "its secret holds no key to sign with",
    });
  }
  rmSync(join(folder, "reset"));
  mkdirSync(join(folder, "reset"));
  expect(await webhook(`${base}/reset`)).toMatchObject({ state: "retry", problem: "reset is no file" });
  expect(heard).toEqual([]);
  rmSync(join(folder, "reset"), { recursive: true });
  writeFileSync(join(folder, "reset"), secret);
});
