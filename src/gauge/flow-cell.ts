/** What is remembered of one client's flow: a few numbers, however long it goes on. */
import type { Flow } from "../describe/flow.ts";
import { printHash } from "../fingerprint/print-hash.ts";

const version = "f1";
/** A client that rests longer comes anew. */
const visitMs = 30 * 60_000;
/** Gaps further back than about so many count less and less. */
const gapMemory = 32;
const leastGaps = 8;
const leastPages = 3;
const leastSteps = 4;
const leastRequests = 20;
const ngram = 3;

/** One request, as far as its flow is concerned. */
export interface Step {
  readonly now: number;
  readonly route: string;
  readonly isAsset: boolean;
  readonly isPage: boolean;
  readonly isRevalidation: boolean;
  /** When the session was opened, where that is known. */
  readonly openedAt: number | undefined;
  readonly isMoney: boolean;
}

/** One client's or session's. */
export class FlowCell {
  #requests = 0;
  #pages = 0;
  #assets = 0;
  #steps = 0;
  #revalidations = 0;
  #lastAt = 0;
  #lastStepAt = 0;
  #gaps = 0;
  #mean = 0;
  #variance = 0;
  #openedAt: number | undefined = undefined;
  #sinceOpened = 0;
  /** The last routes, a run of one counted once. */
  readonly #routes: string[] = [];

  /** Takes a step and gives what is known with it. */
  take(step: Step): Flow {
    if (step.now - this.#lastAt > visitMs) this.#beginAnew();
    this.#lastAt = step.now;
    this.#requests++;
    if (step.isRevalidation) this.#revalidations++;
    if (step.isPage) this.#pages++;
    if (step.isAsset) this.#assets++;
    else this.#step(step);
    return this.#flow(step);
  }

  #beginAnew(): void {
    this.#requests = this.#pages = this.#assets = this.#steps = this.#revalidations = 0;
    this.#gaps = this.#mean = this.#variance = 0;
    this.#routes.length = 0;
  }

  #step({ now, route, openedAt }: Step): void {
    if (this.#steps > 0) this.#gap(Math.max(0, now - this.#lastStepAt));
    this.#steps++;
    this.#lastStepAt = now;
    if (openedAt !== this.#openedAt) {
      this.#openedAt = openedAt;
      this.#sinceOpened = 0;
    }
    this.#sinceOpened++;
    if (this.#routes.at(-1) === route) return;
    this.#routes.push(route);
    if (this.#routes.length > ngram) this.#routes.shift();
  }

  // Welford's update, with a floor under the weight of the newest gap.
  #gap(ms: number): void {
    this.#gaps++;
    const weight = 1 / Math.min(this.#gaps, gapMemory);
    const off = ms - this.#mean;
    this.#mean += weight * off;
    this.#variance = (1 - weight) * (this.#variance + weight * off * off);
  }

  #flow({ now, isMoney, openedAt }: Step): Flow {
    const isOpened = isMoney && openedAt !== undefined;
    return {
      print: this.#print(),
      assetsPerPage: this.#pages < leastPages ? undefined : Math.floor(this.#assets / this.#pages),
      isRevalidating: this.#revalidations > 0 ? true : this.#requests < leastRequests ? undefined : false,
      regularity: this.#regularity(),
      stepsToMoney: isOpened ? this.#sinceOpened : undefined,
      timeToMoneyMs: isOpened ? Math.max(0, now - openedAt) : undefined,
    };
  }

  /** 100 less the gaps' coefficient of variation; of requests within one moment nothing can be said. */
  #regularity(): number | undefined {
    if (this.#gaps < leastGaps || this.#mean < 1) return undefined;
    return Math.round(100 * Math.max(0, 1 - Math.sqrt(this.#variance) / this.#mean));
  }

  #print(): string | undefined {
    if (this.#steps < leastSteps) return undefined;
    const gap = Math.round(Math.log10(this.#mean + 1) * 2);
    const regularity = this.#regularity();
    const even = regularity === undefined ? "-" : Math.min(2, Math.floor(regularity / 34));
    const assets = this.#assets === 0 ? 0 : this.#assets < this.#pages ? 1 : 2;
    const revalidates = this.#revalidations > 0 ? 1 : 0;
    return printHash(
      version,
      `${this.#routes.join(">")} gap ${gap} even ${even} assets ${assets} cache ${revalidates}`,
    );
  }
}
