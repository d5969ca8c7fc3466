/** JA4 against FoxIO's technical details and the fingerprints published with its captures. */
import { describe, expect, test } from "bun:test";
import { ja4, ja4Raw, ja4Stable } from "../../../src/accept/tls/ja4.ts";
import { type HelloParts, makeHello } from "./make-hello.ts";
import { readHello } from "./read-hello.ts";

function print(parts: HelloParts): string {
  return ja4(readHello(makeHello(parts)));
}

function hex(list: string): number[] {
  return list.split(",").map((value) => Number.parseInt(value, 16));
}

/** The example that the technical details work through, in the order sent. */
const example: HelloParts = {
  ciphers: hex("1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
  extensions: hex("001b,0000,0033,0010,4469,0017,002d,000d,0005,0023,0012,002b,ff01,000b,000a,0015"),
  signatureAlgorithms: hex("0403,0804,0401,0503,0805,0501,0806,0601"),
};

test("the example of the technical details, hashed and raw", () => {
  const hello = readHello(makeHello(example));
  expect(ja4(hello)).toBe("t13d1516h2_8daaf6152771_e5627efa2ab1");
  expect(ja4Raw(hello)).toBe(
    "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9" +
      "_0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01" +
      "_0403,0804,0401,0503,0805,0501,0806,0601",
  );
});

test("without signature algorithms the list ends without an underscore, as in the technical details", () => {
  const hello = readHello(makeHello({ ...example, signatureAlgorithms: [] }));
  expect(ja4(hello)).toEndWith("_6d807ffa2a79");
  expect(ja4Raw(hello)).toEndWith(",4469,ff01");
});

/** Hellos of the captures that FoxIO publishes with its fingerprints. */
const captures: [string, HelloParts, string][] = [
  [
    "Firefox, TLS 1.3",
    {
      ciphers: hex("1301,1303,1302,c02b,c02f,cca9,cca8,c02c,c030,c00a,c009,c013,c014,009c,009d,002f,0035"),
      extensions: hex("0000,0017,ff01,000a,000b,0023,0010,0005,0022,0033,002b,000d,002d,001c,0015"),
      signatureAlgorithms: hex("0403,0503,0603,0804,0805,0806,0401,0501,0601,0203,0201"),
    },
    "t13d1715h2_5b57614c22b0_3d5424432f57",
  ],
  [
    "46 suites over TLS 1.2, with algorithms that look like GREASE and are none",
    {
      ciphers: hex(
        "c030,c02c,c028,c024,c014,c00a,009f,006b,0039,cca9,cca8,ccaa,ff85,00c4,0088,0081,009d,003d,0035,00c0,0084,c02f," +
          "c02b,c027,c023,c013,c009,009e,0067,0033,00be,0045,009c,003c,002f,00ba,0041,c011,c007,0005,0004,c012,c008,0016," +
          "000a,00ff",
      ),
      extensions: hex("0000,000b,000a,000d,0010"),
      signatureAlgorithms: hex("0601,0603,efef,0501,0503,0401,0403,eeee,eded,0301,0303,0201,0203"),
    },
    "t12d4605h2_85626a9a5f7f_aaf95bb78ec9",
  ],
  [
    "Chrome with GREASE",
    {
      ciphers: hex("aaaa,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
      extensions: hex(
        "6a6a,000d,0000,000a,0005,000b,002b,001b,ff01,0033,4469,002d,0023,0017,0012,0010,0a0a,0015",
      ),
      signatureAlgorithms: hex("0403,0804,0401,0503,0805,0501,0806,0601"),
      supportedVersions: hex("fafa,0304,0303"),
    },
    "t13d1516h2_8daaf6152771_e5627efa2ab1",
  ],
  [
    "an older Chrome with 3DES",
    {
      ciphers: hex("aaaa,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035,000a"),
      extensions: hex("4a4a,0000,0017,ff01,000a,000b,0023,0010,0005,000d,0012,0033,002d,002b,001b,7a7a,0015"),
      signatureAlgorithms: hex("0403,0804,0401,0503,0805,0501,0806,0601,0201"),
    },
    "t13d1615h2_46e7e9700bed_45f260be83e2",
  ],
  [
    "TLS 1.2 without ALPN",
    {
      ciphers: hex(
        "c02c,c02b,c030,c02f,c024,c023,c028,c027,c00a,c009,c014,c013,009d,009c,003d,003c,0035,002f,000a",
      ),
      extensions: hex("0000,0005,000a,000b,000d,0023,0017,ff01"),
      signatureAlgorithms: hex("0804,0805,0806,0401,0501,0201,0403,0503,0203,0202,0601,0603"),
    },
    "t12d190800_d83cc789557e_7af1ed941c26",
  ],
  [
    "Chrome that resumes a session",
    {
      ciphers: hex("0a0a,1301,1302,1303,c02b,c02f,c02c,c030,cca9,cca8,c013,c014,009c,009d,002f,0035"),
      extensions: hex(
        "5a5a,000d,0010,0000,000b,0023,4469,ff01,0033,000a,002d,002b,0005,0017,0012,001b,6a6a,0029",
      ),
      signatureAlgorithms: hex("0403,0804,0401,0503,0805,0501,0806,0601"),
    },
    "t13d1516h2_8daaf6152771_9b887d9acb53",
  ],
];

test.each(captures)("a published capture: %s", (_, parts, expected) => {
  expect(print(parts)).toBe(expected);
});

const withVersions = (...supportedVersions: number[]) => print({ extensions: [43], supportedVersions });

describe("the parts of the first section", () => {
  test.each([
    [0x0304, "13"],
    [0x0303, "12"],
    [0x0302, "11"],
    [0x0301, "10"],
    [0x0300, "s3"],
    [0x0002, "s2"],
    [0x7f1c, "00"],
  ])("version %p reads %p, from the extension or without it from the hello", (version, text) => {
    expect(withVersions(version).slice(1, 3)).toBe(text);
    expect(print({ legacyVersion: version }).slice(1, 3)).toBe(text);
  });

  test("the extension's highest version counts, GREASE aside, and the hello's own does not", () => {
    expect(withVersions(0x0a0a, 0x0303, 0x0304, 0x0302).slice(1, 3)).toBe("13");
    expect(print({ legacyVersion: 0x0304, extensions: [43], supportedVersions: [0x0303] }).slice(1, 3)).toBe(
      "12",
    );
    expect(withVersions(0xfafa).slice(1, 3)).toBe("00");
  });

  test("QUIC and DTLS have letters and DTLS counts its versions downwards", () => {
    const hello = readHello(makeHello({ extensions: [43], supportedVersions: [0xfefd, 0xfefc, 0xfeff] }));
    expect(ja4(hello, "dtls")).toStartWith("dd3");
    expect(ja4(readHello(makeHello(example)), "quic")).toStartWith("q13d1516h2_");
  });

  test("a server name extension reads `d` whatever name it has, none reads `i`", () => {
    expect(print({ extensions: [0], serverName: "10.0.0.1" })[3]).toBe("d");
    expect(print({ extensions: [0], serverName: "\xff\xfe" })[3]).toBe("d");
    expect(print({ extensions: [10] })[3]).toBe("i");
  });

  test("more than 99 suites or extensions read 99", () => {
    const many = Array.from({ length: 120 }, (_, index) => 0x5000 + index);
    expect(print({ ciphers: many, extensions: many }).slice(4, 8)).toBe("9999");
    expect(print({ ciphers: many.slice(0, 99), extensions: many.slice(0, 9) }).slice(4, 8)).toBe("9909");
  });

  test.each<[readonly (string | Uint8Array)[], string]>([
    [["h2", "http/1.1"], "h2"],
    [["http/1.1"], "h1"],
    [["q"], "qq"],
    [[], "00"],
    [[""], "00"],
    [[Uint8Array.of(0xab)], "ab"],
    [[Uint8Array.of(0xab, 0xcd)], "ad"],
    [[Uint8Array.of(0x30, 0xab)], "3b"],
    [[Uint8Array.of(0x30, 0x31, 0xab, 0xcd)], "3d"],
    [[Uint8Array.of(0x30, 0xab, 0xcd, 0x31)], "01"],
    [["-x"], "28"],
    [[Uint8Array.of(0x0a, 0x0a), "h2"], "h2"],
    [[Uint8Array.of(0x0a, 0x1a), "h2"], "0a"],
  ])("ALPN %p reads %p", (alpn, mark) => {
    expect(print({ extensions: [16], alpn }).slice(8, 10)).toBe(mark);
  });

  test("no ALPN reads 00, and so does what has no suites or no further extensions", () => {
    expect(print({ ciphers: [0x1a1a], extensions: [0, 16, 0x2a2a], alpn: [] })).toBe(
      "t12d000200_000000000000_000000000000",
    );
    expect(print({ ciphers: [0x1a1a], extensions: [] })).toBe("t12i000000_000000000000_000000000000");
  });
});

const stable = (parts: HelloParts) => ja4Stable(readHello(makeHello(parts)));

describe("the stable form", () => {
  const base = {
    ...example,
    extensions: hex("001b,0000,0033,0010,4469,0017,000d,0005,0012,002b,ff01,000b,000a"),
  };

  test.each([21, 35, 41, 42, 44, 45])(
    "is the same with and without extension %p, though JA4 is not",
    (id) => {
      const more = { ...base, extensions: [...base.extensions, id] };
      expect(stable(more)).toBe(stable(base));
      expect(print(more)).not.toBe(print(base));
    },
  );

  test("is JA4 behind its own prefix where there is nothing to leave out", () => {
    expect(stable(base)).toBe(`r1:${print(base)}`);
  });

  test.each<[string, HelloParts]>([
    ["another suite", { ...base, ciphers: [...example.ciphers!, 0x000a] }],
    ["another extension", { ...base, extensions: [...base.extensions, 0x0031] }],
    ["another protocol first", { ...base, alpn: ["http/1.1"] }],
    ["other algorithms", { ...base, signatureAlgorithms: [0x0403] }],
    ["no server name", { ...base, extensions: base.extensions.slice(2) }],
  ])("tells apart %s", (_, parts) => {
    expect(stable(parts)).not.toBe(stable(base));
  });
});
