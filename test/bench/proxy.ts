/**
 * `bench proxy`: throughput and latency of Sallyport as a proxy against its peers in the same run.
 *
 * Set up as DESIGN.md §8 says: the proxy alone on core 0, load generator and origin on core 1. All servers run all
 * the time and are loaded in turn, each warmed up first; the order turns with every round, and what counts is the
 * median over the rounds of the ratio to the peer in the same round. Processor time for one answer is told as well: on
 * a shared machine it is steadier than throughput, and a saturated proxy's throughput is its reciprocal.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { TestCertificates } from "../support/test-certificates.ts";
import { ChildProcesses, residentMegabytes } from "./child-processes.ts";
import { findTools, type Tool } from "./debian-tools.ts";
import { median, printFigure, say } from "./figure.ts";
import { type Loaders, loadFully, type Manner } from "./load.ts";
import { type Comparison, compare, comparisons, type Peer, printComparison } from "./proxy-comparison.ts";
import { liveKeys, measureLatency } from "./proxy-latency.ts";
import {
  answers,
  type PeerSetting,
  type ProxyServer,
  startBare,
  startHaproxy,
  startNginxProxy,
  startNode,
  startOrigin,
  startWhole,
  startWithKeys,
} from "./proxy-peers.ts";
import { SetupProblem } from "./setup-problem.ts";

interface Effort {
  readonly rounds: number;
  readonly seconds: number;
  readonly warmUp: number;
  readonly chosen: readonly Comparison[];
  readonly hasLatency: boolean;
}

interface Bench {
  readonly servers: ReadonlyMap<Peer, ProxyServer>;
  readonly setting: PeerSetting;
  readonly loaders: Loaders;
  readonly effort: Effort;
}

/** After so many answers a peer counts as warm, and after so many warm-ups it is taken as it is. */
const warmAnswers = 60_000;
const mostWarmUps = 4;

const neededTools = ["taskset", "openssl", "wrk", "h2load", "nginx"] as const;

/**
 * Runs the benchmark: `--rounds N` (3), `--seconds N` a measurement (4), `--warm-up N` seconds before each (2),
 * `--only NAMES` of `small large https https-large handshake h2 latency`, comma-separated (all).
 */
export async function benchProxy(options: readonly string[]): Promise<void> {
  const effort = readEffort(options);
  const { taskset, wrk, h2load } = findTools(neededTools);
  if (availableParallelism() < 2) throw new SetupProblem("two cores are needed, one for the proxy alone");
  const busy = loadavg()[0] ?? 0;
  if (busy > 1)
    say(`the machine is busy (load ${busy.toFixed(1)}): believe cpu_ratio before ratio, and run it again`);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  const children = new ChildProcesses(folder, taskset);
  const made = new TestCertificates();
  const clean = () => {
    made.remove();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = () => {
    children.endNow();
    clean();
    process.exit(2);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    const setting = { folder, children, certificate: made.selfSigned("bench", ["bench.example"]) };
    const servers = await startAll(setting, peersOf(effort));
    await measure({ servers, setting, loaders: { wrk, h2load }, effort });
  } finally {
    await children.end();
    clean();
  }
}

function readEffort(options: readonly string[]): Effort {
  const names = [...comparisons.map(({ name }) => name), "latency"];
  const { values } = parseArgs({
    args: [...options],
    options: {
      rounds: { type: "string", default: "3" },
      seconds: { type: "string", default: "4" },
      "warm-up": { type: "string", default: "2" },
      only: { type: "string", default: names.join(",") },
    },
  });
  const whole = (name: "rounds" | "seconds" | "warm-up") => {
    const value = Number(values[name]);
    if (!Number.isInteger(value) || value < 1 || value > 600) {
      throw new SetupProblem(`--${name} wants a whole number from 1 to 600, not \`${values[name]}\``);
    }
    return value;
  };
  const only = values.only.split(",");
  const strange = only.find((name) => !names.includes(name));
  if (strange !== undefined)
    throw new SetupProblem(`--only knows no \`${strange}\`, but ${names.join(", ")}`);
  return {
    rounds: whole("rounds"),
    seconds: whole("seconds"),
    warmUp: whole("warm-up"),
    chosen: comparisons.filter(({ name }) => only.includes(name)),
    hasLatency: only.includes("latency"),
  };
}

function peersOf({ chosen, hasLatency }: Effort): ReadonlySet<Peer> {
  const paced: readonly Peer[] = hasLatency ? ["direct", "nginx"] : [];
  return new Set([...chosen.flatMap(({ peers }) => peers), ...paced]);
}

function tool(name: Tool): string {
  return findTools([name])[name];
}

async function startAll(
  setting: PeerSetting,
  wanted: ReadonlySet<Peer>,
): Promise<ReadonlyMap<Peer, ProxyServer>> {
  const nginx = tool("nginx");
  const origin = await startOrigin(setting, nginx);
  const starts: Readonly<Record<Peer, () => Promise<ProxyServer>>> = {
    direct: () => Promise.resolve(origin),
    nginx: () => startNginxProxy(setting, nginx, origin),
    haproxy: () => startHaproxy(setting, tool("haproxy"), origin),
    waf: () => startNginxProxy(setting, nginx, origin, "waf"),
    node: () => startNode(setting, tool("node"), origin),
    bare: () => startBare(setting, origin),
    policies: () => startWhole(setting, origin),
  };
  const servers = new Map<Peer, ProxyServer>();
  for (const peer of wanted) servers.set(peer, await starts[peer]());
  return servers;
}

function load(
  { servers, setting, loaders }: Bench,
  peer: Peer,
  how: { readonly answer: keyof typeof answers; readonly manner: Manner; readonly seconds: number },
) {
  const target = { server: serverOf(servers, peer), path: answers[how.answer], ...how };
  return loadFully(setting.children, loaders, target);
}

function serverOf(servers: ReadonlyMap<Peer, ProxyServer>, peer: Peer): ProxyServer {
  const server = servers.get(peer);
  if (!server) throw new Error(`${peer} was not started`);
  return server;
}

async function measure(bench: Bench): Promise<void> {
  const { servers, effort } = bench;
  for (const comparison of effort.chosen) {
    const { answer, manner } = comparison;
    const warm = new Set<Peer>();
    const loads = await compare(comparison, effort.rounds, async (peer) => {
      await warmUp(bench, peer, comparison, warm);
      return load(bench, peer, { answer, manner, seconds: effort.seconds });
    });
    printComparison(comparison, loads);
  }
  const policies = servers.get("policies");
  if (policies) {
    const value = residentMegabytes(policies.pid);
    printFigure({ figure: "proxy.rss_policies", value, unit: "MB", better: "lower" });
  }
  if (effort.hasLatency) await latency(bench);
}

/** Once a comparison until compilers have seen enough, however busy the machine; then for as long as was asked for. */
async function warmUp(
  bench: Bench,
  peer: Peer,
  { answer, manner }: Comparison,
  warm: Set<Peer>,
): Promise<void> {
  const how = { answer, manner, seconds: bench.effort.warmUp };
  let { answers: done } = await load(bench, peer, how);
  if (warm.has(peer)) return;
  warm.add(peer);
  for (let turn = 1; turn < mostWarmUps && done < warmAnswers; turn++)
    done += (await load(bench, peer, how)).answers;
}

/** Half of the load is half of what the same process did just before for the same clients. */
async function latency(bench: Bench): Promise<void> {
  const { servers, setting, effort } = bench;
  const direct = serverOf(servers, "direct");
  const keys = await startWithKeys(setting, direct, liveKeys);
  const full: number[] = [];
  for (let round = 0; round < effort.rounds; round++) {
    const target = { server: keys, manner: "http", path: answers.counted, seconds: effort.seconds } as const;
    const done = await loadFully(setting.children, bench.loaders, { ...target, clients: liveKeys });
    if (round > 0 || effort.rounds === 1) full.push(done.rate);
  }
  printFigure({ figure: "proxy.rps_live_keys", value: median(full), unit: "req/s", better: "higher" });
  const pace = { rounds: effort.rounds, seconds: effort.seconds, rate: Math.round(median(full) / 2) };
  const paced = { direct, nginx: serverOf(servers, "nginx"), keys };
  await measureLatency(paced, setting.children, pace);
  const value = residentMegabytes(keys.pid);
  printFigure({ figure: "proxy.rss_with_live_keys", value, unit: "MB", better: "lower" });
}
