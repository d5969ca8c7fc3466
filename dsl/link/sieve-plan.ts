/** Which fields a sieve looks up, in which order, and whom each value leaves in the running. */
import type { Candidate } from "./candidates.ts";
import type { Question } from "./evaluation.ts";
import { FieldValues } from "./field-values.ts";
import { guessedRate } from "./guessed-rate.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { Selectivity } from "./selectivity.ts";
import { SieveWords } from "./sieve-words.ts";

/** Whether policies are sieved: where there are enough of them, always if there are not too many, or never. */
export type SieveUse = "some" | "always" | "never";

/** Fewer policies are found by look-ups that lead to them. */
const fewestSieved = 8;
/** Most policies of a sieve. */
export const mostSieved = 256;
/** Words of all rows of a sieve; sets of many values want a row for each. */
const mostWords = 65_536;
/** What fewer than one in so many policies ask is asked for those alone that are left. */
const leastShare = 1 / 16;
const fewestSharers = 2;
/** One look-up in a map, in ns. */
const lookUpCost = 25;

/** A look-up or a question that strikes out policies. All have one form, so that compiled code need not tell them apart. */
export interface SieveStep<F> {
  readonly way: Candidate<F>["way"];
  readonly values: FieldValues<F>;
  readonly ask: Question<F>;
  /** Where the row of those stands that ask for the field at all. */
  readonly members: number;
  /** Where the row of those stands that do not. */
  readonly otherwise: number;
  /** Where the table begins that leads from a value's number to its row, and its length in pairs less one. */
  readonly table: number;
  readonly mask: number;
}

/** A sieve, ready to be used. */
export interface SievePlan<F> {
  readonly steps: readonly SieveStep<F>[];
  /** Rows of bits, and tables: pairs of a value's number and where its row stands, the next free pair if one is taken. */
  readonly words: Int32Array;
  /** Words of a row. The first row has all policies. */
  readonly width: number;
  /** A row for joining others. */
  readonly joint: number;
  /** The conditions of each policy that the steps answer. */
  readonly taken: readonly (readonly number[])[];
}

/** One policy's condition in a group of those that are looked up together. */
interface Chosen<F> {
  readonly place: number;
  readonly candidate: Candidate<F>;
}

/** The numbered values of a set, by the key of their candidates. */
export type ValuesByKey<F> = Map<string, FieldValues<F>>;

/** Plans a sieve of these policies; undefined where they are too few or too many, or name too many values. */
export function sievePlan<F>(
  policies: readonly LinkedPolicy<F>[],
  values: ValuesByKey<F>,
  rates: Selectivity,
  use: SieveUse,
): SievePlan<F> | undefined {
  const fewest = use === "always" ? 1 : fewestSieved;
  if (use === "never" || policies.length < fewest || policies.length > mostSieved) return undefined;
  const words = new SieveWords(policies.length);
  words.addOthers(undefined);
  const taken = policies.map((): number[] => []);
  const steps: { readonly step: SieveStep<F>; readonly rank: number }[] = [];
  for (const group of groupsOf(policies, use)) {
    const step = stepOf(group, values, words);
    if (!step) continue;
    if (words.size > mostWords) return undefined;
    for (const { place, candidate } of group) taken[place]!.push(candidate.index);
    steps.push({ step, rank: rankOf(group, rates) });
  }
  const joint = words.add(words.width);
  steps.sort((left, right) => left.rank - right.rank);
  return { steps: steps.map(({ step }) => step), words: words.all(), width: words.width, joint, taken };
}

/** Conditions that are looked up together, by those who have them; of several on one field each policy's first. */
function groupsOf<F>(policies: readonly LinkedPolicy<F>[], use: SieveUse): Chosen<F>[][] {
  const groups = new Map<string, Chosen<F>[]>();
  for (const [place, { candidates }] of policies.entries()) {
    for (const candidate of candidates) {
      const group = groups.get(candidate.key);
      if (!group) groups.set(candidate.key, [{ place, candidate }]);
      else if (group.at(-1)?.place !== place) group.push({ place, candidate });
    }
  }
  const fewest = use === "always" ? 1 : Math.max(fewestSharers, policies.length * leastShare);
  return [...groups.values()].filter((group) => group.length >= fewest);
}

/** Undefined for a group that cannot be looked up. */
function stepOf<F>(
  group: readonly Chosen<F>[],
  values: ValuesByKey<F>,
  words: SieveWords,
): SieveStep<F> | undefined {
  const [first] = group;
  if (!first) return undefined;
  const { candidate } = first;
  const known = values.get(candidate.key) ?? new FieldValues(candidate);
  values.set(candidate.key, known);
  const numbers = candidate.way === "gate" ? [] : group.map((chosen) => known.numbersOf(chosen.candidate));
  if (numbers.includes(undefined)) return undefined;
  const members = words.add(words.width);
  for (const { place } of group) words.setPolicy(members, place);
  const otherwise = words.addOthers(members);
  const rows = new Map<number, number>();
  for (const [index, { place }] of group.entries()) {
    for (const number of numbers[index] ?? []) {
      const row = rows.get(number) ?? words.addCopy(otherwise);
      rows.set(number, row);
      words.setPolicy(row, place);
    }
  }
  const { table, mask } = words.addTable(rows);
  return { way: candidate.way, values: known, ask: candidate.predicate.ask, members, otherwise, table, mask };
}

/** What comes first costs least for each policy that it strikes out. */
function rankOf<F>(group: readonly Chosen<F>[], rates: Selectivity): number {
  let struck = 0;
  let cost = 0;
  for (const { candidate } of group) {
    const { index, predicate, way } = candidate;
    struck += 1.01 - rates.rate(index, guessedRate(predicate.ir.test, predicate.row?.values?.length));
    cost = way === "gate" ? predicate.cost : (predicate.row?.cost ?? 0) + lookUpCost;
  }
  return cost / struck;
}
