/** A measure joined to its gauge, and to what is usual for it where a policy asks. */
import type { Baseline, Gauge } from "../gauge-port.ts";
import type { MeasureIr } from "../policy-ir.ts";
import type { Outcome } from "../policy-set.ts";
import type { FieldReader } from "../scheme.ts";
import type { Evaluation } from "./evaluation.ts";
import { keyReader, keyText } from "./gauge-key.ts";

/** What a measure's key and value are read with. */
export interface MeasureReaders<F> {
  readonly by: readonly FieldReader<F>[];
  readonly value: FieldReader<F> | undefined;
}

/** Counts and reads one measure; requests without key or value are not counted and read as missing. */
export class LinkedMeasure<F> {
  readonly ir: MeasureIr;
  /** Learns from the readings; undefined unless a condition compares with `usual`. */
  baseline: Baseline | undefined;
  private readonly gauge: Gauge;
  private readonly keyOf: (facts: F) => string | undefined;
  private readonly valueOf: FieldReader<F> | undefined;
  private readonly evaluation: Evaluation;
  /** The attempt being judged. */
  private attempting: F | undefined;
  private stamp = 0;
  private memo: number | undefined;

  constructor(ir: MeasureIr, gauge: Gauge, readers: MeasureReaders<F>, evaluation: Evaluation) {
    this.ir = ir;
    this.gauge = gauge;
    this.keyOf = keyReader(readers.by);
    this.valueOf = readers.value;
    this.evaluation = evaluation;
  }

  /** Counts a request, or a finished one with its outcome. */
  count(facts: F, outcome: Outcome | undefined): void {
    const part = this.ir.part?.find(({ event }) => event === outcome?.event);
    // A share is one of the outcomes of its own events.
    if (this.ir.part && !part) return;
    const key = this.keyOf(facts);
    if (key === undefined) return;
    const value = this.valueOf?.(facts);
    if (this.valueOf && value === undefined) return;
    const isPart = outcome !== undefined && part?.kinds.includes(outcome.kind) === true;
    const text = value === undefined ? (isPart ? "part" : "") : keyText(value);
    this.gauge.observe(key, text, this.evaluation.now);
  }

  /** A request comes that is an attempt: read with it, counted when it is let through. */
  attempt(facts: F): void {
    this.attempting = facts;
  }

  /** The attempt goes to the app. */
  commit(facts: F): void {
    if (this.attempting !== facts) return;
    this.attempting = undefined;
    this.count(facts, undefined);
  }

  /** An attempt did not fail after all, or never was one. */
  takeBack(facts: F): void {
    const key = this.keyOf(facts);
    const value = this.valueOf?.(facts);
    if (key === undefined || (this.valueOf && value === undefined)) return;
    this.gauge.takeBack?.(key, value === undefined ? "" : keyText(value), this.evaluation.now);
  }

  /** Tells the baseline the reading for a request's key; call after it was counted. */
  learn(facts: F, isCampaign: boolean): void {
    const value = this.baseline && this.reading(facts);
    const key = value === undefined ? undefined : this.keyOf(facts);
    if (key === undefined || value === undefined) return;
    this.baseline?.observe(key, value, this.evaluation.now, isCampaign);
  }

  /** The measure for a request's key, once per request; shares in percent, gaps in ms. */
  read(facts: F): number | undefined {
    if (this.stamp === this.evaluation.epoch) return this.memo;
    this.stamp = this.evaluation.epoch;
    this.memo = this.inUnit(this.reading(facts));
    return this.memo;
  }

  /** What is usual now, in the measure's own unit; undefined while that is not known. */
  usual(): number | undefined {
    return this.inUnit(this.baseline?.usual(this.evaluation.now));
  }

  isSaturated(): boolean {
    return this.gauge.isSaturated?.(this.evaluation.now) ?? false;
  }

  private inUnit(value: number | undefined): number | undefined {
    return value === undefined || this.ir.kind !== "share" ? value : percentOf(value);
  }

  private reading(facts: F): number | undefined {
    const key = this.keyOf(facts);
    if (key === undefined || (this.valueOf !== undefined && this.valueOf(facts) === undefined)) {
      return undefined;
    }
    const { now } = this.evaluation;
    const read = this.gauge.read(key, now);
    return this.attempting === facts && read !== undefined ? read + this.added(key, facts) : read;
  }

  /** What the attempt being judged adds to the reading. */
  private added(key: string, facts: F): number {
    const value = this.valueOf?.(facts);
    return value !== undefined && this.gauge.has?.(key, keyText(value), this.evaluation.now) ? 0 : 1;
  }
}

// 7 of 100 is 7 %, not 7.000000000000001 %.
function percentOf(share: number): number {
  return Math.round(share * 1e10) / 1e8;
}
