import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { bodyField } from "./body-fields.ts";
import { parseJson } from "./json-document.ts";
import { findJsonScalar, jsonPath } from "./json-scalar.ts";

function byDocument(text: string, path: string): string | undefined {
  const root = parseJson(text);
  return root && bodyField({ kind: "json", root }, path);
}

const names = [
  "a",
  "A",
  "b",
  "kind",
  "\u212aind",
  "Kind",
  "\u0130d",
  "i\u0307d",
  "",
  "0",
  "1",
  "\u00e4",
  "\u00c4",
  "a.b",
];
const name = fc.constantFrom(...names);
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("."));

/** A JSON string in one of its spellings. */
const spelled = (text: string) =>
  fc.boolean().map((isEscaped) => {
    if (!isEscaped) return JSON.stringify(text);
    const units = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
    return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
  });

const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("1", "-0.5e3", "true", "false", "null", '"x"', '"\\n"', '""', '"\\ud800"'),
    fc
      .array(fc.tuple(name.chain(spelled), tie("document")), { maxLength: 4 })
      .map((members) => `{${members.map(([key, member]) => `${key} : ${member}`).join(",")}}`),
    fc.array(tie("document"), { maxLength: 3 }).map((items) => `[${items.join(" ,")} ]`),
  ),
}));

test("finds what the whole document has at a path", () => {
  fc.assert(
    fc.property(document, path, (text, path) => {
      expect(findJsonScalar(text, jsonPath(path))).toBe(byDocument(text, path));
    }),
    { numRuns: 20_000 },
  );
});

test("finds nothing in a document that is broken anywhere", () => {
  const broken = fc.tuple(
    document,
    fc.nat(),
    fc.constantFrom("", "}", "]", ",", '"', "\\", "\u0001", "x", " "),
  );
  fc.assert(
    fc.property(broken, path, ([text, place, piece], path) => {
      const at = place % (text.length + 1);
      const changed = text.slice(0, at) + piece + text.slice(at + (piece === "" ? 1 : 0));
      expect(findJsonScalar(changed, jsonPath(path))).toBe(byDocument(changed, path));
    }),
    { numRuns: 20_000 },
  );
});

/** A readable member beside one that nests. */
function deep(levels: number): string {
  return `{"a":1,"b":${"[".repeat(levels)}${"]".repeat(levels)}}`;
}

test("a document that nests without end is refused, not recursed into", () => {
  expect(findJsonScalar(deep(63), jsonPath("a"))).toBe("1");
  expect(findJsonScalar(deep(64), jsonPath("a"))).toBeUndefined();
  expect(findJsonScalar("[".repeat(60_000), jsonPath("a"))).toBeUndefined();
});
