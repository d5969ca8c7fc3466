/** From files to a checked, typed set: parse, build, check, lower. */
import type { Declaration } from "./ast.ts";
import { buildAst } from "./build-ast.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { usualRoom } from "./gauge-memory.ts";
import type { ListPort } from "./list-port.ts";
import { lowerProgram } from "./lower-program.ts";
import { parseFile } from "./parse-file.ts";
import type { PolicyIr } from "./policy-ir.ts";
import { Program } from "./program.ts";
import { Report } from "./report.ts";
import { depths } from "./rules/depths.ts";
import { doubtRules, localRules, wholeRules } from "./rules/rule-list.ts";
import { sizes } from "./rules/sizes.ts";
import type { Scheme } from "./scheme.ts";
import type { SourceFile } from "./source-file.ts";

/** What compiling gives: the set if there is no error, and everything there is to say. */
export interface Compilation {
  readonly ir: PolicyIr | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles a folder of files as one set; never throws, whatever the text. `now` (ms) tells what is about to expire, `room` what the host gives for state. */
export function compilePolicies<F>(
  files: readonly SourceFile[],
  scheme: Scheme<F>,
  lists: ListPort,
  now = Date.now(),
  room = usualRoom,
): Compilation {
  const report = new Report(files);
  const program = checkPolicies(files, scheme, lists, report, now, room);
  const ir = report.hasErrors() ? undefined : lowerProgram(program, files, scheme);
  return { ir, diagnostics: report.diagnostics() };
}

/** Parses and checks files; the program is complete only if nothing was reported. */
export function checkPolicies<F>(
  files: readonly SourceFile[],
  scheme: Scheme<F>,
  lists: ListPort,
  report: Report,
  now = Date.now(),
  room = usualRoom,
): Program {
  const declarations: Declaration[] = [];
  let isPartial = false;
  for (const file of files) {
    const parsed = parseFile(file, report);
    const built = parsed ? buildAst(parsed.tree, file.name, report) : [];
    for (const declaration of built) declarations.push(declaration);
    // Words that open declarations may also be names, so fewer than counted mean a loss only after a mistake.
    const isLosing = parsed && built.length < parsed.opened && report.hasSyntaxErrors(file.name);
    isPartial ||= parsed === undefined || isLosing === true || report.losesDeclarations();
  }
  const program = new Program(declarations, isPartial, scheme, lists, now, room);
  // What is too large is not looked into any further.
  if (sizes(program, report) || depths(program, report)) return program;
  for (const rule of isPartial ? localRules : [...localRules, ...wholeRules]) rule(program, report);
  if (!report.hasErrors()) for (const rule of doubtRules) rule(program, report);
  return program;
}
