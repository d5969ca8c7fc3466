/**
 * Several patterns looked for in one pass over a field: the patterns of all policies that ask for matches of one field
 * make one set, and what it found in values seen lately is remembered, since most requests send one of few.
 */
import { type PatternSet, patternSet } from "../pattern.ts";
import type { PolicyIr } from "../policy-ir.ts";
import type { FieldReader } from "../scheme.ts";
import { type Evaluation, no, type Question, unknown, yes } from "./evaluation.ts";
import { fieldKey } from "./field-key.ts";

/** Fewer patterns are faster one by one. */
const fewestShared = 4;
const mostRemembered = 512;
const longestRemembered = 512;

/** The patterns that policies look for in one field. */
class PatternSearch {
  private readonly evaluation: Evaluation;
  private readonly set: PatternSet;
  private readonly foundAt: Uint32Array;
  private readonly recent = new Map<string, readonly number[]>();
  private stamp = 0;

  constructor(set: PatternSet, evaluation: Evaluation) {
    this.set = set;
    this.evaluation = evaluation;
    this.foundAt = evaluation.stampsFor(set.size);
  }

  /** True when a pattern matches the field's value in the request being judged; the first call looks for all of them. */
  finds(index: number, value: string): boolean {
    const { epoch } = this.evaluation;
    if (this.stamp !== epoch) {
      this.stamp = epoch;
      for (const found of this.recent.get(value) ?? this.search(value)) this.foundAt[found] = epoch;
    }
    return this.foundAt[index] === epoch;
  }

  private search(value: string): readonly number[] {
    const found = this.set.matching(value);
    if (value.length > longestRemembered) return found;
    if (this.recent.size >= mostRemembered) this.recent.clear();
    this.recent.set(value, found);
    return found;
  }
}

/** Makes the question of one predicate. */
export type Asking = <F>(read: FieldReader<F>) => Question<F>;

/** The searches of an IR, by the predicate that each answers; a search a step. */
export function* patternSearches(
  ir: PolicyIr,
  evaluation: Evaluation,
): Generator<undefined, Map<number, Asking>> {
  const groups = new Map<string, { predicate: number; pattern: string; ignoreCase: boolean }[]>();
  for (const [predicate, { subject, test }] of ir.predicates.entries()) {
    if (subject.kind !== "field" || test.op !== "matches") continue;
    const key = fieldKey(subject);
    const { pattern, ignoreCase } = test;
    const group = groups.get(key);
    if (group) group.push({ predicate, pattern, ignoreCase });
    else groups.set(key, [{ predicate, pattern, ignoreCase }]);
  }
  const askings = new Map<number, Asking>();
  for (const group of groups.values()) {
    if (group.length < fewestShared) continue;
    const set = patternSet(group);
    yield undefined;
    if (set.size < fewestShared) continue;
    const search = new PatternSearch(set, evaluation);
    for (const [index, { predicate }] of group.slice(0, set.size).entries()) {
      askings.set(predicate, (read) => (facts) => {
        const value = read(facts);
        if (typeof value !== "string") return unknown;
        return search.finds(index, value) ? yes : no;
      });
    }
  }
  return askings;
}
