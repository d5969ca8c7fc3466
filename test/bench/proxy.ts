/**
 * `bench proxy`: throughput and latency of Sallyport as a proxy against nginx and haproxy in the same run.
 *
 * Set up as DESIGN.md §8 says: the proxy alone on core 0, load generator and origin on core 1. All servers run all
 * the time and are loaded in turn, each warmed up first; the order turns with every round, and what counts is the
 * median over the rounds of the ratio to nginx in the same round. Processor time for one answer is told as well: on
 * a shared machine it is steadier than throughput, and a saturated proxy's throughput is its reciprocal.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ChildProcesses, residentMegabytes, type Server } from "./child-processes.ts";
import { findTools } from "./debian-tools.ts";
import { median, printFigure, say } from "./figure.ts";
import { type FullLoad, loadFully, loadSteadily } from "./load.ts";
import type { PacedLatency } from "./paced-load.ts";
import {
  answers,
  type PeerSetting,
  startBare,
  startHaproxy,
  startNginxProxy,
  startOrigin,
  startWhole,
} from "./proxy-peers.ts";
import { SetupProblem } from "./setup-problem.ts";

interface Effort {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
}

/** The peers that every run has; `policies` is the whole of Sallyport. */
type Peer = "direct" | "nginx" | "haproxy" | "bare" | "policies";
type Loads = Record<Peer, FullLoad[]>;
type Servers = Record<Peer, Server>;
type Answer = keyof typeof answers;

const peers: readonly Peer[] = ["direct", "nginx", "haproxy", "bare", "policies"];
const budgets = { bare: 0.7, policies: 0.6 } as const;

/** Runs the benchmark: `--rounds N` (3), `--seconds N` a measurement (4), `--warm-up N` seconds before each (2). */
export async function benchProxy(options: readonly string[]): Promise<void> {
  const effort = readEffort(options);
  const tools = findTools(["taskset", "wrk", "nginx", "haproxy"]);
  if (availableParallelism() < 2) throw new SetupProblem("two cores are needed, one for the proxy alone");
  const busy = loadavg()[0] ?? 0;
  if (busy > 1)
    say(`the machine is busy (load ${busy.toFixed(1)}): believe cpu_ratio before ratio, and run it again`);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  const children = new ChildProcesses(folder, tools.taskset);
  const interrupted = () => {
    children.endNow();
    rmSync(folder, { recursive: true, force: true });
    process.exit(2);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    await measure(await startAll({ folder, children }, tools), children, tools.wrk, effort);
  } finally {
    await children.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function readEffort(options: readonly string[]): Effort {
  const { values } = parseArgs({
    args: [...options],
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "4" },
      "warm-up": { type: "string", default: "2" },
    },
  });
  const whole = (name: "rounds" | "seconds" | "warm-up") => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1 || value > 600) {
      throw new SetupProblem(`--${name} wants a whole number from 1 to 600, not \`${values[name]}\``);
    }
    return value;
  };
  return { rounds: whole("rounds"), seconds: whole("seconds"), warmUp: whole("warm-up") };
}

async function startAll(
  setting: PeerSetting,
  tools: Readonly<Record<"nginx" | "haproxy", string>>,
): Promise<Servers> {
  const direct = await startOrigin(setting, tools.nginx);
  return {
    direct,
    nginx: await startNginxProxy(setting, tools.nginx, direct),
    haproxy: await startHaproxy(setting, tools.haproxy, direct),
    bare: await startBare(setting, direct),
    policies: await startWhole(setting, direct),
  };
}

async function measure(
  servers: Servers,
  children: ChildProcesses,
  wrk: string,
  effort: Effort,
): Promise<void> {
  const load = (peer: Peer, answer: Answer, seconds: number) =>
    loadFully(children, wrk, { server: servers[peer], path: answers[answer], seconds });
  const small = await compare("small", effort, load);
  printComparison("proxy", small);
  const large = await compare("large", effort, load);
  printComparison("proxy.large", large);
  await measureLatency(servers, children, median(small.policies.map(({ rate }) => rate)), effort);
  const memory = residentMegabytes(servers.policies.pid);
  printFigure({ figure: "proxy.rss_policies", value: memory, unit: "MB", better: "lower" });
}

function urlOf(server: Server, answer: Answer): string {
  return `http://127.0.0.1:${server.port}${answers[answer]}`;
}

async function compare(
  answer: Answer,
  effort: Effort,
  load: (peer: Peer, answer: Answer, seconds: number) => Promise<FullLoad>,
): Promise<Loads> {
  const loads: Loads = { direct: [], nginx: [], haproxy: [], bare: [], policies: [] };
  for (let round = 0; round < effort.rounds; round++) {
    const turn = round % peers.length;
    const row: string[] = [];
    for (const peer of [...peers.slice(turn), ...peers.slice(0, turn)]) {
      await load(peer, answer, effort.warmUp);
      const done = await load(peer, answer, effort.seconds);
      loads[peer].push(done);
      row.push(`${peer} ${Math.round(done.rate)} (${done.micros.toFixed(1)})`);
    }
    say(`${answer} answers, round ${round + 1}, requests/s (µs of processor each): ${row.join("  ")}`);
  }
  return loads;
}

/** Figures of one answer; budgets are set for small answers. */
function printComparison(prefix: "proxy" | "proxy.large", loads: Loads): void {
  for (const peer of peers) {
    const rate = median(loads[peer].map((load) => load.rate));
    printFigure({ figure: `${prefix}.rps_${peer}`, value: rate, unit: "req/s", better: "higher" });
    const micros = median(loads[peer].map((load) => load.micros));
    printFigure({ figure: `${prefix}.cpu_${peer}`, value: micros, unit: "us", better: "lower" });
  }
  for (const peer of ["bare", "policies"] as const) {
    for (const other of ["nginx", "haproxy"] as const) {
      const must = prefix === "proxy" && other === "nginx" ? budgets[peer] : undefined;
      const pairs = loads[peer].map((mine, round) => ({ mine, theirs: loads[other][round] ?? mine }));
      printFigure({
        figure: `${prefix}.ratio_${other}_${peer}`,
        value: median(pairs.map(({ mine, theirs }) => mine.rate / theirs.rate)),
        unit: "ratio",
        ...(must === undefined ? {} : { must }),
        better: "higher",
      });
      printFigure({
        figure: `${prefix}.cpu_ratio_${other}_${peer}`,
        value: median(pairs.map(({ mine, theirs }) => theirs.micros / mine.micros)),
        unit: "ratio",
        better: "higher",
      });
    }
  }
}

/** Latency at half of what Sallyport can do; what it adds is over the origin asked directly at the same rate. */
async function measureLatency(
  servers: Servers,
  children: ChildProcesses,
  fullRate: number,
  effort: Effort,
): Promise<void> {
  const rate = Math.round(fullRate / 2);
  const found: Record<"direct" | "nginx" | "policies", PacedLatency[]> = {
    direct: [],
    nginx: [],
    policies: [],
  };
  for (let round = 0; round < effort.rounds; round++) {
    for (const peer of ["direct", "nginx", "policies"] as const) {
      found[peer].push(await loadSteadily(children, urlOf(servers[peer], "small"), rate, effort.seconds));
    }
  }
  for (const [peer, rounds] of Object.entries(found)) {
    const row = (["p50", "p99", "p999"] as const).map(
      (key) => `${key} ${median(rounds.map((r) => r[key])).toFixed(2)}`,
    );
    say(`latency at ${rate} requests/s, ms: ${peer}  ${row.join("  ")}`);
  }
  const added = (peer: "nginx" | "policies", key: "p99" | "p999") =>
    Math.max(
      0,
      median(found[peer].map((latency, round) => latency[key] - (found.direct[round]?.[key] ?? Number.NaN))),
    );
  const better = "lower";
  printFigure({ figure: "proxy.added_p99", value: added("policies", "p99"), unit: "ms", must: 2, better });
  printFigure({ figure: "proxy.added_p999", value: added("policies", "p999"), unit: "ms", must: 20, better });
  printFigure({ figure: "proxy.added_p99_nginx", value: added("nginx", "p99"), unit: "ms", better });
  printFigure({ figure: "proxy.added_p999_nginx", value: added("nginx", "p999"), unit: "ms", better });
}
