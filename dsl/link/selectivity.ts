/**
 * How often each predicate held when it was asked of real requests. Only the order of questions hangs on it, so that
 * counts may be lost or stale without any decision changing.
 */
import type { PredicateIr } from "../policy-ir.ts";

/** Answers before a count outweighs the guess. */
const guessWeight = 16;
/** Both counts of a predicate are halved here, so that the past fades. */
const mostAsked = 4096;

/** Counts by predicate. */
export class Selectivity {
  private readonly asked: Uint16Array;
  private readonly held: Uint16Array;
  private readonly predicates: readonly PredicateIr[];

  /** Counts of the same questions in `before` are taken over. */
  constructor(predicates: readonly PredicateIr[], before?: Selectivity) {
    this.predicates = predicates;
    this.asked = new Uint16Array(predicates.length);
    this.held = new Uint16Array(predicates.length);
    if (before) this.takeOver(before);
  }

  /** Counts an answer. */
  count(predicate: number, isYes: boolean): void {
    if (this.asked[predicate] === mostAsked) {
      this.asked[predicate] = mostAsked / 2;
      this.held[predicate] = this.held[predicate]! >> 1;
    }
    this.asked[predicate] = this.asked[predicate]! + 1;
    if (isYes) this.held[predicate] = this.held[predicate]! + 1;
  }

  /** The part of requests of which a predicate is true; the guess while little is known. */
  rate(predicate: number, guess: number): number {
    return (this.held[predicate]! + guess * guessWeight) / (this.asked[predicate]! + guessWeight);
  }

  // Texts of conditions may be equal and mean different lists: a hint is all that they carry.
  private takeOver(before: Selectivity): void {
    const places = new Map<string, number>();
    for (const [index, { text }] of before.predicates.entries()) {
      if (before.asked[index]! > 0) places.set(text, index);
    }
    if (places.size === 0) return;
    for (const [index, { text }] of this.predicates.entries()) {
      const place = places.get(text);
      if (place === undefined) continue;
      this.asked[index] = before.asked[place]!;
      this.held[index] = before.held[place]!;
    }
  }
}
