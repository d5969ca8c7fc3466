/** Who holds an origin's connections while they are scarce: a few slow addresses must not have them all. */
import { type IpAddress, networkKey } from "../accept/ip-address.ts";

/** The part of a crowded pool that one network may hold, /32 of IPv4 and /64 of IPv6. */
const largestShare = 1 / 8;

/** Connections in use by network; made when a pool becomes crowded and kept up to date until it no longer is. */
export class PoolShares {
  readonly #most: number;
  readonly #held = new Map<string, number>();

  /** `total` connections may be open; `holders` are the clients of those in use now. */
  constructor(total: number, holders: Iterable<IpAddress>) {
    this.#most = Math.max(1, Math.floor(total * largestShare));
    for (const holder of holders) this.add(holder);
  }

  /** True if the client's network may have one more. */
  admits(client: IpAddress): boolean {
    return (this.#held.get(networkKey(client)) ?? 0) < this.#most;
  }

  add(client: IpAddress): void {
    const key = networkKey(client);
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
  }

  remove(client: IpAddress): void {
    const key = networkKey(client);
    const held = (this.#held.get(key) ?? 0) - 1;
    if (held > 0) this.#held.set(key, held);
    else this.#held.delete(key);
  }
}
