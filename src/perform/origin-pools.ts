/** The pools of all origins: the apps' own, and the default for apps that name none. */
import { AppError } from "../app-error.ts";
import { parseOrigin, UpstreamPool } from "./upstream-pool.ts";

/** Finds or makes the pool of an app's origin. */
export class OriginPools {
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #defaultUrl: string;

  /** `defaultUrl`: where apps without an origin go; throws AppError `bad_option` when it is no origin. */
  constructor(defaultUrl: string) {
    this.#defaultUrl = defaultUrl;
    this.of([]);
  }

  /** The pool for an app's origin URLs; the first one counts. */
  of(urls: readonly string[]): UpstreamPool {
    const url = urls[0] ?? this.#defaultUrl;
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
