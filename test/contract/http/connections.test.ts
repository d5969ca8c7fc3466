/** What a connection does around its requests: order, early answers, backpressure, ends from either side. */
import { afterEach, describe, expect, test } from "bun:test";
import {
  type EdgeListener,
  type EdgeListenerOptions,
  listenEdge,
} from "../../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { defaultWaits } from "../../../src/accept/waits.ts";
import { exchange, statusesIn } from "./raw-client.ts";

const head = "Host: a.example\r\n";
const get = `GET / HTTP/1.1\r\n${head}\r\n`;

let listener: EdgeListener | undefined;

afterEach(async () => {
  await listener?.drain(0);
  listener = undefined;
});

interface Noted {
  readonly port: number;
  readonly notes: string[];
}

/** An edge with this way of serving, and notes of what is refused. */
function edge(
  serve: (request: EdgeRequest, notes: string[]) => void,
  options: Partial<EdgeListenerOptions> = {},
): Noted {
  const notes: string[] = [];
  listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => serve(request, notes),
    refused: (_, { status }) => notes.push(`refused ${status}`),
    fault: (error) => notes.push(String(error)),
    ...options,
  });
  return { port: listener.port, notes };
}

function answer(request: EdgeRequest, body = ""): void {
  const { reply } = request;
  const close = reply.mustClose ? "Connection: close\r\n" : "";
  reply.write(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${close}\r\n${body}`));
  reply.end();
}

/** Waits for something to become true; fails loudly when it does not. */
async function until(what: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (what()) return;
    await Bun.sleep(10);
  }
  throw new Error(`never came true: ${what.toString()}`);
}

/** A client under the test's control. */
async function client(port: number) {
  const seen = { text: "", isClosed: false };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    allowHalfOpen: true,
    socket: {
      data: (_, chunk) => {
        seen.text += chunk.toString("latin1");
      },
      end: () => {
        seen.isClosed = true;
      },
      close: () => {
        seen.isClosed = true;
      },
      drain: () => undefined,
    },
  });
  socket.setNoDelay(true);
  return { socket, seen };
}

describe("order", () => {
  test("pipelined requests are answered in order even when served slowly", async () => {
    let count = 0;
    const { port } = edge((request) => {
      const body = `n${count++};`;
      setTimeout(() => answer(request, body), 5);
    });
    const { response } = await exchange(port, [Buffer.from(get.repeat(5))], { fin: true });
    expect(response.match(/n\d;/g)).toEqual(["n0;", "n1;", "n2;", "n3;", "n4;"]);
  });

  test("one request at a time: the next is not begun before the answer is over", async () => {
    const begun: EdgeRequest[] = [];
    const { port } = edge((request) => begun.push(request));
    const { socket } = await client(port);
    socket.write(get.repeat(3));
    await until(() => begun.length === 1);
    await Bun.sleep(30);
    expect(begun.length).toBe(1);
    answer(begun[0]!);
    await until(() => begun.length === 2);
    socket.terminate();
  });
});

describe("FIN from the client", () => {
  test("everything asked before it is answered, also what was pipelined", async () => {
    const { port, notes } = edge((request) => setTimeout(() => answer(request), 10));
    const { response, wasClosed } = await exchange(port, [Buffer.from(get.repeat(3))], { fin: true });
    expect(statusesIn(response)).toEqual([200, 200, 200]);
    expect(wasClosed).toBe(true);
    expect(notes).toEqual([]);
  });

  test("a large answer to a client that has already sent FIN arrives whole, however slowly it reads", async () => {
    const body = "x".repeat(8_000_000);
    const { port } = edge((request) => answer(request, body));
    const { socket, seen } = await client(port);
    socket.pause();
    socket.write(get);
    socket.shutdown();
    await Bun.sleep(100);
    socket.resume();
    await until(() => seen.isClosed);
    expect(seen.text.length).toBeGreaterThan(body.length);
    socket.terminate();
  });

  test("FIN after a closing answer has begun does not cut it", async () => {
    const body = "x".repeat(8_000_000);
    const { port } = edge((request) => answer(request, body));
    const { socket, seen } = await client(port);
    socket.pause();
    socket.write(`GET / HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    await Bun.sleep(50);
    socket.shutdown();
    await Bun.sleep(50);
    socket.resume();
    await until(() => seen.isClosed);
    expect(seen.text.length).toBeGreaterThan(body.length);
    socket.terminate();
  });
});

describe("Expect: 100-continue (RFC 9110 §10.1.1)", () => {
  const expecting = `POST / HTTP/1.1\r\n${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`;

  test("the interim response is sent when somebody wants the body, and not before", async () => {
    let held: EdgeRequest | undefined;
    const { port } = edge((request) => {
      held = request;
    });
    const { socket, seen } = await client(port);
    socket.write(expecting);
    await until(() => held !== undefined);
    await Bun.sleep(30);
    expect(seen.text).toBe("");
    const whole = held!.body.buffer(10);
    await until(() => seen.text !== "");
    expect(seen.text).toBe("HTTP/1.1 100 Continue\r\n\r\n");
    socket.write("hi");
    await whole;
    expect(Buffer.from(held!.body.buffered ?? []).toString()).toBe("hi");
    answer(held!);
    await until(() => seen.text.includes("200 OK"));
    expect(seen.text).not.toContain("Connection: close");
    socket.terminate();
  });

  test("a client that sends at once gets none", async () => {
    const { port } = edge((request) => {
      setTimeout(() => {
        void request.body.buffer(10).then(() => answer(request));
      }, 20);
    });
    const { response } = await exchange(port, [Buffer.from(`${expecting}hi`)], { fin: true });
    expect(response).not.toContain("100 Continue");
    expect(statusesIn(response)).toEqual([200]);
  });

  test("a final answer without it closes: the bytes that follow are neither body nor request", async () => {
    for (const discards of [true, false]) {
      let served = 0;
      const { port, notes } = edge((request) => {
        served++;
        if (discards) request.body.discard();
        answer(request);
      });
      const { response, wasClosed } = await exchange(port, [Buffer.from(expecting), Buffer.from(get)], {
        fin: false,
      });
      expect(statusesIn(response)).toEqual([200]);
      expect(wasClosed).toBe(true);
      expect(served).toBe(1);
      expect(notes).toEqual([]);
      await listener?.drain(0);
    }
  });
});

describe("an answer before the body's end", () => {
  test("a small rest is read into nothing and the connection goes on", async () => {
    for (const framing of ["Content-Length: 6", "Transfer-Encoding: chunked"]) {
      let held: EdgeRequest | undefined;
      const { port } = edge((request) => {
        if (request.method === "GET") answer(request, "next");
        else {
          held = request;
          request.body.discard();
          answer(request, "early");
        }
      });
      const { socket, seen } = await client(port);
      const isChunked = framing.startsWith("T");
      socket.write(`POST / HTTP/1.1\r\n${head}${framing}\r\n\r\n${isChunked ? "3\r\nabc\r\n" : "abc"}`);
      await until(() => seen.text.includes("early"));
      expect(held).toBeDefined();
      socket.write(`${isChunked ? "3\r\ndef\r\n0\r\n\r\n" : "def"}${get}`);
      await until(() => seen.text.includes("next"));
      socket.terminate();
      await listener?.drain(0);
    }
  });

  test("an endless rest closes the connection, and the answer survives", async () => {
    const { port } = edge((request) => answer(request, "no"));
    const { socket, seen } = await client(port);
    socket.write(`POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = Buffer.from(`8000\r\n${"x".repeat(0x8000)}\r\n`);
    for (let index = 0; index < 40 && !seen.isClosed; index++) {
      socket.write(chunk);
      await Bun.sleep(1);
    }
    await until(() => seen.isClosed);
    expect(seen.text).toContain("no");
    expect(listener?.openConnections).toBeLessThanOrEqual(1);
    socket.terminate();
  });

  test("broken framing after the answer closes without a second answer", async () => {
    const { port, notes } = edge((request) => answer(request, "early"));
    const bytes = `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`;
    const { response, wasClosed } = await exchange(port, [Buffer.from(bytes)], { fin: false });
    expect(statusesIn(response)).toEqual([200]);
    expect(wasClosed).toBe(true);
    expect(notes).toEqual(["refused 400"]);
  });

  test("broken framing before the answer is refused, and whoever serves is told", async () => {
    const { port, notes } = edge((request, own) => {
      request.reply.watcher = { clientGone: () => own.push("lost") };
      request.body.pipe({
        data: () => true,
        end: () => own.push("end"),
        abort: () => own.push("abort"),
      });
    });
    const bytes = `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\nzz\r\n`;
    const { response } = await exchange(port, [Buffer.from(bytes)], { fin: false });
    expect(statusesIn(response)).toEqual([400]);
    expect(notes).toEqual(["refused 400", "abort", "lost"]);
  });
});

describe("backpressure", () => {
  test("a slow sink holds the client; not a byte is lost and not a second one of memory used", async () => {
    const total = 20_000_000;
    let got = 0;
    let held: EdgeRequest | undefined;
    const { port } = edge((request) => {
      held = request;
      request.body.pipe({
        data: (chunk) => {
          got += chunk.length;
          return false;
        },
        end: () => answer(request, "done"),
        abort: () => undefined,
      });
    });
    const sending = exchange(
      port,
      [Buffer.from(`POST / HTTP/1.1\r\n${head}Content-Length: ${total}\r\n\r\n`), Buffer.alloc(total, 120)],
      { fin: true, timeoutMs: 10_000 },
    );
    await until(() => got > 0);
    await Bun.sleep(150);
    expect(got).toBeLessThan(2_000_000);
    const pump = setInterval(() => held?.body.resume(), 1);
    const { response } = await sending;
    clearInterval(pump);
    expect(got).toBe(total);
    expect(response).toContain("done");
  });

  test("a client that waits behind a slow sink is not late", async () => {
    const waits = { ...defaultWaits, body: 60 };
    let held: EdgeRequest | undefined;
    const { port, notes } = edge(
      (request) => {
        held = request;
        request.body.pipe({ data: () => false, end: () => answer(request, "done"), abort: () => undefined });
      },
      { waits },
    );
    const sending = exchange(port, [Buffer.from(`POST / HTTP/1.1\r\n${head}Content-Length: 4\r\n\r\nab`)], {
      fin: false,
      timeoutMs: 400,
    });
    await until(() => held !== undefined);
    await Bun.sleep(250);
    expect(notes).toEqual([]);
    held!.body.resume();
    await until(() => notes.length > 0);
    expect(notes).toEqual(["refused 408"]);
    await sending;
  });

  test("answers that nobody takes do not pile up: the next request waits", async () => {
    let served = 0;
    const body = "x".repeat(500_000);
    const { port } = edge((request) => {
      served++;
      answer(request, body);
    });
    const { socket, seen } = await client(port);
    socket.pause();
    socket.write(get.repeat(60));
    await Bun.sleep(200);
    // What the kernel's buffers hold, and one answer more.
    expect(served).toBeLessThan(30);
    const before = served;
    socket.resume();
    await until(() => seen.text.length > 60 * body.length);
    expect(served).toBe(60);
    expect(before).toBeGreaterThan(0);
    socket.terminate();
  });

  test("requests pipelined without end behind a slow one are held in the client's socket", async () => {
    const { port } = edge(() => undefined);
    const { socket } = await client(port);
    socket.write(get);
    await Bun.sleep(20);
    let written = 0;
    const block = Buffer.from(get.repeat(2_000));
    for (let index = 0; index < 400; index++) {
      written += Math.max(0, socket.write(block));
      await Bun.sleep(0);
    }
    // Loopback's own buffers are some megabytes; 26 MB were offered.
    expect(written).toBeLessThan(16_000_000);
    socket.terminate();
    await until(() => listener?.openConnections === 0);
  });

  test("a client that takes nothing for too long is cut", async () => {
    const { port } = edge((request) => answer(request, "x".repeat(20_000_000)), {
      waits: { ...defaultWaits, drain: 80 },
    });
    const { socket } = await client(port);
    socket.pause();
    socket.write(get);
    await until(() => listener?.openConnections === 1);
    await until(() => listener?.openConnections === 0);
    socket.terminate();
  });
});

describe("a client that goes away", () => {
  test("is told to whoever serves, in every state, and nothing stays open", async () => {
    const states: [string, string][] = [
      ["serving", get],
      ["the body", `POST / HTTP/1.1\r\n${head}Content-Length: 5\r\n\r\nab`],
      ["chunks", `POST / HTTP/1.1\r\n${head}Transfer-Encoding: chunked\r\n\r\n5\r\nab`],
    ];
    for (const [state, bytes] of states) {
      const { port, notes } = edge((request, own) => {
        request.reply.watcher = { clientGone: () => own.push("lost") };
        request.body.pipe({
          data: () => true,
          end: () => own.push("end"),
          abort: () => own.push("abort"),
        });
      });
      const { socket } = await client(port);
      socket.write(bytes);
      await until(() => listener?.openConnections === 1);
      await Bun.sleep(20);
      socket.terminate();
      await until(() => listener?.openConnections === 0);
      expect([state, notes]).toEqual([state, state === "serving" ? ["end", "lost"] : ["abort", "lost"]]);
      await listener?.drain(0);
    }
  });

  test("within a head or between requests leaves nothing behind", async () => {
    const { port, notes } = edge((request) => answer(request));
    for (const bytes of ["", "GET / HT", get]) {
      const { socket } = await client(port);
      socket.write(bytes);
      await until(() => listener?.openConnections === 1);
      await Bun.sleep(20);
      socket.terminate();
      await until(() => listener?.openConnections === 0);
    }
    expect(notes).toEqual([]);
  });
});

describe("ends from this side", () => {
  test("an aborted answer is cut with a reset, so that it cannot pass for a complete one", async () => {
    const { port } = edge((request) => {
      request.reply.write(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"));
      setTimeout(() => request.reply.abort(), 20);
    });
    const closed = Promise.withResolvers<string>();
    const socket = await Bun.connect({
      hostname: "127.0.0.1",
      port,
      allowHalfOpen: true,
      socket: {
        data: () => undefined,
        end: () => closed.resolve("FIN"),
        close: () => closed.resolve("reset"),
        error: () => closed.resolve("reset"),
      },
    });
    socket.write(get);
    expect(await closed.promise).toBe("reset");
    socket.terminate();
  });

  test("a client that never sends its FIN is not waited for", async () => {
    const { port } = edge((request) => answer(request), { waits: { ...defaultWaits, linger: 50 } });
    const { socket, seen } = await client(port);
    socket.write(`GET / HTTP/1.1\r\n${head}Connection: close\r\n\r\n`);
    await until(() => seen.isClosed);
    await until(() => listener?.openConnections === 0);
    expect(statusesIn(seen.text)).toEqual([200]);
    socket.terminate();
  });

  test("draining closes idle connections at once and lets a request in flight finish", async () => {
    let held: EdgeRequest | undefined;
    const { port } = edge((request) => {
      held = request;
    });
    const idle = await client(port);
    const busy = await client(port);
    busy.socket.write(get);
    await until(() => held !== undefined && listener?.openConnections === 2);
    const drained = listener!.drain(5_000);
    await until(() => idle.seen.isClosed);
    expect(busy.seen.isClosed).toBe(false);
    expect(held!.reply.mustClose).toBe(true);
    answer(held!, "bye");
    busy.socket.shutdown();
    await drained;
    expect(busy.seen.text).toContain("bye");
    expect(busy.seen.text).toContain("Connection: close");
    idle.socket.terminate();
    busy.socket.terminate();
  });

  test("a connection that says nothing is closed without a word", async () => {
    const { port, notes } = edge(() => undefined, { waits: { ...defaultWaits, head: 50 } });
    const { seen, socket } = await client(port);
    await until(() => seen.isClosed);
    expect(seen.text).toBe("");
    expect(notes).toEqual([]);
    socket.terminate();
  });

  test("a defect in serving costs its own connection and no other", async () => {
    const { port, notes } = edge((request) => {
      if (request.target === "/bad") throw new Error("defect");
      answer(request, "good");
    });
    const good = await client(port);
    const bad = await client(port);
    bad.socket.write(`GET /bad HTTP/1.1\r\n${head}\r\n`);
    await until(() => bad.seen.isClosed);
    good.socket.write(get);
    await until(() => good.seen.text.includes("good"));
    expect(notes).toEqual(["Error: defect"]);
    good.socket.terminate();
    bad.socket.terminate();
  });
});

test("the client of a trusted front is the one that it names", async () => {
  const base = { family: 4, a: 0, b: 0, c: 0, d: 0x7f000000, text: "127.0.0.0" } as const;
  const { port, notes } = edge(
    (request, own) => {
      own.push(`${request.connection.peer.text} ${request.client.text}`);
      answer(request);
    },
    { trusted: [{ base, bits: 8 }] },
  );
  await exchange(port, [Buffer.from(`GET / HTTP/1.1\r\n${head}X-Forwarded-For: 192.0.2.9\r\n\r\n`)], {
    fin: true,
  });
  expect(notes).toEqual(["127.0.0.1 192.0.2.9"]);
});
