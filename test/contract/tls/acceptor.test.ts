/**
 * The contract of a TLS acceptor, kept by both ways. For `same_socket` it is also the guard on options of Bun that
 * are not documented: it must pass on every Bun update before that is taken.
 */
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { copyFileSync, readFileSync } from "node:fs";
import * as net from "node:net";
import * as tls from "node:tls";
import { Certificates, type CertificatesOptions } from "../../../src/accept/tls/certificates.ts";
import type { ClientSocket } from "../../../src/accept/tls/tls-acceptor.ts";
import { TestCertificates } from "../../support/test-certificates.ts";
import { type Cut, cuttingRelay } from "./cutting-relay.ts";
import { type Behaviour, listenTls, type TlsListener } from "./tls-listener.ts";

const made = new TestCertificates();
const shop = made.selfSigned("shop", ["shop.example", "*.shop.example"]);
const bank = made.selfSigned("bank", ["bank.example"]);
const authority = made.selfSigned("authority", []);
const customer = made.signedBy(authority, "customer");
const stranger = made.signedBy(made.selfSigned("otherauthority", []), "stranger");
afterAll(() => made.remove());

const megabyte = 1_048_576;
const echo: Behaviour = { received: (socket, chunk) => void socket.write(chunk) };

let running: { stop(): void }[] = [];
afterEach(() => {
  for (const part of running) part.stop();
  running = [];
});

function certificates(options: Partial<CertificatesOptions> = {}): Certificates {
  return new Certificates({ files: [shop, bank], pollMs: 0, ...options });
}

interface Client {
  readonly socket: tls.TLSSocket;
  readonly text: () => string;
  readonly bytes: () => number;
  readonly ended: Promise<void>;
  readonly closed: Promise<void>;
}

function connect(port: number, options: tls.ConnectionOptions = {}): Promise<Client> {
  const { promise, resolve, reject } = Promise.withResolvers<Client>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const socket = tls.connect(
    { port, host: "127.0.0.1", servername: "shop.example", rejectUnauthorized: false, ...options },
    () => resolve(client),
  );
  const closed = new Promise<void>((done) => socket.once("close", () => done()));
  const ended = new Promise<void>((done) => socket.once("end", () => done()));
  const client: Client = {
    socket,
    text: () => Buffer.concat(chunks).toString(),
    bytes: () => bytes,
    ended,
    closed,
  };
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes < megabyte) chunks.push(Buffer.from(chunk));
  });
  socket.on("error", reject);
  socket.on("close", () => reject(new Error("closed before the handshake's end")));
  return promise;
}

async function until(condition: () => boolean, what: string, ms = 5_000): Promise<void> {
  const end = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await Bun.sleep(5);
  }
}

/** Sends raw bytes and returns all that comes back until the other side closes. */
function sendRaw(port: number, bytes: Uint8Array, thenEnd = false): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const answers: Buffer[] = [];
  const socket = net.connect(port, "127.0.0.1", () => {
    socket.write(bytes);
    if (thenEnd) socket.end();
  });
  socket.on("data", (chunk) => answers.push(Buffer.from(chunk)));
  socket.on("error", () => {});
  socket.on("close", () => resolve(Buffer.concat(answers)));
  return promise;
}

/** A client hello as this machine's client sends it. */
function captureHello(): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", (chunk) => {
      resolve(Buffer.from(chunk));
      socket.destroy();
      server.close();
    });
  });
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as net.AddressInfo;
    connect(port).catch(() => {});
  });
  return promise;
}

/** Asks clients for certificates of `authority`. */
const pem = ({ cert, key }: { cert: string; key: string }) => ({
  cert: readFileSync(cert),
  key: readFileSync(key),
});
const asking = (isRequired: boolean) => ({
  certificates: certificates({ clientCertificates: { ca: authority.cert, isRequired } }),
  clientCertificates: isRequired ? ("required" as const) : ("optional" as const),
});

describe.each(["same_socket", "splice"] as const)("%s", (way) => {
  function listen(behaviour: Behaviour, options: Partial<Parameters<typeof listenTls>[1]> = {}): TlsListener {
    const listener = listenTls(way, { certificates: certificates(), ...options }, behaviour);
    running.push(listener);
    return listener;
  }

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "carries bytes both ways over %s and says what was agreed",
    async (version) => {
      const listener = listen(echo);
      const before = Date.now();
      const client = await connect(listener.port, {
        minVersion: version,
        maxVersion: version,
        ALPNProtocols: ["http/1.1"],
      });
      client.socket.write("ping");
      await until(() => client.text() === "ping", "the echo");
      const arrival = listener.arrivals[0]!;
      expect(arrival).toMatchObject({
        sni: "shop.example",
        alpn: "http/1.1",
        tlsVersion: version,
        isResumed: false,
        isAuthorized: false,
      });
      expect(arrival.ja4).toMatch(
        version === "TLSv1.3" ? /^t13d\d{4}h1_[0-9a-f]{12}_[0-9a-f]{12}$/ : /^t12d\d{4}h1_/,
      );
      expect(arrival.ja4Stable).toMatch(/^r1:t1[23]d\d{4}h1_[0-9a-f]{12}_[0-9a-f]{12}$/);
      expect(arrival.helloAt).toBeGreaterThanOrEqual(before);
      expect(arrival.handshakeMs).toBeGreaterThan(0);
      expect(arrival.handshakeMs).toBeLessThan(5_000);
      client.socket.destroy();
      await until(() => listener.closes() === 1 && listener.open() === 0, "the close");
    },
  );

  test("sends of a shared buffer the part that it was told, and no byte of another client", async () => {
    const shared = Buffer.alloc(32_768, "secret of another client ");
    const listener = listen({
      received(socket, chunk) {
        shared.set(chunk, 100);
        expect(socket.write(shared, 100, chunk.length)).toBe(chunk.length);
        shared.write("tail", shared.length - 4);
        expect(socket.write(shared, shared.length - 4)).toBe(4);
        socket.end();
      },
    });
    const client = await connect(listener.port);
    const { promise: over, resolve } = Promise.withResolvers<void>();
    client.socket.once("close", () => resolve());
    client.socket.write("ping");
    await over;
    expect(client.text()).toBe("pingtail");
  });

  test("agrees on the protocol that the server prefers, on none if none is offered, and on no strange one", async () => {
    const listener = listen(echo);
    const both = await connect(listener.port, { ALPNProtocols: ["http/1.1", "h2"] });
    const none = await connect(listener.port);
    await until(() => listener.arrivals.length === 2, "the arrivals");
    expect(listener.arrivals.map((arrival) => arrival.alpn)).toEqual(["h2", undefined]);
    expect(both.socket.alpnProtocol).toBe("h2");
    expect(await connect(listener.port, { ALPNProtocols: ["spdy/1"] }).catch(() => "refused")).toBe(
      "refused",
    );
    await until(() => listener.refusals.length === 1, "the refusal");
    expect(listener.refusals[0]).toMatchObject({ reason: "handshake_failed" });
    both.socket.destroy();
    none.socket.destroy();
    await until(() => listener.open() === 0, "the closes");
  });

  test.each<Cut>(["bytes", 1, 3, 5, 100])("reads a hello that comes cut (%p)", async (cut) => {
    const listener = listen(echo);
    const whole = await connect(listener.port, { ALPNProtocols: ["h2"] });
    const relay = cuttingRelay(listener.port, cut);
    running.push(relay);
    const client = await connect(relay.port, { ALPNProtocols: ["h2"] });
    client.socket.write("ping");
    await until(() => client.text() === "ping", "the echo");
    expect(listener.arrivals[1]!.ja4).toBe(listener.arrivals[0]!.ja4);
    expect(listener.arrivals[1]!.sni).toBe("shop.example");
    client.socket.destroy();
    whole.socket.destroy();
  });

  test("shows the certificate of the name asked for, the first one to others", async () => {
    const listener = listen(echo);
    const shown = async (servername: string) => {
      const client = await connect(listener.port, { servername });
      client.socket.write("ping");
      await until(() => client.text() === "ping", "the echo");
      const subject = client.socket.getPeerCertificate().subject.CN;
      client.socket.destroy();
      return subject;
    };
    expect(await shown("bank.example")).toBe("bank");
    expect(await shown("shop.example")).toBe("shop");
    expect(await shown("www.shop.example")).toBe("shop");
    expect(await shown("strange.example")).toBe("shop");
    expect(await shown("")).toBe("shop");
    expect(listener.arrivals.at(-1)!.sni).toBeUndefined();
    expect(listener.arrivals.at(-1)!.ja4).toStartWith("t13i");
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "resumes a %s session, and the stable print stays",
    async (version) => {
      const listener = listen(echo);
      const options = { maxVersion: version, minVersion: version };
      const { promise, resolve } = Promise.withResolvers<Buffer>();
      const first = await connect(listener.port, options);
      first.socket.on("session", resolve);
      first.socket.write("ping");
      if (version === "TLSv1.2") resolve(first.socket.getSession());
      const session = await promise;
      const second = await connect(listener.port, { ...options, session });
      expect(second.socket.isSessionReused()).toBe(true);
      await until(() => listener.arrivals.length === 2, "the second arrival");
      const [fresh, resumed] = listener.arrivals;
      expect(fresh!.isResumed).toBe(false);
      expect(resumed!.isResumed).toBe(true);
      expect(resumed!.ja4Stable).toBe(fresh!.ja4Stable);
      if (version === "TLSv1.3") expect(resumed!.ja4).not.toBe(fresh!.ja4);
      first.socket.destroy();
      second.socket.destroy();
    },
  );

  describe("client certificates", () => {
    test.each(["TLSv1.2", "TLSv1.3"] as const)(
      "where required, only a signed one comes in (%s)",
      async (version) => {
        const listener = listen(echo, asking(true));
        const options = { maxVersion: version, minVersion: version };
        const client = await connect(listener.port, { ...options, ...pem(customer) });
        client.socket.write("ping");
        await until(() => client.text() === "ping", "the echo");
        expect(listener.arrivals[0]!.isAuthorized).toBe(true);
        for (const unwanted of [{}, pem(stranger)]) {
          const refused = listener.refusals.length;
          // In TLS 1.3 the client's own handshake is over before the server has seen the certificate.
          const outcome = await connect(listener.port, { ...options, ...unwanted }).then(
            (late) => late.closed,
            () => undefined,
          );
          expect(outcome).toBeUndefined();
          await until(() => listener.refusals.length > refused, "the refusal");
        }
        expect(listener.refusals.map(({ reason }) => reason)).toEqual([
          "client_certificate",
          "client_certificate",
        ]);
        expect(listener.arrivals).toHaveLength(1);
        client.socket.destroy();
        await until(() => listener.open() === 0, "the closes");
      },
    );

    test("where optional, others come in unauthorised, and a session is resumed as what it was", async () => {
      const listener = listen(echo, asking(false));
      const anonymous = await connect(listener.port);
      const untrusted = await connect(listener.port, pem(stranger));
      const { promise, resolve } = Promise.withResolvers<Buffer>();
      const trusted = await connect(listener.port, pem(customer));
      trusted.socket.on("session", resolve);
      trusted.socket.write("ping");
      const again = await connect(listener.port, { ...pem(customer), session: await promise });
      await until(() => listener.arrivals.length === 4, "the arrivals");
      expect(listener.arrivals.map(({ isAuthorized }) => isAuthorized)).toEqual([false, false, true, true]);
      expect(listener.arrivals.map(({ isResumed }) => isResumed)).toEqual([false, false, false, true]);
      for (const { socket } of [anonymous, untrusted, trusted, again]) socket.destroy();
    });
  });

  test("100 MB to a client that does not read stay with their maker, and arrive whole once it reads", async () => {
    const total = 100 * megabyte;
    const block = Buffer.alloc(megabyte, 7);
    let written = 0;
    const pump = (socket: ClientSocket) => {
      while (written < total) {
        const taken = socket.write(block.subarray(0, Math.min(block.length, total - written)));
        if (taken <= 0) return;
        written += taken;
      }
      socket.shutdown();
    };
    let isAsked = false;
    const listener = listen({
      received(socket) {
        isAsked = true;
        pump(socket);
      },
      drained(socket) {
        if (isAsked) pump(socket);
      },
    });
    const client = await connect(listener.port);
    client.socket.pause();
    Bun.gc(true);
    const before = process.memoryUsage.rss();
    client.socket.write("go");
    await Bun.sleep(500);
    const held = written;
    await Bun.sleep(300);
    expect(written).toBe(held);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(32 * megabyte);
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * megabyte);
    client.socket.resume();
    await client.ended;
    expect(client.bytes()).toBe(total);
    expect(process.memoryUsage.rss() - before).toBeLessThan(128 * megabyte);
    client.socket.destroy();
  }, 20_000);

  test("a paused socket holds a fast client, and loses nothing", async () => {
    let received = 0;
    const listener = listen({
      received(socket, chunk) {
        if (received === 0) socket.pause();
        received += chunk.length;
      },
    });
    const client = await connect(listener.port);
    const total = 24 * megabyte;
    client.socket.write(Buffer.alloc(total));
    client.socket.end();
    await Bun.sleep(300);
    expect(received).toBeLessThan(2 * megabyte);
    listener.sockets[0]!.resume();
    await until(() => received === total, "all bytes");
    await until(() => listener.open() === 0, "the close");
  });

  test("answers a client that has ended its side", async () => {
    const listener = listen({
      clientEnded(socket) {
        setTimeout(() => {
          socket.write(Buffer.from("late answer"));
          socket.shutdown();
        }, 50);
      },
    });
    const client = await connect(listener.port, { allowHalfOpen: true } as tls.ConnectionOptions);
    client.socket.end("question");
    await client.ended;
    expect(client.text()).toBe("late answer");
    await until(() => listener.open() === 0, "the close");
    expect(listener.closes()).toBe(1);
  });

  test("receives after having ended its own side", async () => {
    let received = 0;
    const listener = listen({
      received(socket, chunk) {
        if (received === 0) {
          socket.write(Buffer.from("bye"));
          socket.shutdown();
        }
        received += chunk.length;
      },
    });
    const client = await connect(listener.port, { allowHalfOpen: true } as tls.ConnectionOptions);
    client.socket.write("x");
    await client.ended;
    expect(client.text()).toBe("bye");
    client.socket.write(Buffer.alloc(50_000));
    await until(() => received === 50_001, "the late bytes");
    client.socket.end();
    await until(() => listener.open() === 0, "the close");
  });

  test.each(["end", "terminate"] as const)(
    "%s lets go of the socket though the client does nothing",
    async (how) => {
      const listener = listen({
        received(socket) {
          socket.write(Buffer.from("bye"));
          socket[how]();
        },
      });
      const client = await connect(listener.port, { allowHalfOpen: true } as tls.ConnectionOptions);
      client.socket.on("error", () => {});
      client.socket.pause();
      client.socket.write("x");
      await until(() => listener.open() === 0, "the close");
      expect(listener.closes()).toBe(1);
      client.socket.destroy();
    },
  );

  test.each(["-tls1_2", "-tls1_3"])("end tells the client that nothing was cut off (%s)", async (version) => {
    const listener = listen({
      received(socket) {
        socket.write(Buffer.from("bye"));
        socket.end();
      },
    });
    const client = Bun.spawn(
      ["openssl", "s_client", "-connect", `127.0.0.1:${listener.port}`, "-quiet", version],
      { stdin: "pipe", stdout: "pipe", stderr: "pipe" },
    );
    await client.stdin.write("x\n");
    await client.stdin.flush();
    const [said, complained] = await Promise.all([client.stdout.text(), client.stderr.text()]);
    expect(said).toBe("bye");
    expect(complained).not.toContain("unexpected eof");
  });

  test("an owner that throws loses its own connection and no other", async () => {
    const listener = listen({
      received(socket, chunk) {
        if (chunk.toString() === "bad") throw new Error("a defect");
        socket.write(chunk);
      },
    });
    const [one, other] = await Promise.all([connect(listener.port), connect(listener.port)]);
    one.socket.write("bad");
    await one.closed;
    expect(listener.defects.map(({ message }) => message)).toEqual(["a defect"]);
    other.socket.write("good");
    await until(() => other.text() === "good", "the echo");
    other.socket.destroy();
    await until(() => listener.open() === 0, "the closes");
    expect(listener.closes()).toBe(2);
  });

  test("FIN without close_notify ends the client's side like one with it", async () => {
    let ends = 0;
    const listener = listen({
      clientEnded(socket) {
        ends++;
        socket.end();
      },
    });
    const relay = cuttingRelay(listener.port, 5);
    running.push(relay);
    const client = await connect(relay.port);
    await until(() => listener.arrivals.length === 1, "the arrival");
    relay.stop();
    await until(() => listener.open() === 0, "the close");
    expect(listener.closes()).toBe(1);
    expect(ends).toBeLessThanOrEqual(1);
    client.socket.destroy();
  });

  test.each([
    ["a request in plain HTTP", "GET / HTTP/1.1\r\n\r\n", "plain_http", "HTTP/1.1 400 "],
    ["bytes of something else", "\x00\x01\x02\x03\x04\x05", "not_tls", "\x15\x03\x01\x00\x02\x02\x0a"],
    [
      "another record than a handshake",
      "\x17\x03\x03\x00\x01\x00",
      "not_tls",
      "\x15\x03\x01\x00\x02\x02\x0a",
    ],
    ["a record too long", "\x16\x03\x01\xff\xff\x01", "bad_record", "\x15\x03\x01\x00\x02\x02\x0a"],
    ["a hello too long", "\x16\x03\x01\x00\x04\x01\x00\xff\xff", "too_large", "\x15\x03\x01\x00\x02\x02\x16"],
    [
      "a hello that is none",
      "\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00",
      "bad_hello",
      "\x15\x03\x01\x00\x02\x02\x32",
    ],
  ])("answers %s and closes", async (_, bytes, reason, answer) => {
    const listener = listen(echo);
    const got = await sendRaw(listener.port, Buffer.from(bytes, "latin1"));
    expect(got.toString("latin1")).toStartWith(answer);
    expect(listener.refusals.map((refusal) => refusal.reason)).toEqual([reason as "not_tls"]);
    await until(() => listener.open() === 0, "the close");
    expect(listener.closes()).toBe(0);
  });

  test("closes on silence, before the hello, within it and after it", async () => {
    const listener = listen(echo, { handshakeMs: 150 });
    const hello = await captureHello();
    const started = Date.now();
    await Promise.all([
      sendRaw(listener.port, Buffer.alloc(0)),
      sendRaw(listener.port, hello.subarray(0, 50)),
      sendRaw(listener.port, hello),
    ]);
    expect(Date.now() - started).toBeLessThan(2_000);
    await until(() => listener.open() === 0, "the closes");
    expect(listener.refusals.map(({ reason }) => reason).sort()).toEqual([
      "handshake_timeout",
      "hello_timeout",
      "hello_timeout",
    ]);
  });

  test("a client that goes away during the handshake is refused once and leaves nothing", async () => {
    const listener = listen(echo);
    const hello = await captureHello();
    await sendRaw(listener.port, Buffer.alloc(0), true);
    await sendRaw(listener.port, hello.subarray(0, 50), true);
    await sendRaw(listener.port, hello, true);
    await sendRaw(listener.port, Buffer.concat([hello, Buffer.from("\x16\x03\x03\x00\x03abc")]));
    await until(() => listener.open() === 0, "the closes");
    expect(listener.refusals.map(({ reason }) => reason)).toEqual([
      "no_hello",
      "no_hello",
      "handshake_failed",
      "handshake_failed",
    ]);
    const client = await connect(listener.port);
    client.socket.write("ping");
    await until(() => client.text() === "ping", "the echo");
    client.socket.destroy();
  });

  test("draining gives handshakes a moment and asks the rest", async () => {
    const listener = listen(echo);
    const client = await connect(listener.port);
    const half = sendRaw(listener.port, (await captureHello()).subarray(0, 50));
    await until(() => listener.open() === 2, "both connections");
    listener.drain();
    await half;
    await client.closed;
    await until(() => listener.open() === 0, "the closes");
  });

  test("new connections get a certificate that was changed on disk, old ones go on", async () => {
    const files = { cert: `${made.folder}/live.crt`, key: `${made.folder}/live.key` };
    const put = (from: { cert: string; key: string }) => {
      copyFileSync(from.cert, files.cert);
      copyFileSync(from.key, files.key);
    };
    put(shop);
    const store = certificates({ files: [files] });
    const listener = listen(echo, { certificates: store });
    const old = await connect(listener.port);
    put(bank);
    store.refresh();
    const fresh = await connect(listener.port);
    expect(old.socket.getPeerCertificate().subject.CN).toBe("shop");
    expect(fresh.socket.getPeerCertificate().subject.CN).toBe("bank");
    old.socket.write("ping");
    await until(() => old.text() === "ping", "the old connection's echo");
    old.socket.destroy();
    fresh.socket.destroy();
  });

  test("a hundred connections at once each get their own bytes back", async () => {
    const listener = listen(echo);
    const clients = await Promise.all(Array.from({ length: 100 }, () => connect(listener.port)));
    for (const [index, { socket }] of clients.entries()) socket.write(`client ${index}`);
    await until(() => clients.every((client, index) => client.text() === `client ${index}`), "all echoes");
    for (const { socket } of clients) socket.destroy();
    await until(() => listener.open() === 0, "the closes");
    expect(listener.closes()).toBe(100);
  });
});
