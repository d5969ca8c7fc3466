/** The connections open now, and whether there is room for one more: in all, and for its network. */
import { type IpAddress, networkKey } from "./ip-address.ts";
import type { SocketOwner } from "./tls/tls-acceptor.ts";
import { freshMs } from "./waits.ts";

/** How many connections there may be. */
export interface ConnectionLimits {
  /** In all; declared fronts, which carry many clients, may fill as many again. */
  readonly total: number;
  /** Of one address, or of one /64 with IPv6, requests beside others of their connection included; declared fronts are exempt. */
  readonly perAddress: number;
}

/** The limits of a production edge; whole streets of people share one address behind a carrier's NAT. */
export const defaultLimits: ConnectionLimits = { total: 20_000, perAddress: 2_000 };

/** Why a connection was turned away. */
export type TurnedAwayReason = "full" | "too_many_of_address";

/** From this share of the total on, idle connections are closed for the sake of newcomers. */
const crowdedShare = 0.95;
/** How often at the most, and how many of the total at once. */
const clearMs = 100;
const clearShare = 0.05;

interface Stay {
  readonly since: number;
  network: string | undefined;
}

/** Counts; a connection is in from `enter` to `leave`. */
export class ConnectionRoom {
  readonly #limits: ConnectionLimits;
  /** By age. */
  readonly #stays = new Map<SocketOwner, Stay>();
  readonly #byNetwork = new Map<string, number>();
  #clearedAt = Number.NEGATIVE_INFINITY;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#stays.size;
  }

  /** The connections, oldest first. */
  get owners(): Iterable<SocketOwner> {
    return this.#stays.keys();
  }

  /** True if there is room for one more, which may cost idle connections theirs. */
  hasRoom(isFront: boolean): boolean {
    const { total } = this.#limits;
    if (this.size >= total * crowdedShare) this.#closeIdle(performance.now());
    return this.size < (isFront ? total * 2 : total);
  }

  /** True if the address may have one more. */
  admits(ip: IpAddress): boolean {
    return (this.#byNetwork.get(networkKey(ip)) ?? 0) < this.#limits.perAddress;
  }

  enter(owner: SocketOwner): void {
    this.#stays.set(owner, { since: performance.now(), network: undefined });
  }

  /** Counts a connection that is in for its client's network. */
  count(owner: SocketOwner, ip: IpAddress): void {
    const stay = this.#stays.get(owner);
    if (!stay) return;
    stay.network = networkKey(ip);
    this.#byNetwork.set(stay.network, (this.#byNetwork.get(stay.network) ?? 0) + 1);
  }

  /**
   * Counts a request beside others of its connection like a connection of its own: else whoever speaks HTTP/2 could
   * hold a hundred times as much of an origin as anybody else. False when the address has as many as it may.
   */
  beganBeside(ip: IpAddress): boolean {
    if (!this.admits(ip)) return false;
    const network = networkKey(ip);
    this.#byNetwork.set(network, (this.#byNetwork.get(network) ?? 0) + 1);
    return true;
  }

  /** Such a request is over. */
  endedBeside(ip: IpAddress): void {
    this.#drop(networkKey(ip));
  }

  leave(owner: SocketOwner): void {
    const network = this.#stays.get(owner)?.network;
    this.#stays.delete(owner);
    if (network !== undefined) this.#drop(network);
  }

  #drop(network: string): void {
    const left = (this.#byNetwork.get(network) ?? 1) - 1;
    if (left > 0) this.#byNetwork.set(network, left);
    else this.#byNetwork.delete(network);
  }

  /** Closes the oldest idle connections; bounded in how often, lest a flood of newcomers walk the map each time. */
  #closeIdle(now: number): void {
    if (now - this.#clearedAt < clearMs) return;
    this.#clearedAt = now;
    let left = Math.max(1, Math.floor(this.#limits.total * clearShare));
    // A map may lose entries while it is walked.
    for (const [owner, { since }] of this.#stays) {
      if (left === 0 || now - since < freshMs) return;
      if (!owner.isIdle) continue;
      owner.drain();
      left--;
    }
  }
}
