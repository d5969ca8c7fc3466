/** `sallyport test`: runs the tests that stand in policy files. */
import { type CaseReport, runTests, type TestReport } from "../dsl/index.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import { simulator } from "./judge/simulator.ts";
import { readPolicySources } from "./policy-sources.ts";

/** How a run is printed. */
export interface TestOptions {
  readonly coverage?: boolean;
  readonly json?: boolean;
}

/** Prints failing cases and a sum; returns 0 when all pass, 1 when one fails, 2 when the set does not compile. Throws AppError `policies_unreadable`. */
export function testPolicies(path: string, { coverage, json }: TestOptions = {}): 0 | 1 | 2 {
  const { folder, files } = readPolicySources(path);
  const { report, diagnostics } = runTests(files, folder, simulator());
  const hasFailed = report?.cases.some(({ failures }) => failures.length > 0) ?? false;
  if (json) console.log(JSON.stringify({ diagnostics, ...report }, null, 2));
  else if (report) console.log(reportText(report, coverage ?? false));
  else console.log(diagnosticsText(diagnostics, files, process.stdout.isTTY));
  if (!report) return 2;
  return hasFailed ? 1 : 0;
}

function reportText({ cases, coverage }: TestReport, showsGaps: boolean): string {
  const failed = cases.filter(({ failures }) => failures.length > 0);
  const requests = cases.reduce((sum, one) => sum + one.requests, 0);
  const lines = failed.flatMap(failureLines);
  if (showsGaps) {
    for (const { policy, clause, never } of coverage.gaps) {
      lines.push(
        never === "asked" ? `${policy}: no test reached it` : `${policy}: never ${never}: ${clause}`,
      );
    }
    for (const policy of coverage.untested) lines.push(`${policy}: has no test of its own`);
  }
  const { covered, conditions } = coverage;
  lines.push(
    `${cases.length} cases, ${failed.length} failed, ${requests} requests; ${covered} of ${conditions} conditions seen both ways`,
  );
  return lines.join("\n");
}

function failureLines({ policy, title, file, failures }: CaseReport): string[] {
  return failures.flatMap(({ line, expected, got, trace }) => [
    `failed: ${policy}, "${title}"`,
    `  --> ${file}:${line}`,
    `  expected  ${expected}`,
    `  got       ${got}`,
    ...trace.map((text) => `    ${text}`),
    "",
  ]);
}
