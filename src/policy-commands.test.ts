/** The commands on policies: their exit codes, and what they print, as scripts and people rely on them. */
import { afterEach, beforeEach, expect, spyOn, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPolicies } from "./check.ts";
import { diffSets } from "./diff.ts";
import { explain } from "./explain.ts";
import { formatPolicies } from "./format-policies.ts";
import { testPolicies } from "./policy-test.ts";

const policy = `app shop { route login POST /login }
policy p on shop { when { header x-tool = "1" } then { block 429 } }
test p { let bot = POST /login { header x-tool "1" } case "bots" { send bot  expect block 429 by p } }
`;

let folder = "";
let printed: string[] = [];
const log = spyOn(console, "log");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "policies-"));
  printed = [];
  log.mockImplementation((text: string) => void printed.push(text));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  log.mockReset();
});

function written(text: string, name = "x.policy"): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test("test: 0 when all pass, 1 with the trace when one fails, 2 when nothing could run", () => {
  expect(testPolicies(written(policy), { coverage: true })).toBe(0);
  expect(printed.join("\n")).toContain('p: never false: header x-tool = "1"');
  expect(testPolicies(written(policy.replace("429 by", "403 by")))).toBe(1);
  expect(printed.at(-1)).toContain("expected  expect block 403 by p\n  got       block 429 by p");
  expect(printed.at(-1)).toContain('yes header x-tool = "1"');
  expect(testPolicies(written("policy"))).toBe(2);
});

test("test and check print one JSON document where asked", () => {
  expect(testPolicies(written(policy), { json: true })).toBe(0);
  expect(JSON.parse(printed.at(-1) ?? "")).toMatchObject({ cases: [{ policy: "p", failures: [] }] });
  expect(checkPolicies(written("policy"), { json: true })).toBe(1);
  expect(JSON.parse(printed.at(-1) ?? "")).toMatchObject({
    errors: 1,
    diagnostics: [{ code: "P004", line: 1 }],
  });
});

test("explain shows the decision and the value of every clause", () => {
  const request = written('{ "method": "post", "path": "/login", "headers": { "x-tool": "2" } }', "r.json");
  written(policy);
  expect(explain(request, folder)).toBe(0);
  expect(printed.join("\n")).toContain("app shop, route login\nallow\n");
  expect(printed.join("\n")).toContain('no  header x-tool = "1"    (2)');
});

test("explain refuses what describes no request", () => {
  written(policy);
  expect(() => explain(written("[]", "r.json"), folder)).toThrow("wants an object");
  expect(() => explain(written('{ "path": "x" }', "r.json"), folder)).toThrow("a method and a path");
  expect(() => explain(written('{ "headers.count": 3 }', "r.json"), folder)).toThrow("cannot be set");
  expect(() => explain("Z999", folder)).toThrow("there is no code Z999");
});

test("fmt names what is not formatted, mends it, and finds nothing the second time", () => {
  const path = written("app   shop{route login POST /login}");
  expect(formatPolicies(folder, { check: true })).toBe(1);
  expect(readFileSync(path, "utf8")).toBe("app   shop{route login POST /login}");
  expect(formatPolicies(folder)).toBe(0);
  expect(formatPolicies(folder, { check: true })).toBe(0);
  expect(formatPolicies(written("app {", "broken.policy"))).toBe(2);
});

test("diff: 0 without a difference, 1 with one, 2 when a side does not compile", () => {
  const old = written(policy);
  expect(diffSets(old, written(policy, "same.policy"))).toBe(0);
  expect(diffSets(old, written(policy.replaceAll("429", "403"), "other.policy"))).toBe(1);
  expect(printed.at(-1)).toContain("changed: policy p");
  expect(diffSets(old, written("policy", "broken.policy"))).toBe(2);
});

test("a word that is no command is told, and starts no server; format is another word for fmt", () => {
  const main = join(import.meta.dir, "main.ts");
  const run = (...words: string[]) => Bun.spawnSync([process.execPath, main, ...words], { timeout: 20_000 });
  const unknown = run("chek", folder);
  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr.toString()).toStartWith("sallyport: there is no command `chek`: serve, check, ");
  written(policy);
  expect(run("format", folder).exitCode).toBe(0);
  expect(run("fmt", "--check", folder).exitCode).toBe(0);
});
