/** The table of HTTP/2 exchanges, each whole, byte by byte, and in random pieces, and over TLS: always the same. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { splits } from "../http/splits.ts";
import { type Http2Case, http2Cases } from "./http2-cases.ts";
import { type Http2Edge, startHttp2Edge } from "./http2-edge.ts";
import { InProcess } from "./in-process.ts";
import { connectHttp2 } from "./raw-http2.ts";
import { preface, settings } from "./wire.ts";

const bytesOf = ({ sent, isBare }: Http2Case) =>
  Buffer.concat([...(isBare ? [] : [preface, settings()]), ...sent]);

function check(lines: readonly string[], { expected }: Http2Case): void {
  expect(lines).toEqual(
    expected.map((line) => (typeof line === "string" ? line : (expect.stringMatching(line) as string))),
  );
}

test("the table names each case once", () => {
  const names = http2Cases.map((one) => `${one.rfc} ${one.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(120);
});

for (const [name, split] of splits) {
  describe(`frames ${name}`, () => {
    for (const one of http2Cases) {
      test(`RFC ${one.rfc}: ${one.name}`, async () => {
        const run = new InProcess().feed(split(bytesOf(one)));
        check(await run.lines(), one);
        const isOver = one.expected.some((line) => String(line).startsWith("GOAWAY"));
        expect(run.socket.isShut).toBe(isOver);
      });
    }
  });
}

describe("frames over TLS", () => {
  let edge: Http2Edge;
  beforeAll(() => {
    edge = startHttp2Edge();
  });
  afterAll(() => edge.stop());

  for (const one of http2Cases) {
    test.concurrent(`RFC ${one.rfc}: ${one.name}`, async () => {
      const client = await connectHttp2(edge.port);
      client.send(bytesOf(one));
      await client.until((lines) => lines.length >= one.expected.length);
      check(client.lines, one);
      client.close();
    });
  }
});
