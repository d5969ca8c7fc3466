/** Formatting changes spaces only: the same tree, the same comments, and nothing the second time. */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { buildAst } from "../build-ast.ts";
import { parseFile } from "../parse-file.ts";
import { programText, shakenProgram } from "../program-arbitrary.ts";
import { Report } from "../report.ts";
import { policyLexer } from "../tokens.ts";
import { formatPolicy } from "./format-policy.ts";

const fixtures = join(import.meta.dir, "..", "fixtures");
const shipped = join(import.meta.dir, "..", "..", "policies");
const policiesIn = (folder: string) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".policy"))
    .map((file) => join(folder, file));

function formatted(text: string): string {
  const result = formatPolicy({ name: "x.policy", text });
  if ("diagnostics" in result) throw new Error(`${JSON.stringify(result.diagnostics)}\n${text}`);
  return result.text;
}

/** The tree without places. */
function treeOf(text: string): unknown {
  const file = { name: "x.policy", text };
  const report = new Report([file]);
  const parsed = parseFile(file, report);
  const tree = parsed && buildAst(parsed.tree, file.name, report);
  expect(report.diagnostics()).toEqual([]);
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (/span$/i.test(key) ? undefined : value)));
}

function commentsOf(text: string): string[] {
  const comments = policyLexer.tokenize(text).groups["comments"] ?? [];
  return comments.map((comment) => comment.image.trimEnd());
}

function checkFormatting(text: string): void {
  const once = formatted(text);
  expect(treeOf(once)).toEqual(treeOf(text));
  expect(commentsOf(once)).toEqual(commentsOf(text));
  expect(formatted(once)).toBe(once);
  expect(once).not.toMatch(/[ \t\r]$/m);
  expect(once).not.toMatch(/\n\n\n|^\n|\n\n$/);
}

test("generated programs mean the same when formatted, keep their comments, and formatting twice changes nothing", () => {
  fc.assert(fc.property(fc.oneof(programText, shakenProgram), checkFormatting), { numRuns: 1500 });
}, 120_000);

test("the generator reaches every rule of the grammar", () => {
  const reached = new Set<string>();
  const visit = (node: object) => {
    if (!("children" in node) || !("name" in node)) return;
    reached.add(String(node.name));
    for (const children of Object.values(node.children as Record<string, object[]>)) children.forEach(visit);
  };
  for (const text of fc.sample(programText, { numRuns: 1000, seed: 1 })) {
    const file = { name: "x.policy", text };
    const parsed = parseFile(file, new Report([file]));
    if (parsed) visit(parsed.tree);
  }
  const grammar = readFileSync(join(import.meta.dir, "..", "grammar.ts"), "utf8");
  const rules = Array.from(grammar.matchAll(/this\.RULE\("(\w+)"/g), ([, rule]) => rule);
  expect(rules.filter((rule) => !reached.has(rule ?? ""))).toEqual([]);
});

test("fixtures keep their meaning and their comments", () => {
  for (const path of [...policiesIn(join(fixtures, "accepted")), ...policiesIn(join(fixtures, "whole"))]) {
    const text = readFileSync(path, "utf8");
    if (!text.startsWith("### file ")) checkFormatting(text);
  }
});

for (const path of [...policiesIn(shipped), ...policiesIn(join(fixtures, "whole"))]) {
  test(`${path.split("/").at(-1)} is formatted`, () => {
    const text = readFileSync(path, "utf8");
    expect(formatted(text)).toBe(text);
  });
}

test("a file that cannot be read gives its diagnostics", () => {
  const result = formatPolicy({ name: "x.policy", text: "policy p on {" });
  expect("diagnostics" in result && result.diagnostics.map((diagnostic) => diagnostic.code)).toEqual([
    "P003",
    "P004",
  ]);
});

test("a megabyte on one line is formatted soon", () => {
  const text = `list a: asn = [${"1234567, ".repeat(110_000)}]`;
  const start = performance.now();
  expect(formatted(text).length).toBeGreaterThan(text.length * 0.9);
  expect(performance.now() - start).toBeLessThan(10_000);
});

test("one line, several lines, comments and columns", () => {
  const text = `
# first
app a{tags x,y route login POST /l tagged auth # behind
route b  GET /b # also
outcome login success status 200 failure status 401,
403
}
policy p on a{mode enforce   priority 3
when{any{a=1

b>=2} } # why
  then { block 429
  # nothing more
  } unless{x known}}
`;
  expect(formatted(text)).toBe(`# first
app a {
  tags    x, y
  route   login POST /l tagged auth  # behind
  route   b     GET  /b              # also
  outcome login
    success status 200
    failure status 401, 403
}

policy p on a {
  mode enforce  priority 3
  when {
    any {
      a = 1

      b >= 2
    }
  }  # why
  then {
    block 429
    # nothing more
  }
  unless { x known }
}
`);
});
