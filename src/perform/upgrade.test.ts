import { afterEach, describe, expect, test } from "bun:test";
import type { Socket } from "bun";
import { connectRaw, type RawClient } from "../../test/support/raw-client.ts";
import { answerWith, type RawAnswer, type RawOrigin, startRawOrigin } from "../../test/support/raw-origin.ts";
import { waitUntil } from "../../test/support/wait-until.ts";
import { type EdgeListener, listenEdge } from "../accept/edge-listener.ts";
import { type ForwardResult, forward } from "./forward.ts";
import { UpstreamPool } from "./upstream-pool.ts";
import { type UpstreamWaits, usualWaits } from "./upstream-waits.ts";

// RFC 6455 §1.3: the example's key and its answer.
const key = "dGhlIHNhbXBsZSBub25jZQ==";
const accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
const offer = (fields = "Upgrade: websocket\r\nConnection: Upgrade\r\n") =>
  `GET /chat HTTP/1.1\r\nHost: a\r\n${fields}Sec-WebSocket-Key: ${key}\r\nSec-WebSocket-Version: 13\r\n\r\n`;
const agreed = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;
const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

interface Parts {
  readonly edge: EdgeListener;
  readonly pool: UpstreamPool;
  readonly origin: RawOrigin;
  readonly results: ForwardResult[];
}

const running: Parts[] = [];

function start(answer: RawAnswer, waits: Partial<UpstreamWaits> = {}): Parts {
  const origin = startRawOrigin(answer);
  const pool = new UpstreamPool(
    { scheme: "http", hostname: "127.0.0.1", port: origin.port },
    { waits: { ...usualWaits, ...waits } },
  );
  const results: ForwardResult[] = [];
  const edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) =>
      forward(request, pool, "REQUEST-ID", [], {
        answered: () => undefined,
        done: (result) => results.push(result),
      }),
    refused: () => undefined,
    fault: console.error,
  });
  const parts = { edge, pool, origin, results };
  running.push(parts);
  return parts;
}

/** Answers the offer, and echoes in capitals what comes after it. */
const shout: RawAnswer = (request, socket, isFirst) => {
  if (isFirst) socket.write(agreed);
  socket.write(request.body.toString("latin1").toUpperCase());
  request.body = Buffer.alloc(0);
};

async function asked(parts: Parts, bytes: string): Promise<RawClient> {
  const client = await connectRaw(parts.edge.port);
  client.send(bytes);
  return client;
}

afterEach(async () => {
  for (const { edge, pool, origin } of running.splice(0)) {
    pool.close();
    origin.stop();
    await edge.drain(0);
  }
});

describe("an upgrade that passes", () => {
  test("the handshake goes through in its order, and then every byte, those that came with it included", async () => {
    const parts = start(shout);
    const client = await asked(
      parts,
      `${offer("uPGRADE: websocket\r\nCONNECTION: keep-alive, Upgrade\r\n")}early `,
    );
    client.send("late");
    expect(await client.until(/EARLY LATE$/)).toBe(`${agreed}EARLY LATE`);
    expect(parts.origin.requests[0]!.head).toBe(
      `GET /chat HTTP/1.1\r\nHost: a\r\nuPGRADE: websocket\r\nCONNECTION: Upgrade\r\nSec-WebSocket-Key: ${key}\r\n` +
        "Sec-WebSocket-Version: 13\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 sallyport\r\n" +
        "Sallyport-Request-Id: REQUEST-ID\r\n\r\n",
    );
    client.close();
    await waitUntil("the tunnel is over", () => parts.results.length === 1 && parts.pool.open === 0);
    expect(parts.results).toEqual([{ status: 101, failure: undefined, tunnelledBytes: 10 }]);
  });

  test("other protocols pass, too, as long as no requests can hide in them", async () => {
    const answer = agreed.replace("Upgrade: websocket", "Upgrade: SPDP/1.0");
    const parts = start(answerWith(`${answer}hello`));
    const client = await asked(parts, offer("Upgrade: spdp/1.0\r\nConnection: upgrade\r\n"));
    expect(await client.until(/hello$/)).toBe(`${answer}hello`);
    client.close();
  });

  test("what the origin sends before it ends is not lost, and the client may go on sending", async () => {
    const payload = Buffer.alloc(4_194_304, "x");
    let heard = "";
    const parts = start((request, socket, isFirst) => {
      heard += request.body.toString("latin1");
      request.body = Buffer.alloc(0);
      if (!isFirst) return;
      socket.write(agreed);
      let rest: Buffer = payload;
      const pump = setInterval(() => {
        rest = rest.subarray(Math.max(0, socket.write(rest)));
        if (rest.length > 0) return;
        clearInterval(pump);
        socket.shutdown();
      }, 1);
    });
    const client = await asked(parts, offer());
    const { received } = await client.closed(10_000);
    expect(received.length).toBe(agreed.length + payload.length);
    expect(heard).toBe("");
    await waitUntil("the tunnel is over", () => parts.pool.open === 0);
    expect(parts.results).toEqual([{ status: 101, failure: undefined, tunnelledBytes: 0 }]);
  });

  test("what the client sends before it ends reaches a slow origin whole", async () => {
    const payload = Buffer.alloc(4_194_304, "y");
    let got = 0;
    const parts = start((request, socket, isFirst) => {
      got += request.body.length;
      request.body = Buffer.alloc(0);
      if (!isFirst) return;
      socket.write(agreed);
      socket.pause();
      setTimeout(() => socket.resume(), 200);
    });
    let rest: Buffer = payload;
    let isOver = false;
    const send = (socket: Socket): void => {
      if (isOver) return;
      rest = rest.subarray(Math.max(0, socket.write(rest)));
      isOver = rest.length === 0;
      if (isOver) socket.shutdown();
    };
    const client = await Bun.connect({
      hostname: "127.0.0.1",
      port: parts.edge.port,
      allowHalfOpen: true,
      socket: { data: send, drain: send },
    });
    client.write(offer());
    await waitUntil("all has arrived", () => got === payload.length, 10_000);
    expect(got).toBe(payload.length);
    await waitUntil("the tunnel is over", () => parts.pool.open === 0);
    expect(parts.results[0]).toEqual({ status: 101, failure: undefined, tunnelledBytes: payload.length });
    client.terminate();
  });

  test("a client that is slow to read gets all of what the origin sent before it ended", async () => {
    const payload = Buffer.alloc(33_554_432, "z");
    const parts = start((_request, socket, isFirst) => {
      if (!isFirst) return;
      socket.write(agreed);
      let rest: Buffer = payload;
      const pump = setInterval(() => {
        while (rest.length > 0) {
          const written = socket.write(rest);
          if (written <= 0) return;
          rest = rest.subarray(written);
        }
        clearInterval(pump);
        socket.end();
      }, 1);
    });
    const client = await asked(parts, offer());
    await client.until(/zzz/);
    client.pause();
    await Bun.sleep(300);
    client.resume();
    const { received } = await client.closed(10_000);
    expect(received.length).toBe(agreed.length + payload.length);
  });

  test("silence on both sides ends it after its wait", async () => {
    const parts = start(shout, { tunnel: 100 });
    const client = await asked(parts, `${offer()}hello`);
    await client.until(/HELLO$/);
    const { isClosed } = await client.closed(5_000);
    expect(isClosed).toBe(true);
    expect(parts.pool.open).toBe(0);
    expect(parts.results).toEqual([{ status: 101, failure: undefined, tunnelledBytes: 5 }]);
  });

  test("an origin that breaks off takes the client along", async () => {
    const parts = start((_request, socket) => {
      socket.write(agreed);
      setTimeout(() => socket.terminate(), 20);
    });
    const client = await asked(parts, offer());
    expect((await client.closed()).isClosed).toBe(true);
    await waitUntil("the tunnel is over", () => parts.results.length === 1);
    expect(parts.results[0]!.failure).toBe("closed");
  });
});

describe("an upgrade that does not pass", () => {
  const notOffered: [name: string, bytes: string][] = [
    ["h2c", offer("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABk\r\n")],
    ["h2c beside websocket", offer("Upgrade: websocket, h2c\r\nConnection: Upgrade\r\n")],
    ["TLS", offer("Upgrade: TLS/1.0\r\nConnection: Upgrade\r\n")],
    ["no Connection option", offer("Upgrade: websocket\r\nConnection: keep-alive\r\n")],
    ["two Upgrade fields", offer("Upgrade: websocket\r\nUpgrade: x\r\nConnection: Upgrade\r\n")],
    ["HTTP/1.0", offer().replace("HTTP/1.1", "HTTP/1.0")],
    ["a body", `${offer().replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\n")}hi`],
  ];
  for (const [name, bytes] of notOffered) {
    test(`${name}: the request goes without it, and a switch that nobody asked for is refused`, async () => {
      const parts = start(answerWith(agreed));
      const client = await asked(parts, bytes);
      expect(await client.until(/REQUEST-ID\n$/)).toStartWith("HTTP/1.1 502 ");
      expect(parts.origin.requests[0]!.head.toLowerCase()).not.toContain("upgrade");
      client.close();
    });
  }

  const lies: [name: string, answer: string][] = [
    ["a 101 that does not answer the key", agreed.replace(accept, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")],
    ["a 101 without the protocol", agreed.replace("Upgrade: websocket\r\n", "")],
    ["a 101 to another protocol", agreed.replace("Upgrade: websocket", "Upgrade: h2c")],
    ["a 101 that does not name Upgrade", agreed.replace("Connection: Upgrade\r\n", "")],
    ["a 101 with a length", agreed.replace("\r\n\r\n", "\r\nContent-Length: 2\r\n\r\n")],
  ];
  for (const [name, answer] of lies) {
    test(`${name} is no switch: what the client sent on never reaches the origin`, async () => {
      const parts = start(answerWith(answer));
      const client = await asked(parts, `${offer()}GET /admin HTTP/1.1\r\nHost: a\r\n\r\n`);
      await client.until(/REQUEST-ID\n[^]*REQUEST-ID\n$/);
      expect(client.received()).toStartWith("HTTP/1.1 502 ");
      // The second one came as a request of its own, not through a tunnel.
      const heads = parts.origin.requests.map(({ head, body }) => head.slice(0, 10) + body.toString());
      expect(heads).toEqual(["GET /chat ", "GET /admin"]);
      client.close();
    });
  }

  test("when the origin declines, bytes that came too early are the next request, judged like any other", async () => {
    const parts = start(answerWith("HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n\r\n"));
    const client = await asked(parts, `${offer()}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    await client.until(/426[^]*426[^]*\r\n\r\n$/);
    expect(parts.origin.requests.map(({ head, body }) => head.split(" ")[1] + body.toString())).toEqual([
      "/chat",
      "/next",
    ]);
    client.close();
  });

  test("an origin connection that was made for a tunnel is not shared afterwards", async () => {
    const parts = start(answerWith(ok));
    const client = await asked(parts, offer());
    await client.until(/ok$/);
    client.send("GET /plain HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.until(/ok[^]*ok$/);
    expect(parts.origin.requests.map(({ connection }) => connection)).toEqual([1, 2]);
    client.close();
  });
});
