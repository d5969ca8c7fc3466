/** A measure joined to its gauge. */
import type { Gauge } from "../gauge-port.ts";
import type { MeasureIr } from "../policy-ir.ts";
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
  private readonly gauge: Gauge;
  private readonly keyOf: (facts: F) => string | undefined;
  private readonly valueOf: FieldReader<F> | undefined;
  private readonly evaluation: Evaluation;
  private stamp = 0;
  private memo: number | undefined;

  constructor(ir: MeasureIr, gauge: Gauge, readers: MeasureReaders<F>, evaluation: Evaluation) {
    this.ir = ir;
    this.gauge = gauge;
    this.keyOf = keyReader(readers.by);
    this.valueOf = readers.value;
    this.evaluation = evaluation;
  }

  /** Counts a request. */
  count(facts: F): void {
    const key = this.keyOf(facts);
    if (key === undefined) return;
    const value = this.valueOf?.(facts);
    if (this.valueOf && value === undefined) return;
    this.gauge.observe(key, value === undefined ? "" : keyText(value), this.evaluation.now);
  }

  /** The measure for a request's key; once per request. */
  read(facts: F): number | undefined {
    if (this.stamp === this.evaluation.epoch) return this.memo;
    this.stamp = this.evaluation.epoch;
    const key = this.keyOf(facts);
    const isMissing = key === undefined || (this.valueOf !== undefined && this.valueOf(facts) === undefined);
    this.memo = isMissing ? undefined : this.gauge.read(key, this.evaluation.now);
    return this.memo;
  }
}
