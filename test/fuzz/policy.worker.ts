/** Spoils files and takes them through all stages, saying which one it begins, so that whoever watches knows what hangs. */

import { Dice } from "./mutations.ts";
import type { PolicyFuzzMessage, PolicyFuzzStart } from "./policy.ts";
import { mutatePolicy } from "./policy-mutations.ts";
import { policyStages } from "./policy-stages.ts";

declare const self: Worker;

/** Longest time of one stage, ms of this process's own work. */
const longestMs = 1_000;
/** A finding is measured again before it counts: the first run of a stage also compiles the code itself. */
const attempts = 3;

const filesBetweenCollections = 50;

function say(message: PolicyFuzzMessage): void {
  self.postMessage(message);
}

self.onmessage = ({ data }: MessageEvent<PolicyFuzzStart>) => {
  const until = performance.now() + data.seconds * 1_000;
  const dice = new Dice(data.seed);
  let files = 0;
  for (let number = 0; performance.now() < until; number++) {
    const text = mutatePolicy(data.files, dice);
    for (const { name, run } of policyStages) {
      say({ kind: "begins", stage: name, text });
      const problem = problemOf(() => run({ name: "fuzz.policy", text }, new Dice(number)));
      if (problem !== undefined) say({ kind: "finding", stage: name, problem, text });
    }
    files++;
    // What is only not collected yet must not count as held.
    if (files % filesBetweenCollections === 0) Bun.gc(true);
  }
  say({ kind: "done", files });
};

function problemOf(run: () => void): string | undefined {
  try {
    let took = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts && took > longestMs; attempt++) took = spent(run);
    return took > longestMs ? `took ${Math.round(took)} ms` : undefined;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message).slice(0, 600) : String(error);
  }
}

/** The lesser of wall and CPU time: others may share the machine, and collectors run beside. */
function spent(run: () => void): number {
  const start = performance.now();
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return Math.min(performance.now() - start, (user + system) / 1_000);
}
