/** Slows down password guessing at the console: per network and per name, each try counted before it is checked. */
import { networkKey, parseIpAddress } from "../accept/ip-address.ts";

const freeTries = 5;
const maxKeys = 4096;
const forgetAfterMs = 30 * 60_000;
/** A network waits up to 15 min; a name only 30 s, so that nobody can lock its owner out for long. */
const maxWaitMs = { network: 15 * 60_000, name: 30_000 };

interface Tries {
  count: number;
  notBefore: number;
  lastAt: number;
}

/** Counts tries in bounded memory; the tries that were refused do not count again. */
export class SignInLimiter {
  readonly #networks = new Map<string, Tries>();
  readonly #names = new Map<string, Tries>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** Milliseconds to wait; 0 means go on, and this try is then counted (parallel tries cannot outrun it). */
  begin(address: string, name: string): number {
    const now = this.#now();
    const network = find(this.#networks, networkOf(address), now);
    const byName = find(this.#names, name.slice(0, 64), now);
    const wait = Math.max(network.notBefore, byName.notBefore) - now;
    if (wait > 0) return wait;
    count(network, now, maxWaitMs.network);
    count(byName, now, maxWaitMs.name);
    return 0;
  }

  /** Forgets the tries of an address and a name after the right password. */
  succeed(address: string, name: string): void {
    this.#networks.delete(networkOf(address));
    this.#names.delete(name.slice(0, 64));
  }

  /** How many keys are held, for the test of the bound. */
  get size(): number {
    return this.#networks.size + this.#names.size;
  }
}

function networkOf(address: string): string {
  const parsed = parseIpAddress(address);
  return parsed === undefined ? address : networkKey(parsed);
}

function find(map: Map<string, Tries>, key: string, now: number): Tries {
  const known = map.get(key);
  map.delete(key);
  // A clock that was set back would else keep everybody out for as long.
  const isOver = known !== undefined && (now < known.lastAt || now - known.lastAt > forgetAfterMs);
  const tries = known === undefined || isOver ? { count: 0, notBefore: 0, lastAt: now } : known;
  // Insertion order is age: the key touched longest ago goes first.
  map.set(key, tries);
  if (map.size > maxKeys) for (const oldest of map.keys()) return (map.delete(oldest), tries);
  return tries;
}

function count(tries: Tries, now: number, maxWait: number): void {
  tries.count += 1;
  tries.lastAt = now;
  const over = tries.count - freeTries;
  if (over >= 0) tries.notBefore = now + Math.min(1000 * 2 ** over, maxWait);
}
