/**
 * The flows of clients, in bounded memory: a session whose login was seen has one of its own, everybody else is told by
 * address, stack and User-Agent. When full, the one seen longest ago makes room, but only for who came a
 * few times: a flood of clients that come once pushes nobody out. Visits are short: nothing of it survives a restart.
 */
import { randomBytes } from "node:crypto";
import type { Facts } from "../describe/facts.ts";
import type { Flow, FlowMemory } from "../describe/flow.ts";
import { FlowCell } from "./flow-cell.ts";
import { FrequencySketch } from "./frequency-sketch.ts";
import { KeyHash } from "./key-hash.ts";
import { NameTrail } from "./name-trail.ts";

const maxAgent = 256;
/** In a flood of single keys the sketch seldom says more than 2 of one. */
const leastSeen = 4;
const empty: Flow = {};

interface Client {
  readonly cell: FlowCell;
  trail: NameTrail | undefined;
}

/** Remembers `most` clients, about 1 KB each. */
export class FlowBook implements FlowMemory {
  readonly #clients = new Map<number, Client>();
  readonly #most: number;
  readonly #newcomers: FrequencySketch;
  readonly #keys: KeyHash;

  constructor(most = 20_000, seed: Uint8Array = randomBytes(8)) {
    this.#most = most;
    this.#newcomers = new FrequencySketch(most);
    this.#keys = new KeyHash(seed);
  }

  visit(facts: Facts, isLogin: boolean): Flow {
    const { placement, request, now } = facts;
    const client = this.#clientOf(keyOf(facts), true);
    if (!client) return empty;
    const kind = facts.requestKind;
    const { lowerNames } = request;
    const flow = client.cell.take({
      now,
      route: placement?.route ?? "-",
      isAsset: kind === "asset",
      isPage: kind === "navigation" || kind === "form",
      isRevalidation: lowerNames.includes("if-none-match") || lowerNames.includes("if-modified-since"),
      openedAt: openedAt(facts),
      isMoney: placement?.tags.includes("money") ?? false,
    });
    if (!isLogin || placement?.username === undefined) return flow;
    const trail = this.#trailOf(facts);
    return trail ? { ...flow, ...trail.take(placement.username, now) } : flow;
  }

  loginEnded(facts: Facts, hasFailed: boolean): void {
    const username = facts.placement?.username;
    if (username === undefined) return;
    this.#clientOf(clientKey(facts), false)?.trail?.ended(username, hasFailed, facts.now);
  }

  // Whatever session they come with: one that was opened is one person's.
  #trailOf(facts: Facts): NameTrail | undefined {
    const client = this.#clientOf(clientKey(facts), true);
    if (client) client.trail ??= new NameTrail();
    return client?.trail;
  }

  #clientOf(text: string, isNew: boolean): Client | undefined {
    this.#keys.hash(text);
    const { low, high } = this.#keys;
    const key = (high & 0xfffff) * 2 ** 32 + low;
    const clients = this.#clients;
    const known = clients.get(key);
    if (known) {
      clients.delete(key);
      clients.set(key, known);
      return known;
    }
    if (!isNew || !this.#makeRoom(low, high)) return undefined;
    const client = { cell: new FlowCell(), trail: undefined };
    clients.set(key, client);
    return client;
  }

  #makeRoom(low: number, high: number): boolean {
    const clients = this.#clients;
    if (clients.size < this.#most) return true;
    if (this.#newcomers.count(low, high) < leastSeen) return false;
    const [oldest] = clients.keys();
    if (oldest !== undefined) clients.delete(oldest);
    return true;
  }
}

function keyOf(facts: Facts): string {
  const session = facts.placement?.session;
  return session !== undefined && openedAt(facts) !== undefined ? `s ${session}` : clientKey(facts);
}

function clientKey(facts: Facts): string {
  return `c ${facts.ipNet} ${facts.prints.stack ?? ""} ${facts.userAgent?.slice(0, maxAgent) ?? ""}`;
}

function openedAt(facts: Facts): number | undefined {
  const age = facts.sessionAge;
  return age === undefined ? undefined : facts.now - age;
}
