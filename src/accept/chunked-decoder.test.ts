import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { ChunkedDecoder } from "./chunked-decoder.ts";

/** What comes out of a body that arrives in these pieces. */
function decode(pieces: readonly Uint8Array[]) {
  const decoder = new ChunkedDecoder();
  const data: Buffer[] = [];
  let unused = 0;
  for (const piece of pieces) {
    const input = Buffer.from(piece);
    unused += input.length - decoder.decode(input, 0, (part) => data.push(Buffer.from(part)));
  }
  return {
    data: Buffer.concat(data).toString("latin1"),
    isDone: decoder.isDone,
    isBroken: decoder.problem !== undefined,
    unused: decoder.problem === undefined ? unused : undefined,
  };
}

function cutAt(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

const chunk = fc.record({
  data: fc.uint8Array({ minLength: 1, maxLength: 300 }),
  zeros: fc.nat(3),
  upper: fc.boolean(),
  extension: fc.constantFrom("", ";a", ";a=b", ';a="b \\\" c;";d'),
});

const encoded = fc.record({
  chunks: fc.array(chunk, { maxLength: 6 }),
  trailers: fc.constantFrom("", "A: b\r\n", "A: b\r\nC:\r\n"),
  after: fc.constantFrom("", "GET / HTTP/1.1\r\n"),
});

type Encoded = typeof encoded extends fc.Arbitrary<infer Value> ? Value : never;

function encode(body: Encoded): { bytes: Buffer; data: string } {
  const parts: Uint8Array[] = [];
  for (const { data, zeros, upper, extension } of body.chunks) {
    const size = data.length.toString(16);
    parts.push(Buffer.from(`${"0".repeat(zeros)}${upper ? size.toUpperCase() : size}${extension}\r\n`));
    parts.push(data, Buffer.from("\r\n"));
  }
  parts.push(Buffer.from(`0\r\n${body.trailers}\r\n${body.after}`));
  const data = Buffer.concat(body.chunks.map((one) => one.data)).toString("latin1");
  return { bytes: Buffer.concat(parts), data };
}

describe("a chunked body", () => {
  test("gives the same data however it is split, and leaves what follows it", () => {
    fc.assert(
      fc.property(encoded, fc.array(fc.nat(), { maxLength: 12 }), (body, cuts) => {
        const { bytes, data } = encode(body);
        const expected = { data, isDone: true, isBroken: false, unused: body.after.length };
        expect(decode(cutAt(bytes, cuts))).toEqual(expected);
        expect(decode(Array.from(bytes, (byte) => Buffer.of(byte)))).toEqual(expected);
      }),
    );
  });

  test("with one byte changed is read or refused the same way however it is split", () => {
    fc.assert(
      fc.property(encoded, fc.nat(), fc.constantFrom(0, 10, 13, 32, 48, 59, 65, 255), (body, at, byte) => {
        const { bytes } = encode(body);
        bytes[at % bytes.length] = byte;
        const whole = decode([bytes]);
        const single = decode(Array.from(bytes, (one) => Buffer.of(one)));
        expect([single.isDone, single.isBroken]).toEqual([whole.isDone, whole.isBroken]);
        if (whole.isDone) expect(single.data).toBe(whole.data);
      }),
    );
  });

  test("is not done before its last byte", () => {
    const bytes = Buffer.from("5\r\nhello\r\n0\r\nA: b\r\n\r\n");
    for (let end = 0; end < bytes.length; end++) expect(decode([bytes.subarray(0, end)]).isDone).toBe(false);
    expect(decode([bytes]).isDone).toBe(true);
  });

  test("keeps nothing of an endless size line, extension or trailer", () => {
    for (const start of ["", "1;", "0\r\nA: ", "0\r\n"]) {
      const decoder = new ChunkedDecoder();
      let taken = decoder.decode(Buffer.from(start), 0, () => undefined);
      for (let index = 0; index < 20_000 && decoder.problem === undefined; index++) {
        taken += decoder.decode(Buffer.from("0"), 0, () => undefined);
      }
      expect(decoder.problem).toBeDefined();
      expect(taken).toBeLessThan(9_000);
    }
  });
});
