import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { type JsonNode, parseJson } from "./json-document.ts";

function plain(node: JsonNode): unknown {
  if (node.kind === "object") return [...node.members].map(([key, member]) => [key, plain(member)]);
  if (node.kind === "array") return node.items.map(plain);
  return node.kind === "string" ? node.text : JSON.parse(node.text);
}

function entries(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(entries);
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value).map(([key, member]) => [key, entries(member)]);
}

function parsesNatively(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test("reads what JSON.parse reads, to the same values", () => {
  // Integer-like keys are left out: JSON.parse moves them to the front.
  const value = fc.jsonValue({ maxDepth: 5 }).filter((value) => !/"\d+":/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(value, fc.constantFrom(0, 1, 2), (value, indent) => {
      const node = parseJson(JSON.stringify(value, undefined, indent));
      expect(node && plain(node)).toEqual(entries(JSON.parse(JSON.stringify(value))));
    }),
  );
});

test("refuses what JSON.parse refuses", () => {
  const piece = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "1",
    "-",
    "0",
    ".",
    "e",
    "true",
    "nul",
    " ",
    "\\",
    "\n",
    '"a"',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join("");
      expect(parseJson(text) !== undefined).toBe(parsesNatively(text));
    }),
    { numRuns: 3000 },
  );
});

describe("keys", () => {
  test("keep the order in which they were sent, integers too", () => {
    const node = parseJson('{"b":1,"1":2,"a":3}');
    expect(node?.kind === "object" && [...node.members.keys()]).toEqual(["b", "1", "a"]);
  });

  test("sent twice are marked, in whatever case or escape", () => {
    for (const text of ['{"a":1,"a":2}', '{"a":1,"A":2}', '{"a":1,"\\u0061":2}']) {
      const node = parseJson(text);
      expect(node?.kind === "object" && node.ambiguous.has("a")).toBe(true);
    }
  });

  test("that differ in the case of letters beyond ASCII only are marked, however many there are", () => {
    for (const others of [0, 20]) {
      const before = Array.from({ length: others }, (_, index) => `"other${index}":0,`).join("");
      for (const [one, other] of [
        ["kind", "\u212aind"],
        ["\u0130d", "i\u0307d"],
        ["STRASSE\u00c4", "strasse\u00e4"],
      ] as const) {
        const node = parseJson(`{${before}"${one}":1,"${other}":2}`);
        expect(node?.kind === "object" && [...node.ambiguous]).toEqual([one, other]);
        expect(node?.kind === "object" && node.members.get(other)?.kind).toBe("number");
      }
    }
  });
});

test("a number keeps its digits", () => {
  expect(parseJson("12345678901234567890")).toEqual({ kind: "number", text: "12345678901234567890" });
});

test("a document that nests without end is refused, not recursed into", () => {
  expect(parseJson("[".repeat(60_000))).toBeUndefined();
  expect(parseJson(`${"[".repeat(65)}${"]".repeat(65)}`)).toBeUndefined();
  expect(parseJson(`${"[".repeat(64)}${"]".repeat(64)}`)).toBeDefined();
});
