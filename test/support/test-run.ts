/** Runs test files with `bun test` and takes how many passed from its own summary. */
import { runBounded } from "./run-bounded.ts";

/** What came of some tests. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
}

/** How to run them. */
export interface TestRunOptions {
  /** For a test that sets no time of its own. */
  readonly timeoutMs: number;
  /** ms since the epoch. */
  readonly deadline: number;
}

/** Longer than any summary. */
const summaryLength = 2000;

/** Runs the files in one process, each in a global object of its own, and leaves no process behind. */
export async function runTests(files: string[], { timeoutMs, deadline }: TestRunOptions): Promise<Tally> {
  const flags = ["--isolate", "--no-orphans", `--timeout=${timeoutMs}`];
  let tail = "";
  const code = await runBounded([process.execPath, "test", ...flags, ...files.map((file) => `./${file}`)], {
    deadline,
    hear: (text) => {
      tail = (tail + text).slice(-summaryLength);
    },
  });
  return readTally(tail, code);
}

/**
 * Counts from the end of what `bun test` wrote. Skipped tests count as failed, since nothing may be skipped
 * unseen; so does a run that ended badly, or ran nothing, without counting a failure itself.
 */
export function readTally(output: string, exitCode: number): Tally {
  const summary =
    /(?:^ *\d+ (?:pass|skip|todo|fail|errors?|snapshots?.*|expect\(\) calls)\n)+Ran \d+ tests?/m.exec(
      output,
    )?.[0] ?? "";
  const count = (name: string) => Number(new RegExp(`^ *(\\d+) ${name}$`, "m").exec(summary)?.[1] ?? 0);
  const passed = count("pass");
  const failed = count("fail") + count("skip") + count("todo");
  const isUnexplained = failed === 0 && (exitCode !== 0 || passed === 0);
  return { passed, failed: isUnexplained ? 1 : failed };
}
