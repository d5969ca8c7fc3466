/** `bun run bench NAME`: runs one benchmark. Exit code 1: a budget was missed; 2: it cannot run here. */
import { benchBodies } from "./bodies.ts";
import { benchCompile } from "./compile.ts";
import { benchDecide } from "./decide.ts";
import { missedBudgets, say } from "./figure.ts";
import { benchFloods } from "./floods.ts";
import { benchGauge } from "./gauge.ts";
import { benchProxy } from "./proxy.ts";
import { SetupProblem } from "./setup-problem.ts";
import { benchSiege } from "./siege.ts";
import { benchSoak } from "./soak.ts";
import { benchTell } from "./tell.ts";

const benches: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  bodies: benchBodies,
  compile: () => benchCompile(),
  decide: benchDecide,
  floods: () => benchFloods(),
  gauge: benchGauge,
  proxy: benchProxy,
  siege: benchSiege,
  soak: benchSoak,
  tell: () => benchTell(),
};

const [name = "", ...options] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (!bench) {
  say(`usage: bun run bench ${Object.keys(benches).join("|")} [options]`);
  process.exit(2);
}
try {
  await bench(options);
} catch (error) {
  if (!(error instanceof SetupProblem)) throw error;
  say(`bench ${name}: ${error.message}`);
  process.exit(2);
}
for (const sentence of missedBudgets()) say(`missed: ${sentence}`);
process.exit(missedBudgets().length === 0 ? 0 : 1);
