/**
 * A few hundred policies as bits. Each field that many of them ask about is looked up once, and what is found strikes out
 * all that want something else; only those that are left are asked the rest. Where policies differ in several fields
 * this costs less than following each look-up to the policies behind it, and it touches far less memory.
 */
import { yes } from "./evaluation.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { PolicyCosts } from "./policy-costs.ts";
import { entryOf, holds, type PolicyEntry } from "./policy-entry.ts";
import type { Selectivity } from "./selectivity.ts";
import {
  mostSieved,
  type SievePlan,
  type SieveStep,
  type SieveUse,
  sievePlan,
  type ValuesByKey,
} from "./sieve-plan.ts";
import { bitsPerWord } from "./sieve-words.ts";

/** The policies still in the running. Judging is synchronous, so that all sieves can share it. */
const live = new Int32Array(mostSieved / bitsPerWord);

/** The policies of a bucket. */
export class Sieve<F> {
  private readonly steps: readonly SieveStep<F>[];
  private readonly words: Int32Array;
  /** Words of a row. */
  private readonly width: number;
  private readonly joint: number;
  private readonly policies: readonly LinkedPolicy<F>[];
  /** The conditions of each policy that the steps answer. */
  private readonly taken: readonly (readonly number[])[];
  /** Each made when its policy is first left: most of a set's never are before the set is replaced. */
  private readonly entries: (PolicyEntry<F> | undefined)[];

  private constructor(policies: readonly LinkedPolicy<F>[], plan: SievePlan<F>) {
    const { steps, words, width, joint, taken } = plan;
    this.joint = joint;
    this.steps = steps;
    this.words = words;
    this.width = width;
    this.policies = policies;
    this.taken = taken;
    this.entries = policies.map(() => undefined);
  }

  /** A sieve of these policies; undefined where they are too few or too many, or name too many values. */
  static of<F>(
    policies: readonly LinkedPolicy<F>[],
    values: ValuesByKey<F>,
    rates: Selectivity,
    use: SieveUse,
  ): Sieve<F> | undefined {
    const plan = sievePlan(policies, values, rates, use);
    return plan && new Sieve(policies, plan);
  }

  /** Adds the policies that match to `matched`, in their order; `costs` measures each that is asked about. */
  collect(facts: F, matched: LinkedPolicy<F>[], costs?: PolicyCosts): void {
    const { steps, words, width } = this;
    for (let word = 0; word < width; word++) live[word] = words[word]!;
    for (let index = 0; index < steps.length; index++) {
      const step = steps[index]!;
      let asking = 0;
      for (let word = 0; word < width; word++) asking |= live[word]! & words[step.members + word]!;
      if (asking === 0) continue;
      const row = this.rowOf(step, facts);
      let left = 0;
      for (let word = 0; word < width; word++) {
        const kept = live[word]! & words[row + word]!;
        live[word] = kept;
        left |= kept;
      }
      if (left === 0) return;
    }
    for (let word = 0; word < width; word++) this.askLeft(word, facts, matched, costs);
  }

  /** Where the row of those stands that a step leaves in the running. */
  private rowOf(step: SieveStep<F>, facts: F): number {
    if (step.way === "gate") return step.ask(facts) === yes ? allRow : step.otherwise;
    if (step.way === "value") return this.rowOfNumber(step, step.values.number(facts));
    const found = step.values.found(facts);
    let row = step.otherwise;
    for (let at = 0; at < found.length; at++)
      row = this.joined(step, row, this.rowOfNumber(step, found[at]! + 1));
    return row;
  }

  private rowOfNumber({ table, mask, otherwise }: SieveStep<F>, number: number): number {
    const { words } = this;
    // A number of nothing is 0, as an empty pair is.
    for (let pair = number & mask; ; pair = (pair + 1) & mask) {
      const there = words[table + 2 * pair]!;
      if (there === 0) return otherwise;
      if (there === number) return words[table + 2 * pair + 1]!;
    }
  }

  /** The row of all that either row leaves. */
  private joined({ otherwise }: SieveStep<F>, row: number, other: number): number {
    if (other === otherwise) return row;
    if (row === otherwise) return other;
    const { words, width, joint } = this;
    for (let word = 0; word < width; word++) words[joint + word] = words[row + word]! | words[other + word]!;
    return joint;
  }

  private entryAt(place: number): PolicyEntry<F> {
    const entry = entryOf(this.policies[place]!, this.taken[place]!);
    this.entries[place] = entry;
    return entry;
  }

  private askLeft(word: number, facts: F, matched: LinkedPolicy<F>[], costs: PolicyCosts | undefined): void {
    for (let bits = live[word]!; bits !== 0; bits &= bits - 1) {
      const place = word * bitsPerWord + 31 - Math.clz32(bits & -bits);
      const entry = this.entries[place] ?? this.entryAt(place);
      const started = costs ? costs.start() : 0;
      const isMatch = holds(entry, facts);
      if (costs) costs.end(entry.policy.rank, started, isMatch);
      if (isMatch) matched.push(entry.policy);
    }
  }
}

/** The first row has all policies. */
const allRow = 0;
