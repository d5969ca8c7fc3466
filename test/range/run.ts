/** `bun run range SCENARIO|all [--seed N] [--people N] [--slow N] [--unprotected] [--policies DIR] [--labels FILE]`: figures as JSON lines, then a table. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { TestCertificates } from "../support/test-certificates.ts";
import { AddressPools } from "./address-pools.ts";
import { groupHarm } from "./harm.ts";
import { liveOrdinaryDays } from "./ordinary-days.ts";
import { RequestLabels } from "./request-labels.ts";
import { runScenario, type ScenarioScore } from "./run-scenario.ts";
import type { Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";
import { tellTakeovers } from "./takeover-table.ts";

const [name = "", ...options] = process.argv.slice(2);
const chosen =
  name === "all" ? scenarios : scenarios.filter((scenario) => name.split(",").includes(scenario.name));
const seed = Number(option("--seed") ?? 1);
const perGroup = Number(option("--people") ?? 200);
if (chosen.length === 0 || !Number.isInteger(seed) || !Number.isInteger(perGroup)) {
  console.error(
    "usage: bun run range SCENARIO,…|all [--seed N] [--people N] [--slow N] [--unprotected] [--policies DIR] [--labels FILE]",
  );
  for (const scenario of scenarios) console.error(`  ${scenario.name.padEnd(18)} ${scenario.about}`);
  process.exit(2);
}

const pools = await AddressPools.read();
const scratch = await mkdtemp(join(tmpdir(), "sallyport-labels-"));
const labels = new RequestLabels(option("--labels") ?? join(scratch, "labels"));
const policies = resolve(option("--policies") ?? join(import.meta.dir, "../../policies"));
const certificates = new TestCertificates();
const slow = Number(option("--slow") ?? 1);
const setup = {
  slow,
  seed,
  perGroup,
  isProtected: !options.includes("--unprotected"),
  pools,
  labels,
  policies,
  certificate: certificates.selfSigned("shop", ["shop.example", "localhost"]),
};
const started = performance.now();
const before = await liveOrdinaryDays(setup);
const { groups, stopCauses, stoppedServices, breaks, realSeconds } = before;
const ordinary = { scenario: "ordinary_days", seed, attack: undefined, groups, stopCauses, stopsBy: {} };
const scores: ScenarioScore[] = [{ ...ordinary, stoppedServices, breaks, realSeconds }];
console.log(JSON.stringify(scores[0]));
for (const scenario of chosen) {
  const score = await runScenario(scenario, setup, before);
  scores.push(score);
  console.log(JSON.stringify(score));
}
await before.remove();
certificates.remove();
await labels.close();
await rm(scratch, { recursive: true });
const complaints = [
  ...tellAttacks(scores),
  ...tellTakeovers(scores),
  ...tellGroups(scores),
  ...tellNullEvents(scores),
];
console.log(`${labels.count} requests, seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s`);
for (const complaint of complaints) console.log(`missed: ${complaint}`);
process.exit(complaints.length === 0 ? 0 : 1);

function option(flag: string): string | undefined {
  const at = options.indexOf(flag);
  return at < 0 ? undefined : options[at + 1];
}

function scenarioOf({ scenario }: ScenarioScore): Scenario {
  return scenarios.find((one) => one.name === scenario)!;
}

/** Confirmed valid pairs (or what else the attack is after) per thousand in the attacker's list, and what one costs him. */
function tellAttacks(all: readonly ScenarioScore[]): string[] {
  const missed: string[] = [];
  for (const score of all) {
    const { attack, scenario } = score;
    if (!attack) continue;
    // Held against what he would have learnt without protection, as far as he came.
    const { attempts, firstStop, learned, planned, reached, stops, worth } = attack;
    const perThousand = (learned / worth) * 1000;
    const fall = reached === 0 ? 0 : 1 - learned / reached;
    const cost = learned === 0 ? "none" : `${(attempts / learned / (planned / worth)).toFixed(1)}x`;
    const first = firstStop
      ? `first stop after ${firstStop.attempt} attempts, ${firstStop.ms} ms`
      : "never stopped";
    console.log(
      `${scenario.padEnd(18)} ${String(attempts).padStart(5)}/${planned} attempts, learnt ${perThousand.toFixed(0).padStart(4)} of 1000 (-${(fall * 100).toFixed(1)} %), cost a hit ${cost}, ${stops} stops, ${first}`,
    );
    const { must } = scenarioOf(score);
    if (must !== undefined && fall < must)
      missed.push(`${scenario}: learnt fell by ${(fall * 100).toFixed(1)} %, not ${must * 100} %`);
  }
  return missed;
}

function tellGroups(all: readonly ScenarioScore[]): string[] {
  const missed: string[] = [];
  const names = [...new Set(all.flatMap(({ groups }) => groups.map(({ group }) => group)))];
  const sums = names.map((group) => {
    const mine = all.flatMap(({ groups }) => groups.filter((one) => one.group === group));
    return groupHarm(group, sum(mine.map(({ people }) => people)), sum(mine.map(({ stopped }) => stopped)));
  });
  for (const { group, people, stopped, upper } of sums) {
    console.log(
      `${group.padEnd(18)} ${String(stopped).padStart(5)} of ${people} people stopped, 95 % sure it is below ${(upper * 100).toFixed(2)} %`,
    );
    // Of fewer than a thousand the bound is above that even if nobody is stopped.
    if (people < 1000 ? stopped > 0 : upper > 0.003)
      missed.push(`${group}: up to ${(upper * 100).toFixed(2)} % may be stopped, not 0.30 %`);
  }
  for (const { scenario, stoppedServices } of all) {
    if (stoppedServices.length > 0) missed.push(`${scenario}: stopped ${stoppedServices.join(", ")}`);
  }
  const people = sum(sums.map((one) => one.people));
  const stopped = sum(sums.map((one) => one.stopped));
  console.log(
    `${"everybody".padEnd(18)} ${String(stopped).padStart(5)} of ${people} people stopped (${((stopped / people) * 100).toFixed(3)} %)`,
  );
  if (stopped / people > 0.001)
    missed.push(`${((stopped / people) * 100).toFixed(3)} % of all people were stopped, not 0.1 %`);
  return missed;
}

function tellNullEvents(all: readonly ScenarioScore[]): string[] {
  return all.flatMap(({ attack, groups, scenario }) => {
    const stopped = sum(groups.map((group) => group.stopped));
    return !attack && stopped > 0 ? [`${scenario}: ${stopped} people stopped, and it is no attack`] : [];
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
