/** What the language needs of sliding-window measures and their usual values; the host keeps the state. */

/** A measure to keep. Two specs with the same `id` are the same measure and share state across revisions. */
export interface GaugeSpec {
  /** Hash of the definition (kind, fields, target, window): state survives a new revision when it is unchanged. */
  readonly id: string;
  readonly name: string;
  readonly kind: "count" | "distinct" | "share" | "new" | "gap";
  readonly windowMs: number;
  /** `share`: finished outcomes, `gap`: occurrences (2 to 28) that the window needs before there is a reading. */
  readonly atLeast?: number;
  /** `gap`: which of the times between two occurrences is read; the median unless told. */
  readonly statistic?: "shortest" | "median";
  /** `new`: a value that was not seen for so long is new again; 30 days unless told, never less than the window. */
  readonly memoryMs?: number;
  /** `new`: no reading for so long after the first value; 12 windows but at most a day unless told. */
  readonly warmUpMs?: number;
}

/** One live measure. Keys and values are short texts; times are ms since the epoch. */
export interface Gauge {
  /**
   * Counts one occurrence. `value`: for `distinct` and `new` what they count; for `share` any text when the outcome
   * belongs to the numerator, "" when only to all of them; ignored by `count` and `gap`.
   */
  observe(key: string, value: string, now: number): void;
  /**
   * The value over the window that ends now: a number of occurrences, values or births (0 for an unseen key), a share
   * from 0 to 1, a gap in ms. Undefined below the minimum support of `share` and `gap` and while `new` warms up.
   */
  read(key: string, now: number): number | undefined;
  /** Takes back what was last observed with this value, as if it had not been; `count` and `distinct` only. */
  takeBack?(key: string, value: string, now: number): void;
  /** `distinct`: the key has this value in the window; a value that is only estimated is not found. */
  has?(key: string, value: string, now: number): boolean;
  /** True when of late something found no room, so that readings may be too low; a port that loses nothing leaves it out. */
  isSaturated?(now: number): boolean;
}

/** Opens measures by their spec; the same id gives the same gauge. */
export interface GaugePort {
  open(spec: GaugeSpec): Gauge;
}

/** The usual value of one measure, for comparisons such as `3x usual`. */
export interface BaselineSpec {
  readonly id: string;
  readonly name: string;
  /** The measure's own window: a key gives at most one sample in it. */
  readonly windowMs: number;
  /** `usual` is never less: three times nothing would be everyone. */
  readonly floor: number;
  /** Stands in until the app has a baseline of its own. */
  readonly prior: number | undefined;
  /** Part by which what is learnt for an hour may differ, per day, from what was usual then; 0.25 unless told. */
  readonly driftPerDay?: number;
}

/** Where a usual value comes from, and from how many hours. */
interface BaselineSupport {
  readonly source: "hour_of_week" | "hour_of_day" | "overall" | "prior" | "none";
  readonly hours: number;
}

/** Learns what is usual from the readings of a measure, hour by hour. */
export interface Baseline {
  /** One reading of the measure for a key; those of a labelled campaign are left out. */
  observe(key: string, value: number, now: number, isCampaign: boolean): void;
  /** What is usual at this hour of the week; undefined without history and prior. Of the current hour it knows nothing. */
  usual(now: number): number | undefined;
  support(now: number): BaselineSupport;
  /** Unlearns the hours that touch this span: a campaign that was recognised late. */
  forget(from: number, to: number): void;
}

/** Opens baselines by their spec; the same id gives the same baseline. */
export interface BaselinePort {
  openBaseline(spec: BaselineSpec): Baseline;
}
