import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import hellos from "../../../test/contract/tls/hellos.json" with { type: "json" };
import { type HelloParts, makeHello, record } from "../../../test/contract/tls/make-hello.ts";
import { HelloReader, type HelloReading } from "./hello-reader.ts";
import { ja4, ja4Raw, ja4Stable } from "./ja4.ts";

const parts: HelloParts = {
  ciphers: [0x1a1a, 0x1301, 0xc02b],
  extensions: [0x2a2a, 0, 10, 13, 16, 43, 35, 41, 42],
  signatureAlgorithms: [0x0403, 0x0804],
};
const hello = makeHello(parts);
const content = hello.subarray(5);

function readAll(...chunks: Uint8Array[]): HelloReading {
  const reader = new HelloReader();
  let reading: HelloReading = "incomplete";
  for (const chunk of chunks) {
    if (reading !== "incomplete") break;
    reading = reader.push(chunk);
  }
  return reading;
}

/** A hello whose bytes from `at` on were written over. */
function patched(at: number, ...bytes: number[]): Buffer {
  const copy = Buffer.from(hello);
  copy.set(bytes, at);
  return copy;
}

test("reads every list in the order sent, GREASE included", () => {
  expect(readAll(hello)).toEqual({
    legacyVersion: 0x0303,
    sessionIdLength: 0,
    cipherSuites: [0x1a1a, 0x1301, 0xc02b],
    extensions: [
      { id: 0x2a2a, length: 0 },
      { id: 0, length: 17 },
      { id: 10, length: 4 },
      { id: 13, length: 6 },
      { id: 16, length: 14 },
      { id: 43, length: 5 },
      { id: 35, length: 0 },
      { id: 41, length: 0 },
      { id: 42, length: 0 },
    ],
    serverName: "shop.example",
    alpn: ["h2", "http/1.1"],
    supportedVersions: [0x0304, 0x0303],
    supportedGroups: [0x001d],
    signatureAlgorithms: [0x0403, 0x0804],
  });
});

test("keeps what it has received for the TLS library, bytes after the hello included", () => {
  const reader = new HelloReader();
  reader.push(hello.subarray(0, 20));
  reader.push(Buffer.concat([hello.subarray(20), Buffer.from("more")]));
  expect(reader.received.equals(Buffer.concat([hello, Buffer.from("more")]))).toBe(true);
});

test("a hello without extensions is one (RFC 5246 §7.4.1.2)", () => {
  const body = Buffer.concat([Buffer.from([3, 1]), Buffer.alloc(32), Buffer.from([0, 0, 2, 0, 10, 1, 0])]);
  const bytes = record(Buffer.concat([Buffer.from([1, 0, 0, body.length]), body]));
  expect(readAll(bytes)).toMatchObject({
    legacyVersion: 0x0301,
    extensions: [],
    supportedVersions: undefined,
  });
});

test.each([
  ["upper case is lowered", "Shop.Example", "shop.example"],
  ["other than printable ASCII reads as none", "sh\xf6p.example", undefined],
  ["a blank reads as none", "shop example", undefined],
  ["markup is only text", "<b>.example", "<b>.example"],
])("server name: %s", (_, serverName, expected) => {
  expect(readAll(makeHello({ ...parts, serverName }))).toMatchObject({ serverName: expected });
});

describe("refuses, and says what is wrong", () => {
  test.each<[string, Uint8Array, string]>([
    ["plain HTTP", Buffer.from("G"), "plain_http"],
    ["SSL 2.0", Buffer.from([0x80, 0x2e, 1]), "not_tls"],
    ["an alert first", Buffer.from([21, 3, 3, 0, 2]), "not_tls"],
    ["a version that is none", Buffer.from([22, 4]), "not_tls"],
    ["an empty record", Buffer.from([22, 3, 1, 0, 0]), "bad_record"],
    ["a record over 2^14 bytes", Buffer.from([22, 3, 1, 0x40, 1]), "bad_record"],
    [
      "another record type within the hello",
      Buffer.concat([record(content.subarray(0, 9)), Buffer.from([23])]),
      "bad_record",
    ],
    [
      "a version that is none within the hello",
      Buffer.concat([record(content.subarray(0, 9)), Buffer.from([22, 9])]),
      "bad_record",
    ],
    ["another handshake message", record(Buffer.from([2, 0, 0, 0])), "bad_hello"],
    ["a message over 16 KiB", record(Buffer.from([1, 0, 0x40, 1])), "too_large"],
    ["a body that ends early", record(Buffer.from([1, 0, 0, 2, 3, 3])), "bad_hello"],
    ["a session id over 32 bytes", patched(43, 33), "bad_hello"],
    ["an odd number of suite bytes", patched(44, 0, 5), "bad_hello"],
    ["no suites", makeHello({ ...parts, ciphers: [] }), "bad_hello"],
    ["an extension twice (RFC 8446 §4.2)", makeHello({ ...parts, extensions: [10, 10] }), "bad_hello"],
    ["an extension longer than the rest", patched(hello.length - 1, 9), "bad_hello"],
    ["an empty server name", makeHello({ ...parts, serverName: "" }), "bad_extension"],
    [
      "a list in an extension that does not add up",
      patched(hello.indexOf("http/1.1") - 1, 7),
      "bad_extension",
    ],
  ])("%s", (_, bytes, problem) => {
    expect(readAll(bytes) as string).toBe(problem);
  });

  test("a hello in thousands of tiny records, before it has cost much", () => {
    const big = Buffer.concat([Buffer.from([1, 0, 0x3f, 0xff]), Buffer.alloc(16_383)]);
    const tiny = Array.from(big, (byte) => record(Buffer.from([byte])));
    const reader = new HelloReader();
    let pushed = 0;
    let reading: HelloReading = "incomplete";
    while (reading === "incomplete") reading = reader.push(tiny[pushed++]!);
    expect(reading).toBe("too_large");
    expect(reader.received.length).toBeLessThan(33_000);
  });
});

/** Reads and prints; the point is what does not happen. */
function survive(chunks: readonly Uint8Array[]): HelloReading {
  const started = performance.now();
  const reading = readAll(...chunks);
  if (typeof reading !== "string") {
    expect(ja4(reading)).toMatch(/^t(\d\d|s[23]|d[123])[di]\d{4}[0-9A-Za-z]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/);
    expect(ja4Stable(reading)).toStartWith("r1:t");
    expect(ja4Raw(reading).length).toBeLessThan(100_000);
  }
  expect(performance.now() - started).toBeLessThan(250);
  return reading;
}

describe("hostile bytes", () => {
  const captured = Object.values(hellos).flatMap((hexes) => hexes.map((hex) => Buffer.from(hex, "hex")));

  test("random bytes never throw and never take long", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 8 }),
        (chunks) => void survive(chunks),
      ),
    );
  });

  test("random bytes in a well-formed record never throw", () => {
    const body = fc.uint8Array({ minLength: 1, maxLength: 600 });
    fc.assert(
      fc.property(body, (bytes) => {
        const message = Buffer.concat([Buffer.from([1, 0, bytes.length >> 8, bytes.length & 0xff]), bytes]);
        survive([record(message)]);
      }),
      { numRuns: 500 },
    );
  });

  test("real hellos with bytes changed, cut out or doubled never throw", () => {
    const change = fc.record({
      at: fc.nat(2_600),
      byte: fc.nat(255),
      kind: fc.constantFrom("set", "cut", "double"),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...captured),
        fc.array(change, { minLength: 1, maxLength: 6 }),
        (original, changes) => {
          let bytes = Buffer.from(original);
          for (const { at, byte, kind } of changes) {
            const place = at % bytes.length;
            if (kind === "set") bytes[place] = byte;
            else if (kind === "cut")
              bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(place + 1 + (byte % 40))]);
            else bytes = Buffer.concat([bytes.subarray(0, place), bytes.subarray(Math.max(0, place - byte))]);
            if (bytes.length === 0) return;
          }
          survive([bytes]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test("any split into segments reads the same", () => {
    fc.assert(
      fc.property(fc.constantFrom(...captured), fc.array(fc.nat(2_600), { maxLength: 6 }), (bytes, cuts) => {
        const places = [
          0,
          ...cuts.map((cut) => cut % bytes.length).sort((left, right) => left - right),
          bytes.length,
        ];
        const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
        expect(survive(chunks)).toEqual(readAll(bytes));
      }),
    );
  });
});
