/** The table of raw responses, each sent whole, byte by byte, and in random pieces: always read the same way. */
import { describe, expect, test } from "bun:test";
import { listenEdge } from "../../../src/accept/edge-listener.ts";
import { forward } from "../../../src/perform/forward.ts";
import { UpstreamPool } from "../../../src/perform/upstream-pool.ts";
import { connectRaw } from "../../support/raw-client.ts";
import { type RawAnswer, startRawOrigin } from "../../support/raw-origin.ts";
import { waitUntil } from "../../support/wait-until.ts";
import type { ResponseCase } from "./response-case.ts";
import { responseCases } from "./response-cases.ts";
import { splits } from "./splits.ts";

const afterwards = "HTTP/1.1 200 OK\r\nX-Afterwards: 1\r\nContent-Length: 4\r\n\r\nnext";

/** What the client got to the case, what it got to the next request, and on which origin connections. */
interface Seen {
  readonly first: string;
  readonly wasCut: boolean;
  readonly second: string;
  readonly connections: readonly number[];
  readonly left: { readonly open: number; readonly idle: number };
}

async function run(one: ResponseCase, split: (bytes: Buffer) => Buffer[]): Promise<Seen> {
  const pieces = split(Buffer.from(one.bytes, "latin1"));
  const misbehave: RawAnswer = (_request, socket) => {
    socket.data.current = undefined;
    origin.answer = (_next, nextSocket) => {
      nextSocket.data.current = undefined;
      nextSocket.write(afterwards);
    };
    const next = () => {
      const piece = pieces.shift();
      if (piece) {
        socket.write(piece);
        setImmediate(next);
      } else if (one.hasFin) socket.end();
    };
    next();
  };
  const origin = startRawOrigin(misbehave);
  const pool = new UpstreamPool({ scheme: "http", hostname: "127.0.0.1", port: origin.port });
  const state = { isDone: false };
  const edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) =>
      forward(request, pool, "REQUEST-ID", [], {
        answered: () => undefined,
        done: () => {
          state.isDone = true;
        },
      }),
    refused: () => undefined,
    fault: console.error,
  });
  const client = await connectRaw(edge.port);
  client.send(`${one.method} / HTTP/1.1\r\nHost: a\r\n\r\n`);
  await waitUntil("the first response is over", () => state.isDone);
  // What was written to the client arrives a moment later; what must not come has the same moment.
  await Bun.sleep(10);
  const first = client.received();
  const wasCut = (await client.closed(one.expected.kind === "cut" ? 2_000 : 1)).isClosed;
  // Bytes behind the body, and with them the end of the connection, may come after the response is over.
  await waitUntil("the case is sent", () => pieces.length === 0);
  await Bun.sleep(10);
  client.close();
  const other = await connectRaw(edge.port);
  other.send("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  const second = await other.until(/next$/);
  other.close();
  const left = { open: pool.open, idle: pool.idle };
  pool.close();
  origin.stop();
  await edge.drain(0);
  return { first, wasCut, second, left, connections: origin.requests.map(({ connection }) => connection) };
}

/** A body out of its chunks, with the trailers behind it. */
function unchunk(text: string): {
  readonly body: string;
  readonly trailers: string;
  readonly isWhole: boolean;
} {
  let body = "";
  let rest = text;
  for (;;) {
    const line = /^([0-9a-f]+)\r\n/.exec(rest);
    if (!line) return { body, trailers: "", isWhole: false };
    const size = Number.parseInt(line[1] ?? "", 16);
    rest = rest.slice(line[0].length);
    if (size === 0) return { body, trailers: rest.slice(0, -2), isWhole: rest.endsWith("\r\n") };
    body += rest.slice(0, size);
    rest = rest.slice(size + 2);
  }
}

async function check(one: ResponseCase, split: (bytes: Buffer) => Buffer[]): Promise<void> {
  const { first, wasCut, second, connections, left } = await run(one, split);
  const { expected } = one;
  expect(second).toBe(afterwards);
  // Nothing of the pool is left behind but the connection of the second request.
  expect(left).toEqual({ open: 1, idle: 1 });
  if (expected.kind === "refused") {
    expect(first).toMatch(/^(?:HTTP\/1\.1 10\d [^]*?\r\n\r\n)*HTTP\/1\.1 502 [^]*REQUEST-ID\r?\n/);
    expect(connections).toEqual([1, 2]);
    return;
  }
  const heads = first.split(/(?<=\r\n\r\n)/);
  const finalAt = heads.findIndex((head) => !/^HTTP\/1\.1 1\d\d /.test(head));
  const head = heads[finalAt] ?? "";
  const rest = heads.slice(finalAt + 1).join("");
  const isChunked = head.includes("Transfer-Encoding: ") || head.includes("chunked");
  const { body, trailers, isWhole } =
    isChunked && one.method !== "HEAD" ? unchunk(rest) : { body: rest, trailers: "", isWhole: true };
  expect(body).toBe(expected.body);
  if (expected.kind === "cut") {
    expect(wasCut).toBe(true);
    expect(isChunked && isWhole).toBe(false);
    return;
  }
  expect(isWhole).toBe(true);
  expect(trailers).toBe(expected.trailers);
  expect(head.slice(9, 12)).toBe(String(expected.status));
  expect(heads.slice(0, finalAt).map((text) => Number(text.slice(9, 12)))).toEqual([...expected.interim]);
  for (const line of expected.lines) expect(`\r\n${head}`).toContain(`\r\n${line}\r\n`);
  expect(head).not.toMatch(/^(?:keep-alive|connection|x-hop|alt-svc):/im);
  expect(connections).toEqual([1, expected.isKept ? 1 : 2]);
}

test("the table names each case once", () => {
  const names = responseCases.map((one) => `${one.rfc} ${one.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(100);
});

for (const [name, split] of splits) {
  describe(`responses sent ${name}`, () => {
    for (const one of responseCases) {
      // Byte by byte a head that is too large takes tens of thousands of turns, and tells nothing new.
      if (one.bytes.length > 10_000 && name === "byte by byte") continue;
      test.concurrent(`RFC ${one.rfc}: ${one.name}`, () => check(one, split), 15_000);
    }
  });
}
