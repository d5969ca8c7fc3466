/**
 * `bench soak`: the whole of Sallyport under wrk and h2load for a while. Every answer must be a 2xx, and once the load
 * is gone the process must hold as many descriptors as before: none leaks.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { usualWaits } from "../../src/perform/upstream-waits.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { ChildProcesses, residentMegabytes } from "./child-processes.ts";
import { findTools } from "./debian-tools.ts";
import { printFigure, say } from "./figure.ts";
import { type Loaders, loadFully, type Manner } from "./load.ts";
import { answers, type PeerSetting, type ProxyServer, startOrigin, startWhole } from "./proxy-peers.ts";
import { SetupProblem } from "./setup-problem.ts";

const manners: readonly Manner[] = ["http", "https", "h2", "handshake"];
/** Before the first count of descriptors: what is opened once. */
const warmUpSeconds = 2;
/** How long closed connections and descriptors may take to be gone, ms. */
const settleMs = 5_000;
/** The pool looks for connections that were idle for too long about once a second. */
const sweepMs = 2_000;

/** Runs it: `--seconds N` (60) for each way of asking. */
export async function benchSoak(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: { seconds: { type: "string", default: "60" } },
  });
  const seconds = Number(values.seconds);
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > 600)
    throw new SetupProblem(`--seconds wants a whole number from 1 to 600, not \`${values.seconds}\``);
  const { taskset, wrk, h2load, nginx } = findTools(["taskset", "openssl", "wrk", "h2load", "nginx"]);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
  const children = new ChildProcesses(folder, taskset);
  const made = new TestCertificates();
  try {
    const setting = { folder, children, certificate: made.selfSigned("bench", ["bench.example"]) };
    const server = await startWhole(setting, await startOrigin(setting, nginx));
    for (const manner of manners) await soak(setting, { wrk, h2load }, server, manner, seconds);
  } finally {
    await children.end();
    made.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function soak(
  { children }: PeerSetting,
  loaders: Loaders,
  server: ProxyServer,
  manner: Manner,
  seconds: number,
): Promise<void> {
  const load = (duration: number) =>
    loadFully(children, loaders, { server, manner, path: answers.small, seconds: duration });
  await load(warmUpSeconds);
  const before = await settled(server.pid);
  let problems = 0;
  let done = 0;
  try {
    done = (await load(seconds)).answers;
  } catch (error) {
    problems++;
    say(String(error));
  }
  const leaked = (await settled(server.pid)) - before;
  say(`${manner}: ${done} answers, ${before} descriptors before, ${before + leaked} after`);
  const figures = [
    ["answers", done, "answers"],
    ["rss", residentMegabytes(server.pid), "MB"],
  ] as const;
  printFigure({ figure: `soak.${manner}.problems`, value: problems, unit: "runs", must: 0, better: "lower" });
  printFigure({ figure: `soak.${manner}.leaked`, value: leaked, unit: "fds", must: 0, better: "lower" });
  for (const [name, value, unit] of figures) {
    const better = name === "rss" ? "lower" : "higher";
    printFigure({ figure: `soak.${manner}.${name}`, value, unit, better });
  }
}

/** The descriptors that a process holds, once idle connections to the origin are given back and their number has stood still. */
async function settled(pid: number): Promise<number> {
  await Bun.sleep(usualWaits.idle + sweepMs);
  const until = Date.now() + settleMs;
  let count = descriptorsOf(pid);
  for (;;) {
    await Bun.sleep(500);
    const now = descriptorsOf(pid);
    if (now === count || Date.now() > until) return now;
    count = now;
  }
}

function descriptorsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
