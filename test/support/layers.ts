/** The layer check: dependency-cruiser's rules, and a failure too when it saw no modules. */

const cruise = Bun.spawnSync(
  [
    process.execPath,
    "--bun",
    "node_modules/.bin/depcruise",
    "--config",
    ".dependency-cruiser.cjs",
    "--output-type",
    "json",
    "src",
    "dsl",
    "views",
    "test",
  ],
  { stdout: "pipe", stderr: "inherit" },
);

interface Violation {
  from: string;
  to: string;
  rule: { name: string };
}
const report = JSON.parse(cruise.stdout.toString()) as {
  summary: { totalCruised: number; violations: Violation[] };
  modules: { source: string; dependencies: unknown[] }[];
};
const { totalCruised, violations } = report.summary;
for (const { from, to, rule } of violations) console.error(`${rule.name}: ${from} -> ${to}`);
const edges = report.modules.reduce((sum, module) => sum + module.dependencies.length, 0);
if (totalCruised === 0 || edges === 0)
  console.error(`cruised ${totalCruised} modules, ${edges} imports: the check saw nothing`);
if (violations.length > 0 || totalCruised === 0 || edges === 0) process.exit(1);
console.log(`layers: ${totalCruised} modules, ${edges} imports, no violation`);
