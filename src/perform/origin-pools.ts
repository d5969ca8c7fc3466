/** The pools of all origins: the apps' own, and the default for apps that name none. */
import { AppError } from "../app-error.ts";
import { parseOrigin, UpstreamPool } from "./upstream-pool.ts";

/** Finds or makes the pool of an app's origin. */
export class OriginPools {
  readonly #pools = new Map<string, UpstreamPool>();
  readonly #defaultUrl: string | undefined;

  /** `defaultUrl`: where apps without an origin go, if anywhere; throws AppError `bad_option` when it is no origin. */
  constructor(defaultUrl: string | undefined) {
    this.#defaultUrl = defaultUrl;
    this.of([]);
  }

  /** The pool for an app's origin URLs, of which the first counts; undefined when there is no origin at all. */
  of(urls: readonly string[]): UpstreamPool | undefined {
    const url = urls[0] ?? this.#defaultUrl;
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
