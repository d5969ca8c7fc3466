import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { binaryHeader, ipv6Addresses } from "../../test/support/proxy-header.ts";
import { crc32c } from "./crc32c.ts";
import { ProxyHeaderReader, type ProxyReading } from "./proxy-protocol.ts";

/** The reading of these bytes, in pieces of this size. */
function read(bytes: Uint8Array, size = bytes.length): ProxyReading {
  const reader = new ProxyHeaderReader();
  for (let at = 0; at < bytes.length; at += size) {
    const reading = reader.push(bytes.subarray(at, at + size));
    if (reading !== "incomplete") return reading;
  }
  return "incomplete";
}

/** What a reading says of the client, in one word. */
function clientOf(reading: ProxyReading): string {
  if (reading === "incomplete") return "incomplete";
  return "problem" in reading ? "refused" : (reading.source?.text ?? "front");
}

const lines = fc.constantFrom(
  "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443\r\n",
  "PROXY TCP6 2001:db8::33 2001:db8::1 4660 443\r\n",
  "PROXY UNKNOWN\r\n",
);
const binaries = fc.constantFrom(
  binaryHeader(),
  binaryHeader({ family: 0x21, addresses: ipv6Addresses, checksum: "right" }),
  binaryHeader({ command: 0x20, family: 0, addresses: [] }),
  binaryHeader({ tlvs: [[1, [104, 50]]] }),
);
const headers = fc.oneof(
  lines.map((line) => Buffer.from(line)),
  binaries,
);

test("the checksum is that of RFC 3720 Appendix B.4", () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
});

describe("whatever the bytes", () => {
  test("reading never throws, and never keeps more than a header's length of what is none", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        read(bytes);
        read(bytes, 1);
      }),
    );
  });

  test("a header with some bytes changed never throws, and reads the same however it is split", () => {
    const changes = fc.array(fc.tuple(fc.nat(150), fc.nat(255)), { maxLength: 4 });
    fc.assert(
      fc.property(headers, changes, fc.integer({ min: 1, max: 20 }), (header, changed, size) => {
        const bytes = Buffer.from(header);
        for (const [at, value] of changed) if (at < bytes.length) bytes[at] = value;
        expect(clientOf(read(bytes, size))).toBe(clientOf(read(bytes)));
      }),
      { numRuns: 500 },
    );
  });

  test("what follows a header is handed on untouched, however it is split", () => {
    fc.assert(
      fc.property(headers, fc.uint8Array({ maxLength: 40 }), fc.nat(200), (header, rest, cut) => {
        const bytes = Buffer.concat([header, rest]);
        const reader = new ProxyHeaderReader();
        const at = Math.min(cut, bytes.length);
        let reading = at > 0 ? reader.push(bytes.subarray(0, at)) : "incomplete";
        const wasEarly = reading !== "incomplete";
        if (!wasEarly) reading = reader.push(bytes.subarray(at));
        expect(reading).not.toBe("incomplete");
        const seen = typeof reading === "object" && "rest" in reading ? reading.rest : undefined;
        const all = Buffer.concat([seen ?? Buffer.alloc(0), wasEarly ? bytes.subarray(at) : Buffer.alloc(0)]);
        expect(all).toEqual(Buffer.from(rest));
      }),
    );
  });

  test("a line or a header that is cut anywhere is waited for, not guessed", () => {
    fc.assert(
      fc.property(headers, fc.nat(), (header, cut) => {
        expect(read(header.subarray(0, cut % header.length))).toBe("incomplete");
      }),
    );
  });
});
