/** The pools of all origins: the apps' own, and the default for apps that name none. */
import { AppError } from "../app-error.ts";
import { parseOrigin, UpstreamPool } from "./upstream-pool.ts";

/** Finds or makes the pool of an app's origin. */
export class OriginPools {
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #defaultUrl: string | undefined;
  readonly #random: () => number;

  /** `defaultUrl`: where apps without an origin go, if anywhere; `random` gives 0 to 1; throws AppError `bad_option` when it is no origin. */
  constructor(defaultUrl: string | undefined, random: () => number = Math.random) {
    this.#defaultUrl = defaultUrl;
    this.#random = random;
    this.of([]);
  }

  /**
   * A pool for an app's origin URLs, each as often as its weight (1 if left out) says, those whose connections are
   * all in use only when no other is left; undefined when there is no origin at all.
   */
  of(urls: readonly string[], weights: readonly number[] = []): UpstreamPool | undefined {
    if (urls.length < 2) return this.#pool(urls[0] ?? this.#defaultUrl);
    const pools = urls.map((url, index) => ({ pool: this.#pool(url), weight: weights[index] ?? 1 }));
    const open = pools.filter(({ pool }) => pool?.isFull === false);
    return chosen(open, this.#random()) ?? chosen(pools, this.#random()) ?? pools[0]?.pool;
  }

  #pool(url: string | undefined): UpstreamPool | undefined {
    if (url === undefined) return undefined;
    const known = this.#pools.get(url);
    if (known) return known;
    const origin = parseOrigin(url);
    if (!origin) {
      throw new AppError(
        "bad_option",
        `the origin \`${url}\` is not of the form http://host:port or https://host`,
      );
    }
    const pool = new UpstreamPool(origin);
    this.#pools.set(url, pool);
    return pool;
  }

  /** Closes every connection. */
  close(): void {
    for (const pool of this.#pools.values()) pool.close();
  }
}

/** The share of the weights that `point`, from 0 to 1, falls into. */
function chosen(
  pools: readonly { readonly pool: UpstreamPool | undefined; readonly weight: number }[],
  point: number,
): UpstreamPool | undefined {
  let rest = point * pools.reduce((sum, { weight }) => sum + weight, 0);
  for (const { pool, weight } of pools) {
    rest -= weight;
    if (rest < 0) return pool;
  }
  return undefined;
}
