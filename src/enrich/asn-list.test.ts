import { beforeAll, describe, expect, test } from "bun:test";
import bulletproofText from "../../policies/lists/bulletproof.txt" with { type: "text" };
import hostingText from "../../policies/lists/hosting.txt" with { type: "text" };
import { parseAsnList } from "./asn-list.ts";
import { knownNetworks } from "./known-networks.ts";
import { buildNetworkData } from "./network-data.ts";
import { NetworkTable } from "./network-table.ts";

describe("parseAsnList", () => {
  test("reads number, name and source, and skips comments and empty lines", () => {
    expect(
      parseAsnList("# heading\n\nAS64500  # Example — own site\r\n64501 # A – B — x — y\n", "x"),
    ).toEqual([
      { asn: 64500, name: "Example", source: "own site" },
      { asn: 64501, name: "A – B", source: "x — y" },
    ]);
  });

  test.each([
    ["64500", "line 1"],
    ["# ok\n64500  # Example", "line 2"],
    ["64500  # — source", "line 1"],
    ["0  # Example — source", "line 1"],
    ["4294967296  # Example — source", "line 1"],
    ["64500  # A — b\n64500  # A — b", "line 2: AS64500 is listed twice"],
  ])("refuses %p and names the line", (text, message) => {
    expect(() => parseAsnList(text, "hosting list")).toThrow(message);
  });
});

describe("the shipped lists", () => {
  const lists = [
    ["hosting.txt", hostingText, 200],
    ["bulletproof.txt", bulletproofText, 30],
  ] as const;
  const registered = new Map<number, string>();

  beforeAll(async () => {
    const table = NetworkTable.open(await buildNetworkData());
    if (!table) throw new Error("the data does not open");
    for (let row = 0; row < table.rowCount; row++) {
      const asn = table.asn(row);
      if (asn !== undefined && !registered.has(asn)) registered.set(asn, table.asName(row) ?? "");
    }
  });

  test.each(lists)("%s gives each network its registered name and a source", (name, text, atLeast) => {
    const entries = parseAsnList(text, name);
    expect(entries.length).toBeGreaterThanOrEqual(atLeast);
    for (const entry of entries) {
      expect(entry.source.length).toBeGreaterThan(20);
      expect(`${entry.asn} ${registered.get(entry.asn)}`).toContain(entry.name);
    }
  });

  test("no network with many people or crawlers in it is on a list, and none is on both", () => {
    const hosting = parseAsnList(hostingText, "hosting").map((entry) => entry.asn);
    const bulletproof = parseAsnList(bulletproofText, "bulletproof").map((entry) => entry.asn);
    for (const asn of [...hosting, ...bulletproof])
      expect(`${asn} ${knownNetworks.get(asn)}`).toBe(`${asn} undefined`);
    expect(hosting.filter((asn) => bulletproof.includes(asn))).toEqual([]);
  });
});
