/**
 * Which usernames a client tries one after another: a list shows by its order and by who comes again. The last name is
 * held in memory, cut, to be compared with the next; nothing of it is ever stored.
 */

const maxCompared = 24;
const domainsHeld = 16;
const leastDomains = 8;
/** Who comes back later has been elsewhere meanwhile. */
const retryMs = 10 * 60_000;

/** What a trail tells of an attempt. */
export interface TrailFacts {
  readonly isRetry: boolean | undefined;
  readonly listRun: number | undefined;
  readonly mailDomains: number | undefined;
}

/** One client's attempts. */
export class NameTrail {
  #last: string | undefined = undefined;
  #run = 0;
  /** 1 while the names go up the alphabet, -1 down, 0 before the second. */
  #direction = 0;
  #failed: number | undefined = undefined;
  #failedAt = 0;
  readonly #domains = new Uint32Array(domainsHeld);
  #domainCount = 0;

  /** Takes an attempt for a name at `now` (ms). */
  take(name: string, now: number): TrailFacts {
    const compared = orderOf(name);
    if (compared !== this.#last) {
      this.#domains[this.#domainCount++ % domainsHeld] = domainOf(name);
      this.#follow(compared);
    }
    const hasFailed = this.#failed !== undefined && now - this.#failedAt <= retryMs;
    return {
      isRetry: hasFailed ? this.#failed === hashOf(name) : undefined,
      listRun: this.#run,
      mailDomains:
        this.#domainCount < leastDomains
          ? undefined
          : new Set(this.#domains.subarray(0, Math.min(this.#domainCount, domainsHeld))).size,
    };
  }

  /** The attempt for a name failed, or got in. */
  ended(name: string, hasFailed: boolean, now: number): void {
    this.#failed = hasFailed ? hashOf(name) : undefined;
    this.#failedAt = now;
  }

  #follow(next: string): void {
    const last = this.#last;
    this.#last = next;
    if (last === undefined) {
      this.#run = 1;
      return;
    }
    const direction = next > last ? 1 : -1;
    if (direction === this.#direction) this.#run++;
    else this.#run = 2;
    this.#direction = direction;
  }
}

/** What names are ordered by: numbers in them by their size, as in `user9`, `user10`. */
function orderOf(name: string): string {
  const text = name.slice(0, maxCompared).toLowerCase();
  return text.replace(/\d+/g, (digits) => digits.padStart(maxCompared, "0"));
}

function domainOf(name: string): number {
  const at = name.lastIndexOf("@");
  return at < 0 ? 0 : hashOf(name.slice(at + 1, at + 65));
}

function hashOf(text: string): number {
  return Bun.hash.xxHash32(text.toLowerCase());
}
