/** What the language needs of sliding-window measures; the host keeps their state. */

/** A measure to keep. Two specs with the same `id` are the same measure and share state across revisions. */
export interface GaugeSpec {
  /** Hash of the definition (kind, fields, target, window): state survives a new revision when it is unchanged. */
  readonly id: string;
  readonly name: string;
  readonly kind: "count" | "distinct";
  readonly windowMs: number;
}

/** One live measure. Keys and values are short texts; times are ms since the epoch. */
export interface Gauge {
  /** Counts one occurrence (`value` is what `distinct` counts; ignored by `count`). */
  observe(key: string, value: string, now: number): void;
  /** The value over the window that ends now; 0 for an unseen key. */
  read(key: string, now: number): number;
}

/** Opens measures by their spec; the same id gives the same gauge. */
export interface GaugePort {
  open(spec: GaugeSpec): Gauge;
}
