import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseIpAddress } from "../accept/ip-address.ts";
import { AppError } from "../app-error.ts";
import type { NetworkClass, NetworkFacts } from "../describe/fact-sources.ts";
import { encodeMmdb } from "./encode-mmdb.fixture.ts";
import { networkDataFile } from "./network-data.ts";
import { type NetworkDirectory, openNetworkDirectory } from "./network-directory.ts";

const lists = { hosting: "16509  # Amazon — own site\n", bulletproof: "57523  # Chang Way — reports\n" };
let dataDir = "";
let directory: NetworkDirectory;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "sallyport-enrich-"));
  directory = await openNetworkDirectory({ dataDir, lists });
});

afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function find(text: string, from = directory): NetworkFacts {
  const ip = parseIpAddress(text);
  if (!ip) throw new Error(`bad address ${text}`);
  return from.find(ip);
}

describe("built-in data", () => {
  test.each<[text: string, asn: number, networkClass: NetworkClass | undefined]>([
    ["1.1.1.1", 13335, "relay"],
    ["8.8.8.8", 15169, "business"],
    ["2001:4860:4860::8888", 15169, "business"],
    ["2a01:4f8::1", 24940, undefined],
    ["3.5.140.2", 16509, "hosting"],
    ["4.2.2.1", 3356, "isp"],
  ])("%s belongs to AS%i and is %p", (text, asn, networkClass) => {
    const facts = find(text);
    expect(facts.asn).toBe(asn);
    expect(facts).toMatchObject({ networkClass });
    expect(facts.country).toMatch(/^[A-Z]{2}$/);
  });

  test("an address that nobody announces still has the country of its registration", () => {
    expect(find("1.0.1.0")).toEqual({
      asn: undefined,
      asName: undefined,
      country: "CN",
      networkClass: undefined,
    });
  });

  test("the first and last address of a range belong to it and their neighbours do not", () => {
    // 1.0.0.0–1.0.0.255 is Cloudflare's, 1.0.4.0–1.0.7.255 is AS38803's, between them is a gap.
    expect(find("1.0.0.0").asn).toBe(13335);
    expect(find("1.0.0.255").asn).toBe(13335);
    expect(find("1.0.1.0").asn).toBeUndefined();
    expect(find("1.0.3.255").asn).toBeUndefined();
    expect(find("1.0.4.0").asn).toBe(38803);
    expect(find("1.0.7.255").asn).toBe(38803);
    expect(find("1.0.8.0").asn).toBeUndefined();
    expect(find("2001:200:1b9:ffff:ffff::1").asn).toBe(2500);
    expect(find("2001:200:1ba::1").asn).toBe(24047);
    expect(find("2001:200:1bb::").asn).toBe(2500);
  });

  test("answers are shared frozen objects", () => {
    expect(find("8.8.8.8")).toBe(find("8.8.4.4"));
    expect(Object.isFrozen(find("8.8.8.8"))).toBe(true);
  });

  test("special-purpose addresses are private and carry no country", () => {
    for (const text of ["127.0.0.1", "10.1.2.3", "100.64.0.1", "192.168.1.1", "::1", "fd00::1", "fe80::1"]) {
      expect(find(text)).toEqual({
        asn: undefined,
        asName: undefined,
        country: undefined,
        networkClass: "private",
      });
    }
  });
});

const path = () => join(dataDir, networkDataFile);

describe("the cached file", () => {
  test.each([
    ["damaged", (bytes: Uint8Array) => bytes.fill(7, 5000, 5004)],
    ["cut short", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 100)],
    ["emptied", () => new Uint8Array(0)],
    ["of an older format", (bytes: Uint8Array) => bytes.fill(0, 0, 4)],
  ])("is rebuilt when it is %s", async (_, spoil) => {
    const good = await Bun.file(path()).bytes();
    await Bun.write(path(), spoil(good.slice()));
    const reopened = await openNetworkDirectory({ dataDir, lists });
    expect(find("8.8.8.8", reopened).asn).toBe(15169);
    expect(Buffer.compare(await Bun.file(path()).bytes(), good)).toBe(0);
  });

  test("of another version is removed once the current one is written", async () => {
    await Bun.write(join(dataDir, "network-0.0.1.bin"), "old");
    await Bun.write(path(), "spoilt");
    await openNetworkDirectory({ dataDir, lists });
    expect(await Bun.file(join(dataDir, "network-0.0.1.bin")).exists()).toBe(false);
    expect(await Bun.file(path()).exists()).toBe(true);
  });

  test("that cannot be written is named in the error", async () => {
    const missing = join(dataDir, "not-a-directory");
    await Bun.write(missing, "a file");
    const opening = openNetworkDirectory({ dataDir: missing, lists });
    const failure = await opening.catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: "data_dir_unwritable" });
  });
});

async function openWith(bytes: Uint8Array): Promise<NetworkDirectory> {
  const mmdb = join(dataDir, "own.mmdb");
  await Bun.write(mmdb, bytes);
  return openNetworkDirectory({ dataDir, lists, mmdb });
}

describe("the operator's mmdb", () => {
  test("replaces what it answers and leaves the rest to the built-in data", async () => {
    const own = await openWith(
      encodeMmdb([
        ["8.8.0.0/16", { autonomous_system_number: 57523, autonomous_system_organization: "Own name" }],
        ["1.1.0.0/16", { country: { iso_code: "NZ" } }],
      ]),
    );
    expect(find("8.8.8.8", own)).toEqual({
      asn: 57523,
      asName: "Own name",
      country: "US",
      networkClass: "bulletproof",
    });
    expect(find("1.1.1.1", own)).toMatchObject({ asn: 13335, country: "NZ", networkClass: "relay" });
    expect(find("3.5.140.2", own)).toEqual(find("3.5.140.2"));
    expect(find("8.8.8.8", own)).toBe(find("8.8.4.4", own));
    expect(find("127.0.0.1", own).networkClass).toBe("private");
  });

  test.each([
    ["no mmdb", Buffer.from("not a database at all")],
    ["empty", new Uint8Array(0)],
  ])("that is %s is refused by name", async (_, bytes) => {
    const failure = await openWith(bytes).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "network_data_unreadable" });
    expect((failure as AppError).publicMessage).toContain("own.mmdb");
  });

  test("that is missing is refused by name", async () => {
    const opening = openNetworkDirectory({ dataDir, lists, mmdb: "/nowhere/x.mmdb" });
    const failure = await opening.catch((error: unknown) => String(error));
    expect(failure).toContain("/nowhere/x.mmdb");
  });

  test("with a damaged record falls back to the built-in data", async () => {
    const bytes = encodeMmdb([["9.0.0.0/8", { autonomous_system_number: 1 }]]);
    // The one data record starts behind the tree and the separator; type 0 with a bad extension is invalid.
    const separator = Buffer.from(bytes).indexOf(Buffer.alloc(16));
    bytes.set([0, 0], separator + 16);
    const own = await openWith(bytes);
    expect(find("9.9.9.9", own)).toEqual(find("9.9.9.9"));
  });
});
