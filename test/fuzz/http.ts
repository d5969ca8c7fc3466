/**
 * The differential fuzzer of the edge's parser: whatever the edge passes on, Node, nginx or HAProxy must read the same
 * way, both from the client's own bytes and from what the edge forwarded. What the edge refuses is never a finding.
 */
import { requestCases } from "../contract/http/request-cases.ts";
import { type ForwardingEdge, type Passage, startForwardingEdge } from "./forwarding-edge.ts";
import { Dice, mutate, pieces } from "./mutations.ts";
import { startNodeReader } from "./node-reader.ts";
import type { PeerReader } from "./peer-reader.ts";
import { startProxyReader } from "./proxy-reader.ts";
import type { HttpReading } from "./reading.ts";

/** Readers that the edge can be compared with. */
export const peerNames = ["node", "nginx", "haproxy"] as const;

type PeerName = (typeof peerNames)[number];

/** How to run it. */
export interface FuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  /** Whom to compare with; Node when left out. */
  readonly peer?: PeerName;
  print(line: string): void;
}

/** What a run came to. */
export interface FuzzSummary {
  readonly fuzz: "http";
  readonly against: string;
  readonly seed: number;
  readonly seconds: number;
  /** Byte strings sent. */
  readonly inputs: number;
  /** Requests that the edge passed on. */
  readonly passed: number;
  /** Messages that it refused. */
  readonly refused: number;
  /** Inputs of which the peer read more than the edge did: the edge is the stricter. */
  readonly stricter: number;
  /** Requests that the peer refused for what both see alike: a method it does not know, say. */
  readonly narrower: number;
  readonly findings: number;
}

/** Inputs in flight; each lane has an edge of its own. */
const lanes = 8;
/** Findings of one kind that are printed, and findings after which a run stops: more would say nothing new. */
const maxAlike = 3;
const maxFindings = 20;
/** Time for making one finding smaller. */
const shrinkMs = 5_000;
const corpus = requestCases
  .map((one) => one.bytes)
  .filter((bytes) => bytes.length > 0 && bytes.length < 2_000);

/** Fuzzes for so long and prints each finding, shrunk, with its bytes escaped. */
export async function fuzzHttp(options: FuzzOptions): Promise<FuzzSummary> {
  const { peer: name = "node" } = options;
  const peer = name === "node" ? await startNodeReader(lanes) : await startProxyReader(name);
  const run = new FuzzRun(peer, options);
  try {
    await Promise.all(Array.from({ length: lanes }, (_, lane) => run.lane(lane)));
  } finally {
    await peer.stop();
  }
  return run.summary();
}

class FuzzRun {
  readonly #peer: PeerReader;
  readonly #options: FuzzOptions;
  readonly #until: number;
  readonly #found = new Map<string, number>();
  readonly #counts = { inputs: 0, passed: 0, refused: 0, stricter: 0, narrower: 0 };

  constructor(peer: PeerReader, options: FuzzOptions) {
    this.#peer = peer;
    this.#options = options;
    this.#until = performance.now() + options.seconds * 1000;
  }

  async lane(lane: number): Promise<void> {
    const dice = new Dice(this.#options.seed * lanes + lane);
    const edge = startForwardingEdge(this.#peer.port);
    while (performance.now() < this.#until && this.#findings < maxFindings) {
      const bytes = Buffer.from(mutate(corpus, dice), "latin1");
      const passage = await edge.pass(pieces(bytes, dice));
      const direct = await this.#peer.read(lane, bytes);
      this.#count(passage, direct);
      const difference = differenceOf(passage, direct, this.#peer);
      if (difference !== undefined) await this.#report(lane, edge, bytes, difference);
    }
    await edge.stop();
  }

  summary(): FuzzSummary {
    const { seed, seconds } = this.#options;
    return {
      fuzz: "http",
      against: this.#peer.name,
      seed,
      seconds,
      ...this.#counts,
      findings: this.#findings,
    };
  }

  get #findings(): number {
    return [...this.#found.values()].reduce((sum, count) => sum + count, 0);
  }

  #count({ passed, arrived, refused }: Passage, direct: readonly HttpReading[]): void {
    this.#counts.inputs++;
    this.#counts.passed += passed.length;
    this.#counts.refused += refused;
    if (direct.filter((reading) => !("error" in reading)).length > passed.length) this.#counts.stricter++;
    this.#counts.narrower += arrived.filter((reading) => "error" in reading).length;
  }

  async #report(lane: number, edge: ForwardingEdge, bytes: Buffer, difference: string): Promise<void> {
    const alike = (this.#found.get(difference) ?? 0) + 1;
    this.#found.set(difference, alike);
    if (alike > maxAlike) return;
    const isStillWrong = async (candidate: Buffer) => {
      const direct = await this.#peer.read(lane, candidate);
      return differenceOf(await edge.pass([candidate]), direct, this.#peer) === difference;
    };
    const shrunk = await shrink(bytes, isStillWrong);
    const passage = await edge.pass([shrunk]);
    this.#options.print(`finding: ${difference}`);
    this.#options.print(`  bytes   ${JSON.stringify(shrunk.toString("latin1"))}`);
    this.#options.print(`  passed  ${JSON.stringify(passage.passed)}`);
    this.#options.print(`  arrived ${JSON.stringify(passage.arrived)}`);
    this.#options.print(`  direct  ${JSON.stringify(await this.#peer.read(lane, shrunk))}`);
  }
}

/** Says how the peer reads something else than the edge passed on; undefined when it does not. */
export function differenceOf(
  passage: Passage,
  direct: readonly HttpReading[],
  { isNarrower, isProxy }: Pick<PeerReader, "isNarrower" | "isProxy">,
): string | undefined {
  const { passed, arrived, response, wasClosed } = passage;
  if (!wasClosed) return "the edge left the connection hanging";
  // A proxy answers 502 by itself when Node hangs up on a method that it does not know.
  if (!isProxy && /^HTTP\/1\.1 50[0234] /m.test(response)) return "the origin's answer was lost";
  const read = arrived.filter((reading) => !("error" in reading));
  if (read.length > passed.length) return "the origin read more requests than were passed on";
  for (const [index, reading] of passed.entries()) {
    const forwarded = compare(reading, arrived[index], isNarrower);
    if (forwarded !== undefined) return `forwarded request: ${forwarded}`;
    const its = direct[index];
    if (isProxy && (its === undefined || isServerWide(reading, its))) return undefined;
    const raw = compare(reading, its, isNarrower);
    if (raw !== undefined) return `same bytes: ${raw}`;
    // After a refusal, or an offer of another protocol, a peer reads no further: there is nothing to compare with.
    if (its === undefined || "error" in its || its.upgrades) return undefined;
  }
  return undefined;
}

function isServerWide(ours: HttpReading, its: HttpReading): boolean {
  return "target" in ours && "target" in its && ours.target === "*" && its.target === "/";
}

function compare(
  ours: HttpReading,
  its: HttpReading | undefined,
  isNarrower: PeerReader["isNarrower"],
): string | undefined {
  if ("error" in ours) return undefined;
  if (its === undefined) return "the peer read nothing";
  if ("error" in its) return isNarrower(its.error) ? undefined : `the peer refuses it (${its.error})`;
  for (const part of ["method", "target", "host", "body"] as const) {
    // HTTP/1.0 may name no host; the origin is then told its own, as it must be told one (RFC 9112 §3.2).
    if (part === "host" && ours.host === "") continue;
    if (ours[part] !== its[part]) return `another ${part}`;
  }
  return undefined;
}

/** Removes what is not needed for the difference, larger pieces first. */
async function shrink(bytes: Buffer, isStillWrong: (candidate: Buffer) => Promise<boolean>): Promise<Buffer> {
  let best = bytes;
  let tries = 0;
  const until = performance.now() + shrinkMs;
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at + size <= best.length && tries < 400 && performance.now() < until; tries++) {
      const candidate = Buffer.concat([best.subarray(0, at), best.subarray(at + size)]);
      if (await isStillWrong(candidate)) best = candidate;
      else at += size;
    }
  }
  return best;
}
