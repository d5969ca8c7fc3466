/** Deceived requests get what genuine ones get, byte for byte in form; the origin never sees them. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents, readReceipt } from "../support/console-events.ts";
import { signIn } from "../support/console-session.ts";
import { connectRaw } from "../support/raw-client.ts";
import { type RawOrigin, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(60_000);

const policies = `
app bank {
  hosts   *
  route   login POST /login tagged auth
  identify username = body.email
  outcome login success status 200 failure status 401
}
response lie like bank.login failure
policy liar on bank.login {
  when { header x-bot present }
  then { deceive lie }
}
test liar {
  let bot = POST /login { header x-bot "1", body { email: "u@x.example" } }
  case "a bot" { send bot answering login.failure  expect deceive by liar  expect status 401 }
  case "a person" { send bot with { header x-bot missing } answering login.failure  expect allow }
}
`;

let folder: string;
let origin: RawOrigin;
let sallyport: RunningSallyport;
let asked = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sallyport-learned-"));
  await Bun.write(join(folder, "policies", "bank.policy"), policies);
  origin = startRawOrigin((request, socket) => {
    const length = Number(/content-length: (\d+)/i.exec(request.head)?.[1] ?? 0);
    if (request.body.length < length) return;
    socket.data.current = undefined;
    socket.write(failure(JSON.parse(request.body.toString()).email));
  });
  sallyport = await start();
});

afterAll(async () => {
  await sallyport.stop();
  origin.stop();
  await rm(folder, { recursive: true, force: true });
});

function start(): Promise<RunningSallyport> {
  const policiesFolder = join(folder, "policies");
  const args = ["--origin", origin.url, "--policies", policiesFolder, "--trusted-proxies", "127.0.0.1"];
  return startSallyport({ dataDir: join(folder, "data"), args });
}

function failure(email: string): string {
  const body = `{ "error":"invalid_grant","who":${JSON.stringify(email)},"trace":"${randomUUID()}", "left": ${1 + (asked % 3)}, "at":${Math.floor(Date.now() / 1000)} }`;
  return [
    "HTTP/1.1 401 Nope",
    "server: bank/2.1",
    `X-Request-Id: ${randomBytes(10).toString("hex")}`,
    `DATE: ${new Date().toUTCString()}`,
    "Keep-Alive: timeout=5",
    "Content-Type: application/json; charset=utf-8",
    `Set-Cookie: visit=${randomBytes(15).toString("base64url")}; Path=/; SameSite=Lax`,
    "cache-control: no-store",
    `content-LENGTH: ${Buffer.byteLength(body)}`,
    `ETag: "${randomBytes(8).toString("hex")}"`,
    "",
    body,
  ].join("\r\n");
}

/** Asks many times over one connection; the answers, each whole. */
async function ask(count: number, isBot: boolean): Promise<string[]> {
  const client = await connectRaw(Number(new URL(sallyport.edgeUrl).port));
  const answers: string[] = [];
  for (let index = 0; index < count; index++) {
    const body = JSON.stringify({ email: `u${++asked}@mail.example`, password: "p" });
    const bot = isBot ? "X-Bot: 1\r\n" : "";
    const before = client.received().length;
    client.send(
      `POST /login HTTP/1.1\r\nHost: bank.example\r\nX-Forwarded-For: 198.51.100.${asked % 250}\r\n${bot}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    const until = Date.now() + 5_000;
    while (!isWhole(client.received().slice(before)) && Date.now() < until) await Bun.sleep(1);
    answers.push(client.received().slice(before));
  }
  client.close();
  return answers;
}

function isWhole(answer: string): boolean {
  const end = answer.indexOf("\r\n\r\n");
  const length = /content-length: (\d+)/i.exec(answer.slice(0, end))?.[1];
  return end > 0 && answer.length >= end + 4 + Number(length);
}

const namesOf = (answer: string) =>
  answer
    .slice(0, answer.indexOf("\r\n\r\n"))
    .split("\r\n")
    .map((line) => line.split(":")[0]);
const formOf = (answer: string) =>
  answer
    .replaceAll(/\d/g, "0")
    .replaceAll(/"u0+@/g, '"u0@')
    .replaceAll(/[\da-z_-]{10,}/gi, (token) => `${token.length}`);
const cookieOf = (answer: string) => /visit=([^;]+)/.exec(answer)?.[1];
const isLie = (answer: string) => answer.startsWith("HTTP/1.1 401 Nope\r\n");

test("until enough was learned a deceived request is blocked, and its receipt says why", async () => {
  const [answer = ""] = await ask(1, true);
  expect(answer).toStartWith("HTTP/1.1 403 ");
  expect(origin.requests).toHaveLength(0);
  const session = await signIn(sallyport.consoleUrl, sallyport.password);
  const event = await waitUntil(
    "it is stored",
    async () => (await readEvents(session, { decision: "block" }))[0],
  );
  const receipt = await readReceipt(session, event.id);
  expect(receipt).toMatchObject({
    note: "not learned yet: bank.login failure, no genuine answer has been seen",
  });
});

test("then it gets an answer in the form of the genuine ones, and the origin does not see it", async () => {
  await ask(20, false);
  await waitUntil("enough is learned", async () => isLie((await ask(1, true))[0] ?? ""));
  // More answers are looked at in the next seconds.
  for (let round = 0; round < 4; round++) {
    await ask(10, false);
    await Bun.sleep(700);
  }
  const genuine = await ask(200, false);
  const seen = origin.requests.length;
  const lies = await ask(200, true);
  expect(origin.requests).toHaveLength(seen);
  expect(new Set(lies.map((answer) => namesOf(answer).join()))).toEqual(
    new Set(genuine.map((answer) => namesOf(answer).join())),
  );
  const forms = new Set(genuine.map(formOf));
  expect(lies.map(formOf).filter((form) => !forms.has(form))).toEqual([]);
  // Nothing that was made up is a genuine customer's, and nothing comes twice.
  expect(new Set([...genuine, ...lies].map(cookieOf)).size).toBe(400);
  for (const [index, lie] of lies.entries()) {
    expect(lie).toContain(`"who":"u${asked - 199 + index}@mail.example"`);
    const at = Number(/"at":(\d+)/.exec(lie)?.[1]) * 1000;
    expect(Math.abs(Date.now() - at)).toBeLessThan(30_000);
  }
});

test("what was learned is there after a restart, and holds nobody's values", async () => {
  await sallyport.stop();
  sallyport = await start();
  const [answer = ""] = await ask(1, true);
  expect(answer).toStartWith("HTTP/1.1 401 Nope\r\nserver: bank/2.1\r\nX-Request-Id: ");
  const stored = await Bun.file(join(folder, "data", "sallyport.db")).bytes();
  expect(Buffer.from(stored).includes("invalid_grant")).toBe(true);
  expect(Buffer.from(stored).includes("@mail.example")).toBe(false);
});
