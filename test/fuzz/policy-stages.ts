/** All that the language does with a file, one after the other: what the policy fuzzer calls. */
import {
  compilePolicies,
  complete,
  documentSymbols,
  findDefinition,
  findReferences,
  formatDiagnostic,
  formatPolicy,
  hover,
  linkPolicies,
  quickFixes,
  renameName,
  runTests,
  type SourceFile,
} from "../../dsl/index.ts";
import { scheme } from "../../src/describe/field-table.ts";
import { simulator } from "../../src/judge/simulator.ts";
import type { Dice } from "./mutations.ts";

const lists = { read: () => undefined };
const host = simulator();
/** Sends beyond which tests are not run here: their time is their own. */
const mostSends = 500;

/** The stages by name; each may throw, and then something was found. */
export const policyStages: readonly {
  readonly name: string;
  readonly run: (file: SourceFile, dice: Dice) => void;
}[] = [
  { name: "compile", run: compileAndLink },
  { name: "format", run: formatTwice },
  { name: "test", run: test },
  { name: "edit", run: edit },
];

function compileAndLink(file: SourceFile): void {
  const { ir, diagnostics } = compilePolicies([file], scheme, lists);
  for (const one of diagnostics) formatDiagnostic(one, [file], { color: false });
  if (diagnostics.length > 101) throw new Error(`${diagnostics.length} diagnostics`);
  if (!ir) {
    if (!diagnostics.some(({ severity }) => severity === "error")) throw new Error("no set and no error");
    return;
  }
  const { state } = host.world();
  const set = linkPolicies(JSON.parse(JSON.stringify(ir)), scheme, { gauges: state, lists });
  if (set.hash !== ir.hash) throw new Error("linked another set");
}

function formatTwice(file: SourceFile): void {
  const once = formatPolicy(file);
  if (!("text" in once)) return;
  const twice = formatPolicy({ name: file.name, text: once.text });
  if (!("text" in twice) || twice.text !== once.text) throw new Error("formatting again changes it");
}

function test(file: SourceFile): void {
  const times = Array.from(file.text.matchAll(/times\s+(\d+)/g), ([, count]) => Number(count));
  const sends = file.text.split(/\bsend\b/).length + times.reduce((sum, count) => sum + count, 0);
  if (sends <= mostSends) runTests([file], lists, host);
}

function edit(file: SourceFile, dice: Dice): void {
  const sources = { files: [file], scheme, lists };
  documentSymbols(file);
  for (let asked = 0; asked < 3; asked++) {
    const position = { file: file.name, offset: dice.below(file.text.length + 1) };
    complete(sources, position);
    hover(sources, position);
    findDefinition(sources, position);
    findReferences(sources, position);
    renameName(sources, position, "renamed");
  }
  const { diagnostics } = compilePolicies([file], scheme, lists);
  for (const one of diagnostics.slice(0, 5)) quickFixes(sources, one);
}
