/** Latency at half of what Sallyport can do, one million measure keys live; what it adds is over the origin asked directly. */
import type { ChildProcesses } from "./child-processes.ts";
import { median, printFigure, say } from "./figure.ts";
import { loadSteadily } from "./load.ts";
import type { PacedLatency } from "./paced-load.ts";
import { answers, type ProxyServer } from "./proxy-peers.ts";

/** Live keys, and clients that ask: each request counts and reads another key. */
export const liveKeys = 1_000_000;

/** Before the first measurement. */
const warmUpSeconds = 10;

const quantiles = ["p50", "p99", "p999"] as const;
const musts = { p50: undefined, p99: 2, p999: 20 } as const;

/** Who is asked; `keys` is Sallyport with the live keys. */
export type PacedServers = Readonly<Record<"direct" | "nginx" | "keys", ProxyServer>>;

/** How long, how often, and at what rate. */
export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  /** Requests a second. */
  readonly rate: number;
}

/** Measures and prints. */
export async function measureLatency(
  servers: PacedServers,
  children: ChildProcesses,
  { rounds, seconds, rate }: Pace,
): Promise<void> {
  const found: Record<keyof PacedServers, PacedLatency[]> = { direct: [], nginx: [], keys: [] };
  const path = answers.counted;
  // Nobody has asked this process anything yet: compilers would be measured.
  const first = { server: servers.keys, path, rate: Math.round(rate / 2), clients: liveKeys };
  await loadSteadily(children, { ...first, seconds: warmUpSeconds });
  for (let round = 0; round < rounds; round++) {
    for (const peer of ["direct", "nginx", "keys"] as const) {
      const target = { server: servers[peer], path, rate, seconds, clients: liveKeys };
      found[peer].push(await loadSteadily(children, target));
    }
  }
  for (const [peer, latencies] of Object.entries(found)) {
    const row = quantiles.map((key) => `${key} ${median(latencies.map((each) => each[key])).toFixed(2)}`);
    say(`latency at ${rate} requests/s, ms: ${peer}  ${row.join("  ")}`);
  }
  printFigure({ figure: "proxy.paced_rate", value: rate, unit: "req/s", better: "higher" });
  for (const key of quantiles) {
    for (const peer of ["keys", "nginx"] as const) {
      const over = found[peer].map((latency, round) => latency[key] - (found.direct[round]?.[key] ?? 0));
      const must = peer === "keys" ? musts[key] : undefined;
      printFigure({
        figure: `proxy.added_${key}${peer === "keys" ? "" : `_${peer}`}`,
        value: Math.max(0, median(over)),
        unit: "ms",
        ...(must === undefined ? {} : { must }),
        better: "lower",
      });
    }
  }
}
