/**
 * What is usual for a measure: the median of each hour that has ended, kept for five weeks by hour of the week. A new
 * hour may differ from what was usual only so far, so that an attack that goes on becomes usual slowly, if at all.
 */
import { addReading, histogramWords, medianReading } from "./hour-histogram.ts";
import type { KeyHash } from "./key-hash.ts";

const hourMs = 3_600_000;
const minuteMs = 60_000;
const hoursOfDay = 24;
const hoursOfWeek = 168;
const weeks = 5;
/** Readings that make an hour. */
const readingsOfHour = 3;
/** Hours of each kind that make a usual value. */
const fewest = { hour_of_week: 3, hour_of_day: 3, overall: 12 } as const;
type Source = keyof typeof fewest;
const sources: readonly Source[] = ["hour_of_week", "hour_of_day", "overall"];
const step: Record<Source, number> = { hour_of_week: hoursOfWeek, hour_of_day: hoursOfDay, overall: 1 };
/** Which keys gave a sample of late: one bit each, by hash. Two keys with one bit cost a sample, no more. */
const sampledBits = 16_384;

// Words: the open hour, the time slot, keys sampled in it, the open hour's histogram, and for each hour of five weeks
// which one it is (0 is none) and its value.
const sampledAt = 2;
const histogramAt = sampledAt + sampledBits / 32;
const hoursAt = histogramAt + histogramWords;
const cells = hoursOfWeek * weeks;
const valuesAt = hoursAt + cells;

/** What a baseline depends on. */
export interface UsualSpec {
  /** Of the measure: a key gives at most one sample in it. */
  readonly windowMs: number;
  readonly floor: number;
  readonly prior: number | undefined;
  readonly driftPerDay?: number | undefined;
}

/** Learns and tells the usual value; of a fixed size. */
export class UsualValue {
  readonly tables = [];
  /** All of its state. */
  readonly words = new Uint32Array(valuesAt + cells);
  readonly #hash: KeyHash;
  readonly #spec: UsualSpec;
  readonly #slotMs: number;
  readonly #values = new Float32Array(this.words.buffer, valuesAt * 4, cells);
  readonly #hours = this.words.subarray(hoursAt, valuesAt);
  readonly #histogram = this.words.subarray(histogramAt, hoursAt);
  readonly #found: number[] = [];
  #usual: number | undefined;
  #usualHour = -1;

  constructor(hash: KeyHash, spec: UsualSpec) {
    this.#hash = hash;
    this.#spec = spec;
    // Some samples an hour even of a measure with a single key.
    this.#slotMs = Math.min(Math.max(spec.windowMs, minuteMs), 10 * minuteMs);
  }

  observe(key: string, value: number, now: number, isCampaign: boolean): void {
    const { words } = this;
    this.#turn(now);
    if (isCampaign) return;
    const slot = Math.floor(now / this.#slotMs) >>> 0;
    if (slot !== words[1]) {
      words[1] = slot;
      words.fill(0, sampledAt, histogramAt);
    }
    this.#hash.hash(key);
    const bit = this.#hash.high % sampledBits;
    const word = sampledAt + (bit >>> 5);
    if (((words[word] ?? 0) >>> (bit & 31)) & 1) return;
    words[word] = (words[word] ?? 0) | (1 << (bit & 31));
    addReading(this.#histogram, value);
  }

  usual(now: number): number | undefined {
    const hour = Math.floor(now / hourMs);
    if (hour === this.#usualHour) return this.#usual;
    this.#turn(now);
    this.#usualHour = hour;
    const learnt = this.#learnt(hour) ?? this.#spec.prior;
    this.#usual = learnt === undefined ? undefined : Math.max(learnt, this.#spec.floor);
    return this.#usual;
  }

  support(now: number): { readonly source: Source | "prior" | "none"; readonly hours: number } {
    this.#turn(now);
    const hour = Math.floor(now / hourMs);
    const source = sources.find((one) => this.#collect(hour, one) >= fewest[one]);
    if (source) return { source, hours: this.#found.length };
    return { source: this.#spec.prior === undefined ? "none" : "prior", hours: 0 };
  }

  forget(from: number, to: number): void {
    const first = Math.floor(from / hourMs);
    const last = Math.floor(to / hourMs);
    for (let cell = 0; cell < cells; cell++) {
      const hour = this.#hours[cell] ?? 0;
      if (hour >= first && hour <= last) this.#hours[cell] = 0;
    }
    const open = this.words[0] ?? 0;
    if (open >= first && open <= last) this.#histogram.fill(0);
    this.#usualHour = -1;
  }

  /** Closes the open hour when another one has begun. */
  #turn(now: number): void {
    const hour = Math.floor(now / hourMs);
    const open = this.words[0] ?? 0;
    if (hour <= open) return;
    this.words[0] = hour;
    const median = medianReading(this.#histogram, readingsOfHour);
    this.#histogram.fill(0);
    if (median === undefined) return;
    const cell = open % cells;
    // Before the cell is written: what is left of its hour five weeks ago may still have a say.
    const value = this.#bounded(median, open);
    this.#hours[cell] = open;
    this.#values[cell] = value;
    this.#usualHour = -1;
  }

  /** The median, no further from what was usual at that hour than drift allows. */
  #bounded(median: number, hour: number): number {
    for (const source of ["hour_of_week", "hour_of_day"] as const) {
      // One week of this very hour says more than other days do: weekends differ from them by more than drift.
      if (this.#collect(hour, source) < (source === "hour_of_week" ? 1 : fewest[source])) continue;
      const usual = Math.max(this.#middle(), this.#spec.floor);
      const limit = (1 + (this.#spec.driftPerDay ?? 0.25)) ** (step[source] / hoursOfDay);
      return Math.min(Math.max(median, usual / limit), usual * limit);
    }
    return median;
  }

  #learnt(hour: number): number | undefined {
    for (const source of sources) if (this.#collect(hour, source) >= fewest[source]) return this.#middle();
    return undefined;
  }

  /** Finds the values of hours like this one in the five weeks before it; how many they are. */
  #collect(hour: number, source: Source): number {
    this.#found.length = 0;
    for (let back = step[source]; back <= cells; back += step[source]) {
      const past = hour - back;
      const cell = past % cells;
      if (past > 0 && this.#hours[cell] === past) this.#found.push(this.#values[cell] ?? 0);
    }
    return this.#found.length;
  }

  #middle(): number {
    const sorted = this.#found.sort((one, other) => one - other);
    const middle = sorted.length >>> 1;
    const upper = sorted[middle] ?? 0;
    return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
  }
}
