/** Runs the `test` blocks of a set. */
import { checkPolicies } from "../compile-policies.ts";
import type { Diagnostic } from "../diagnostic.ts";
import { LineIndex } from "../line-index.ts";
import type { ListPort } from "../list-port.ts";
import { lowerProgram } from "../lower-program.ts";
import { Report } from "../report.ts";
import type { Simulator } from "../simulator-port.ts";
import type { SourceFile } from "../source-file.ts";
import { CaseRunner, type TestWorld } from "./case-runner.ts";
import { Coverage } from "./coverage.ts";
import type { CaseReport, TestReport } from "./test-report.ts";

/** What running tests gives: a report if the set has no error. */
export interface TestRun {
  readonly report: TestReport | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Compiles files as one set and runs all of its tests; does not throw, whatever the text. */
export function runTests<F>(files: readonly SourceFile[], lists: ListPort, simulator: Simulator<F>): TestRun {
  const found = new Report(files);
  const program = checkPolicies(files, simulator.scheme, lists, found);
  const diagnostics = found.diagnostics();
  if (found.hasErrors()) return { report: undefined, diagnostics };
  const ir = lowerProgram(program, files, simulator.scheme);
  const tests = program.of("test");
  const tested = new Set(tests.map((test) => test.name.text));
  const coverage = new Coverage([...program.policies.keys()], tested);
  const texts = new Map(files.map((file) => [file.name, file.text]));
  const lines = new Map(files.map((file) => [file.name, new LineIndex(file.text)]));
  const world: TestWorld<F> = {
    program,
    ir,
    lists,
    simulator,
    coverage,
    textOf: (span) => (texts.get(span.file) ?? "").slice(span.start, span.end),
    lineOf: (span) => lines.get(span.file)?.at(span.start).line ?? 0,
  };
  const cases = tests.flatMap((test) =>
    test.cases.map((node): CaseReport => {
      const { requests, failures } = new CaseRunner(world, test, node);
      const { file } = node.span;
      const place = { file, line: world.lineOf(node.span) };
      return { policy: test.name.text, title: node.title.text, ...place, requests, failures };
    }),
  );
  return { report: { cases, coverage: coverage.report() }, diagnostics };
}
