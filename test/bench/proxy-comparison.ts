/** One comparison of the proxy benchmark: every peer in turn, round after round, and the ratios within each round. */
import { median, printFigure, say } from "./figure.ts";
import type { FullLoad, Manner } from "./load.ts";
import type { answers } from "./proxy-peers.ts";

/** Whom the benchmark loads; `waf` is nginx with ModSecurity and the Core Rule Set, `policies` the whole of Sallyport. */
export type Peer = "direct" | "nginx" | "haproxy" | "waf" | "node" | "bare" | "policies";

/** One comparison and its budgets: what a ratio must be at least, by who is compared with whom. */
export interface Comparison {
  readonly name: string;
  readonly figures: string;
  readonly answer: keyof typeof answers;
  readonly manner: Manner;
  readonly peers: readonly Peer[];
  readonly musts: Readonly<Record<string, number>>;
}

const all: readonly Peer[] = ["direct", "nginx", "haproxy", "waf", "node", "bare", "policies"];
const terminating: readonly Peer[] = ["nginx", "haproxy", "bare", "policies"];

/** All comparisons (DESIGN.md §8), in the order in which they run. */
export const comparisons: readonly Comparison[] = [
  {
    name: "small",
    figures: "proxy",
    answer: "small",
    manner: "http",
    peers: all,
    musts: { nginx_bare: 0.7, nginx_policies: 0.6, waf_policies: 8 },
  },
  { name: "large", figures: "proxy.large", answer: "large", manner: "http", peers: all, musts: {} },
  {
    name: "https",
    figures: "proxy.https",
    answer: "small",
    manner: "https",
    peers: all,
    musts: { nginx_bare: 0.8 },
  },
  {
    name: "https-large",
    figures: "proxy.https_large",
    answer: "large",
    manner: "https",
    peers: all,
    musts: {},
  },
  {
    name: "handshake",
    figures: "proxy.handshake",
    answer: "small",
    manner: "handshake",
    peers: terminating,
    musts: {},
  },
  { name: "h2", figures: "proxy.h2", answer: "small", manner: "h2", peers: terminating, musts: {} },
];

/** Loads by peer; one entry a round. */
export type Loads = ReadonlyMap<Peer, readonly FullLoad[]>;

/** Runs one comparison; the order of the peers turns with every round. */
export async function compare(
  { name, peers }: Pick<Comparison, "name" | "peers">,
  rounds: number,
  load: (peer: Peer) => Promise<FullLoad>,
): Promise<Loads> {
  const loads = new Map<Peer, FullLoad[]>(peers.map((peer) => [peer, []]));
  for (let round = 0; round < rounds; round++) {
    const turn = round % peers.length;
    const row: string[] = [];
    for (const peer of [...peers.slice(turn), ...peers.slice(0, turn)]) {
      const done = await load(peer);
      loads.get(peer)?.push(done);
      row.push(`${peer} ${Math.round(done.rate)} (${done.micros.toFixed(1)})`);
    }
    say(`${name}, round ${round + 1}, requests/s (µs of processor each): ${row.join("  ")}`);
  }
  return loads;
}

/** Prints rates, processor time and ratios; `ratio` is of rates, `cpu_ratio` of processor times, both above 1 when ours is better. */
export function printComparison({ figures, musts }: Comparison, loads: Loads): void {
  for (const [peer, rounds] of loads) {
    const rate = median(rounds.map((load) => load.rate));
    printFigure({ figure: `${figures}.rps_${peer}`, value: rate, unit: "req/s", better: "higher" });
    const micros = median(rounds.map((load) => load.micros));
    printFigure({ figure: `${figures}.cpu_${peer}`, value: micros, unit: "us", better: "lower" });
    const kernel = median(rounds.map((load) => load.kernelMicros));
    printFigure({ figure: `${figures}.kernel_${peer}`, value: kernel, unit: "us", better: "lower" });
  }
  for (const mine of ["bare", "policies"] as const) {
    for (const other of ["nginx", "haproxy", "waf", "node"] as const) {
      const pairs = pairsOf(loads.get(mine) ?? [], loads.get(other) ?? []);
      if (pairs.length === 0) continue;
      const must = musts[`${other}_${mine}`];
      printFigure({
        figure: `${figures}.ratio_${other}_${mine}`,
        value: median(pairs.map(([ours, theirs]) => ours.rate / theirs.rate)),
        unit: "ratio",
        ...(must === undefined ? {} : { must }),
        better: "higher",
      });
      printFigure({
        figure: `${figures}.cpu_ratio_${other}_${mine}`,
        value: median(pairs.map(([ours, theirs]) => theirs.micros / ours.micros)),
        unit: "ratio",
        better: "higher",
      });
    }
  }
}

function pairsOf(ours: readonly FullLoad[], theirs: readonly FullLoad[]): [FullLoad, FullLoad][] {
  return ours.flatMap((load, round): [FullLoad, FullLoad][] => {
    const other = theirs[round];
    return other ? [[load, other]] : [];
  });
}
