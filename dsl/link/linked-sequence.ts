/** A sequence joined to its port. */
import type { FieldReader } from "../scheme.ts";
import type { Sequence } from "../sequence-port.ts";
import { type Evaluation, no, type Truth, unknown, yes } from "./evaluation.ts";
import { keyReader } from "./gauge-key.ts";

/** Follows the keys of requests through the steps. */
export class LinkedSequence<F> {
  private readonly sequence: Sequence;
  private readonly keyOf: (facts: F) => string | undefined;
  private readonly evaluation: Evaluation;

  constructor(sequence: Sequence, by: readonly FieldReader<F>[], evaluation: Evaluation) {
    this.sequence = sequence;
    this.keyOf = keyReader(by);
    this.evaluation = evaluation;
  }

  advance(facts: F, step: number): void {
    const key = this.keyOf(facts);
    if (key !== undefined) this.sequence.advance(key, step, this.evaluation.now);
  }

  interrupt(facts: F, step: number): void {
    const key = this.keyOf(facts);
    if (key !== undefined) this.sequence.interrupt(key, step, this.evaluation.now);
  }

  /** Whether all steps have happened for a request's key. */
  ask(facts: F): Truth {
    const key = this.keyOf(facts);
    if (key === undefined) return unknown;
    return this.sequence.isComplete(key, this.evaluation.now) ? yes : no;
  }

  isSaturated(): boolean {
    return this.sequence.isSaturated(this.evaluation.now);
  }
}
