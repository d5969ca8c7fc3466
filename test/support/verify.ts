/**
 * `bun run verify`: everything that must hold, on a machine that has nothing but Bun. Installs what tests
 * need or names it, runs `check` and all tests, and ends in the line `N passed, N failed`.
 */
import { bringNeededPrograms } from "./needed-programs.ts";
import { runBounded } from "./run-bounded.ts";
import { runTests, type Tally } from "./test-run.ts";

/** The whole of it must fit into fifteen minutes; what would not is stopped and counts as failed. */
const deadline = Date.now() + 14 * 60_000;

async function verify(): Promise<Tally[]> {
  const missing = await bringNeededPrograms(deadline);
  if (missing.length > 0) {
    console.error(`missing for the tests, please install these Debian packages: ${missing.join(" ")}`);
    return [{ passed: 0, failed: 1 }];
  }
  const tallies = [await check()];
  const files = [...new Bun.Glob("{src,dsl,policies,views,test}/**/*.test.ts").scanSync(".")].sort();
  tallies.push(
    await runTests(
      files.filter((file) => !isWholeProcess(file)),
      { timeoutMs: 30_000, deadline },
    ),
  );
  // One after the other and each on its own: they measure time, and two cores carry one attack at once.
  for (const file of files.filter(isWholeProcess)) {
    tallies.push(await runTests([file], { timeoutMs: 120_000, deadline }));
  }
  return tallies;
}

/** Tests that start whole processes. */
function isWholeProcess(file: string): boolean {
  return file.startsWith("test/e2e/");
}

async function check(): Promise<Tally> {
  const code = await runBounded([process.execPath, "run", "check"], { deadline });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function sum(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((total, { passed }) => total + passed, 0),
    failed: tallies.reduce((total, { failed }) => total + failed, 0),
  };
}

const { passed, failed } = sum(await verify());
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
