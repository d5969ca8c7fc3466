/** `bun run bench gauge [--keys N]`: one million live keys in our measures, in a naive Map, and in Redis; memory and time of each. */
import { findTools } from "./debian-tools.ts";
import { printFigure, say } from "./figure.ts";
import type { ContenderFigures } from "./gauge-contender.ts";
import { SetupProblem } from "./setup-problem.ts";

const contenders = ["sallyport", "map", "redis"] as const;
/** §8: one million live measure keys. */
const mostMegabytes = 300;

/** Runs each contender in a process of its own, so that memory is its own. */
export async function benchGauge(options: readonly string[]): Promise<void> {
  const at = options.indexOf("--keys");
  const keys = at < 0 ? 1_000_000 : Number(options[at + 1]);
  if (!Number.isInteger(keys) || keys < 1000)
    throw new SetupProblem("--keys wants a whole number from 1000 on");
  const { "redis-server": redis } = findTools(["redis-server"]);
  const byName = new Map<string, ContenderFigures>();
  for (const name of contenders) {
    say(`${name}: ${keys} keys …`);
    const child = Bun.spawn(
      [process.execPath, `${import.meta.dir}/gauge-contender.ts`, name, String(keys), redis],
      {
        stdout: "pipe",
        stderr: "inherit",
        stdin: "ignore",
        timeout: 300_000,
      },
    );
    const text = await child.stdout.text();
    if ((await child.exited) !== 0) throw new Error(`the contender ${name} failed`);
    const figures = JSON.parse(text) as ContenderFigures;
    byName.set(name, figures);
    report(name, figures, keys);
  }
  const own = byName.get("sallyport");
  for (const peer of ["map", "redis"]) {
    const theirs = byName.get(peer);
    if (!own || !theirs) continue;
    printFigure({
      figure: `gauge.memory_of_${peer}`,
      value: theirs.megabytes / own.megabytes,
      unit: "x",
      better: "higher",
    });
    printFigure({
      figure: `gauge.update_of_${peer}`,
      value: theirs.updateNs / own.updateNs,
      unit: "x",
      better: "higher",
    });
  }
}

function report(name: string, figures: ContenderFigures, keys: number): void {
  const { megabytes, readNs, updateNs, updateP999Us } = figures;
  const must = name === "sallyport" ? { must: (mostMegabytes * keys) / 1_000_000 } : {};
  printFigure({ figure: `gauge.${name}.megabytes`, value: megabytes, unit: "MB", better: "lower", ...must });
  printFigure({ figure: `gauge.${name}.update_ns`, value: updateNs, unit: "ns", better: "lower" });
  printFigure({ figure: `gauge.${name}.read_ns`, value: readNs, unit: "ns", better: "lower" });
  printFigure({ figure: `gauge.${name}.update_p999_us`, value: updateP999Us, unit: "us", better: "lower" });
}
