/** Origins as operators have them: behind TLS, on unix sockets, several of them, and not always well. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { signIn } from "../support/console-session.ts";
import { connectRaw } from "../support/raw-client.ts";
import { answerWith, type RawAnswer, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { waitUntil } from "../support/wait-until.ts";

setDefaultTimeout(30_000);

const made = new TestCertificates();
const bank = made.selfSigned("bank", ["bank.internal"]);
const stranger = made.selfSigned("stranger", ["bank.internal"]);
const authority = made.selfSigned("authority", []);
const client = made.signedBy(authority, "client");
const policies = join(made.folder, "policies");
const socketPath = join(made.folder, "app.sock");
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Answers with the fields that it got. */
const echoFields = (request: Request) => {
  return new Response(Array.from(request.headers, ([name, value]) => `${name}: ${value}`).join("\n"));
};
const tls = { cert: Bun.file(bank.cert), key: Bun.file(bank.key) };
const secure = Bun.serve({ hostname: "127.0.0.1", port: 0, tls, fetch: echoFields });
const demanding = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  tls: { ...tls, ca: Bun.file(authority.cert), requestCert: true, rejectUnauthorized: true },
  fetch: echoFields,
});
const local = Bun.serve({ unix: socketPath, fetch: () => new Response("by the socket") });
const [first, second, moody, checked] = [
  startRawOrigin(answerWith(ok)),
  startRawOrigin(answerWith(ok)),
  startRawOrigin(answerWith(ok)),
  startRawOrigin(answerWith(ok)),
];

/** Free a moment ago, and again whenever the origin on it is stopped. */
const killedPort = (() => {
  const origin = startRawOrigin(answerWith(ok));
  origin.stop();
  return origin.port;
})();

let process: RunningSallyport;

function app(name: string, lines: string): string {
  return `app ${name} {\n  hosts ${name}.example\n${lines}\n}\n`;
}

const byTls = `https://127.0.0.1:${secure.port}`;
const byMutualTls = `https://127.0.0.1:${demanding.port} ca "bank.crt" sni "bank.internal"`;
const apps = [
  app("verified", `  origin ${byTls} ca "bank.crt" sni "bank.internal"`),
  app("untrusted", `  origin ${byTls} sni "bank.internal"`),
  app("renamed", `  origin ${byTls} ca "bank.crt" sni "shop.internal"`),
  app("addressed", `  origin ${byTls} ca "bank.crt"`),
  app("insecure", `  origin ${byTls} insecure`),
  app("fileless", `  origin ${byTls} ca "nowhere.crt" sni "bank.internal"`),
  app("changing", `  origin ${byTls} ca "changing.crt" sni "bank.internal"`),
  app("mutual", `  origin ${byMutualTls} certificate "client.crt" key from file "client.key"`),
  app("unknown", `  origin ${byMutualTls}`),
  app("socket", `  origin unix:${socketPath}`),
  app(
    "locked",
    `  origin ${byTls} ca "bank.crt" sni "bank.internal"\n  lock header X-Sallyport-Key from file "secret"`,
  ),
  app("killed", `  origin http://127.0.0.1:${killedPort}`),
  app("pair", `  origin ${first.url}, ${second.url}\n  waits connect 300ms answer 1s`),
  app("watched", `  origin ${checked.url}\n  health GET /well every 1s timeout 500ms rise 1 fall 1`),
  app("moody", `  origin ${moody.url}\n  waits connect 300ms answer 500ms body 500ms`),
];

beforeAll(async () => {
  await mkdir(policies);
  for (const file of [bank.cert, client.cert, client.key])
    await copyFile(file, join(policies, file.slice(made.folder.length + 1)));
  await copyFile(stranger.cert, join(policies, "changing.crt"));
  writeFileSync(join(policies, "secret"), "first secret\n");
  writeFileSync(join(policies, "apps.policy"), apps.join("\n"));
  process = await startSallyport({ args: ["--policies", policies, "--no-demo"] });
});

afterAll(async () => {
  await process.stop();
  await secure.stop(true);
  await demanding.stop(true);
  await local.stop(true);
  for (const origin of [first, second, moody, checked]) origin.stop();
  made.remove();
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly ms: number;
}

async function ask(name: string, init: RequestInit = {}, path = "/"): Promise<Answer> {
  const began = performance.now();
  const headers = {
    ...(init.headers as Record<string, string>),
    host: `${name}.example`,
    connection: "close",
  };
  const answer = await fetch(`${process.edgeUrl}${path}`, { ...init, headers });
  const text = await answer.text();
  return { status: answer.status, text, ms: performance.now() - began };
}

const statusOf = async (name: string) => (await ask(name)).status;

describe("TLS to the origin", () => {
  test("goes on only with the authority and the name that were asked for", async () => {
    expect(await statusOf("verified")).toBe(200);
    expect(await statusOf("untrusted")).toBe(502);
    expect(await statusOf("renamed")).toBe(502);
    expect(await statusOf("addressed")).toBe(502);
  });

  test("without verification is what somebody asked for, loudly", async () => {
    expect(await statusOf("insecure")).toBe(200);
    expect(process.output()).toContain("is not verified");
  });

  test("is never left unverified for want of a file", async () => {
    expect(await statusOf("fileless")).toBe(502);
    expect(process.output()).toContain("nowhere.crt cannot be read");
  });

  test("takes a changed authority into use, and keeps the old one where the new is none", async () => {
    expect(await statusOf("changing")).toBe(502);
    await copyFile(bank.cert, join(policies, "changing.crt"));
    await waitUntil("the new authority is in use", async () => (await statusOf("changing")) === 200);
    writeFileSync(join(policies, "changing.crt"), "no certificate");
    await waitUntil("the bad file was noticed", () =>
      /cannot be used, the old ones stay/.test(process.output()),
    );
    expect(await statusOf("changing")).toBe(200);
  });

  test("shows a certificate to an origin that wants one", async () => {
    expect(await statusOf("mutual")).toBe(200);
    expect(await statusOf("unknown")).toBe(502);
  });
});

test("the origin of the command line takes the same words", async () => {
  const origin = `https://127.0.0.1:${secure.port} ca ${bank.cert} sni bank.internal`;
  const other = await startSallyport({ args: ["--origin", origin] });
  const answer = await fetch(other.edgeUrl);
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("via: 1.1 sallyport")]);
  await other.stop();
});

test("an origin behind a unix socket", async () => {
  expect((await ask("socket")).text).toBe("by the socket");
});

test("the lock: the origin gets the secret, whatever the client sends under its name, and the new one once it has changed", async () => {
  const secretsAt = async () => {
    const { text } = await ask("locked", { headers: { "x-SALLYPORT-key": "forged" } });
    return text.split("\n").filter((line) => line.startsWith("x-sallyport-key"));
  };
  expect(await secretsAt()).toEqual(["x-sallyport-key: first secret"]);
  writeFileSync(join(policies, "secret"), "another secret\n");
  await waitUntil("the new secret is in use", async () => (await secretsAt())[0]?.endsWith("another secret"));
  expect((await ask("verified")).text).not.toContain("x-sallyport-key");
});

/** Sockets that the process holds. */
function sockets(): number {
  return readdirSync(`/proc/${process.pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${process.pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      return false;
    }
  }).length;
}

/** Waits until everything that a test opened is closed again: idle connections to origins go after seconds. */
async function isBackAt(baseline: number): Promise<void> {
  await waitUntil("no socket is left over", () => sockets() <= baseline, 12_000);
}

describe("an origin that is not well", () => {
  let baseline = 0;
  const misbehaving: [name: string, answer: RawAnswer, status: number, mostMs: number][] = [
    ["closes instead of answering", (_, socket) => void socket.end(), 502, 300],
    ["resets instead of answering", (_, socket) => socket.terminate(), 502, 300],
    ["ends in the middle of a head", (_, socket) => void socket.end("HTTP/1.1 200 OK\r\nX"), 502, 300],
    ["sends garbage", (_, socket) => void socket.write("\x00\xffnonsense\r\n\r\n"), 502, 300],
    ["sends garbage without end", (_, socket) => void socket.write(Buffer.alloc(200_000, "x")), 502, 300],
    ["does not answer", () => undefined, 504, 4_000],
    ["drips its head", (_, socket) => void socket.write("HTTP/1.1 200 OK\r\nX: "), 504, 4_000],
  ];
  for (const [name, answer, status, mostMs] of misbehaving) {
    test(`${name}: ${status} in time, and nothing is left over`, async () => {
      await isBackAt(baseline || (baseline = sockets()));
      moody.answer = answer;
      const answers = await Promise.all(Array.from({ length: 5 }, () => ask("moody")));
      expect(answers.map((one) => one.status)).toEqual(Array.from({ length: 5 }, () => status));
      for (const { ms } of answers) expect(ms).toBeLessThan(mostMs);
      await isBackAt(baseline);
      moody.answer = answerWith(ok);
      expect(await statusOf("moody")).toBe(200);
    });
  }

  const breaking: [name: string, answer: RawAnswer][] = [
    [
      "lies about its length",
      (_, socket) => void socket.end("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    ],
    [
      "stops in the middle of a body",
      (_, socket) => void socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"),
    ],
    [
      "breaks its chunks",
      (_, socket) =>
        void socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"),
    ],
  ];
  for (const [name, answer] of breaking) {
    test(`${name}: the client can tell, and nothing is left over`, async () => {
      await isBackAt(baseline);
      moody.answer = answer;
      const raw = await connectRaw(Number(new URL(process.edgeUrl).port));
      raw.send("GET / HTTP/1.1\r\nHost: moody.example\r\n\r\n");
      const { received, isClosed } = await raw.closed(5_000);
      expect(isClosed).toBe(true);
      expect(received).toStartWith("HTTP/1.1 200 ");
      expect(received).toMatch(/abc(?:\r\n)?$/);
      await isBackAt(baseline);
      moody.answer = answerWith(ok);
      expect(await statusOf("moody")).toBe(200);
    });
  }
});

test("an origin that is killed and restarted: 502 at once meanwhile, and served again with its first answer", async () => {
  let mortal = startRawOrigin(answerWith(ok), { port: killedPort });
  expect(await statusOf("killed")).toBe(200);
  mortal.answer = () => undefined;
  const inFlight = ask("killed", {}, "/slow");
  await waitUntil("the request is at the origin", () => mortal.requests.length === 2);
  mortal.stop();
  expect((await inFlight).status).toBe(502);
  for (let times = 0; times < 5; times++) {
    const { status, ms } = await ask("killed", { method: "POST", body: "x" });
    expect(status).toBe(502);
    expect(ms).toBeLessThan(300);
  }
  mortal = startRawOrigin(answerWith(ok), { port: killedPort });
  expect(await statusOf("killed")).toBe(200);
  mortal.stop();
});

test("an origin that closes its side while it is sent a body: the client hears, and nothing hangs", async () => {
  moody.answer = (_, socket) => void socket.end();
  const { status, ms } = await ask("moody", { method: "POST", body: Buffer.alloc(8_000_000) });
  expect(status).toBe(502);
  expect(ms).toBeLessThan(2_000);
  moody.answer = (_, socket) => {
    socket.data.current = undefined;
    socket.end("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n");
  };
  expect((await ask("moody", { method: "POST", body: "small" })).status).toBe(413);
  moody.answer = answerWith(ok);
});

describe("several origins", () => {
  test("stand in for one that cannot be reached, also for what must not be sent twice", async () => {
    first.stop();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        ask("pair", index % 2 === 0 ? {} : { method: "POST", body: "money" }),
      ),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(second.requests.length).toBeGreaterThanOrEqual(40);
  });

  test("that are checked: what is down gets nothing but checks, all down is 502 at once, and then it comes back", async () => {
    const state = { isWell: true };
    checked.answer = (request, socket, isFirst) => {
      const isSick = !state.isWell && request.head.startsWith("GET /well ");
      const answer = isSick ? ok.replace("200 OK", "500 Oh") : ok;
      answerWith(answer)(request, socket, isFirst);
    };
    expect(await statusOf("watched")).toBe(200);
    state.isWell = false;
    await waitUntil("the check has noticed", async () => (await statusOf("watched")) === 502);
    const before = checked.requests.length;
    const { ms, text } = await ask("watched");
    expect(ms).toBeLessThan(300);
    expect(text).toContain("502 Bad Gateway");
    await waitUntil("it was checked again", () => checked.requests.length > before);
    expect(checked.requests.slice(before).map(({ head }) => head.slice(0, 10))).not.toContain("GET / HTTP");
    state.isWell = true;
    await waitUntil("it is back", async () => (await statusOf("watched")) === 200);
    expect(checked.requests[0]!.head).toStartWith("GET /well HTTP/1.1\r\nHost: watched.example\r\n");
  });
});

describe("answers that go on and on", () => {
  const streams: [name: string, head: string, parts: string[]][] = [
    [
      "server-sent events",
      "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked",
      ["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"],
    ],
    [
      "gRPC-web",
      "Content-Type: application/grpc-web+proto\r\nTransfer-Encoding: chunked",
      ["\x00\x00\x00\x00\x01a", "\x00\x00\x00\x00\x01b", "\x80\x00\x00\x00\x0fgrpc-status:0\r\n"],
    ],
    ["what ends with the connection", "Content-Type: text/plain", ["one", "two", "three"]],
  ];
  for (const [name, head, parts] of streams) {
    test(`${name}: each part arrives before the next is sent`, async () => {
      let send: ((part: string | undefined) => void) | undefined;
      const isChunked = head.includes("chunked");
      moody.answer = (_, socket) => {
        socket.data.current = undefined;
        socket.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n`);
        send = (part) => {
          if (part === undefined) socket.end(isChunked ? "0\r\ngrpc-status: 0\r\n\r\n" : "");
          else
            socket.write(
              Buffer.from(isChunked ? `${part.length.toString(16)}\r\n${part}\r\n` : part, "latin1"),
            );
        };
      };
      const raw = await connectRaw(Number(new URL(process.edgeUrl).port));
      raw.send("GET /stream HTTP/1.1\r\nHost: moody.example\r\n\r\n");
      // Even the head does not wait for the first part.
      await raw.until(/\r\n\r\n/);
      for (const part of parts) {
        send?.(part);
        await waitUntil("the part has arrived", () => raw.received().includes(part));
      }
      send?.(undefined);
      const received = await raw.until(/\r\n0\r\n(?:[^\r]+\r\n)?\r\n$/);
      expect(received).toEndWith(isChunked ? "\r\n0\r\ngrpc-status: 0\r\n\r\n" : "\r\n0\r\n\r\n");
      raw.close();
    });
  }
});

test("the console shows how the origins are", async () => {
  const session = await signIn(process.consoleUrl, process.password);
  const page = await (await session.fetch("/system")).text();
  expect(page).toContain(`<code>unix:${socketPath}</code>`);
  expect(page).toContain("self signed certificate");
});
