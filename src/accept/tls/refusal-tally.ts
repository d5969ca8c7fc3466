/** Connections that came to nothing, told in one line a minute: a flood of them must not become one of the log. */

/** Characters kept of a reason's latest detail, which is the TLS library's text. */
const maxDetail = 200;

/** What was refused since the last line. */
export interface RefusalSummary<Reason extends string> {
  readonly total: number;
  readonly byReason: Readonly<Partial<Record<Reason, number>>>;
  /** The latest detail of each reason that has one. */
  readonly details: Readonly<Partial<Record<Reason, string>>>;
}

/** Counts; `tell` hears of the first refusal after `quietMs`, and then what came since. */
export class RefusalTally<Reason extends string> {
  readonly #tell: (summary: RefusalSummary<Reason>) => void;
  readonly #quietMs: number;
  #total = 0;
  #byReason: Partial<Record<Reason, number>> = {};
  #details: Partial<Record<Reason, string>> = {};
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (summary: RefusalSummary<Reason>) => void, quietMs = 60_000) {
    this.#tell = tell;
    this.#quietMs = quietMs;
  }

  /** Counts one. */
  add(reason: Reason, detail: string | undefined): void {
    this.#total++;
    this.#byReason[reason] = (this.#byReason[reason] ?? 0) + 1;
    if (detail !== undefined) this.#details[reason] = detail.slice(0, maxDetail);
    if (this.#timer === undefined) this.#flush();
  }

  /** Tells what is left, and no more. */
  close(): void {
    clearTimeout(this.#timer);
    if (this.#total > 0) this.#flush();
    clearTimeout(this.#timer);
  }

  #flush(): void {
    if (this.#total > 0) {
      this.#tell({ total: this.#total, byReason: this.#byReason, details: this.#details });
      this.#total = 0;
      this.#byReason = {};
      this.#details = {};
      this.#timer = setTimeout(() => this.#flush(), this.#quietMs);
      this.#timer.unref();
    } else this.#timer = undefined;
  }
}
