/**
 * Policies arranged as a tree of look-ups: each is found through the condition that is cheapest and seldom true, and
 * where one look-up finds many, they are arranged again by what is left to ask of them.
 */
import type { FieldReader } from "../scheme.ts";
import type { Candidate } from "./candidates.ts";
import { type Question, yes } from "./evaluation.ts";
import { guessedRate } from "./guessed-rate.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { PolicyCosts } from "./policy-costs.ts";
import { entryOf, type PolicyEntry } from "./policy-entry.ts";
import type { Selectivity } from "./selectivity.ts";
import type { TextSearch } from "./text-search.ts";

/** Fewer policies are asked one by one. */
const fewestNested = 5;
/** Asking the rest of a policy, in ns. */
const restCost = 40;
/** One look-up in a map, in ns. */
const lookUpCost = 25;
/** Questions that were asked before in the same request are remembered. */
const askedBefore = 0.5;
/** Texts of more different lengths are asked one by one. */
const mostLengths = 8;

/** A policy on the way down, with the conditions that were looked up already. */
interface Member<F> {
  readonly policy: LinkedPolicy<F>;
  readonly taken: readonly number[];
}

/** What one look-up finds. */
interface Found<F> {
  readonly entries: readonly PolicyEntry<F>[];
  readonly deeper: Arrangement<F> | undefined;
}

interface ValueGroup<F> {
  readonly read: FieldReader<F>;
  readonly byValue: ReadonlyMap<unknown, Found<F>>;
}

interface AffixGroup<F> {
  readonly read: FieldReader<F>;
  readonly isPrefix: boolean;
  readonly lengths: readonly { readonly length: number; readonly byText: ReadonlyMap<unknown, Found<F>> }[];
}

interface TextGroup<F> {
  readonly read: FieldReader<F>;
  readonly search: TextSearch;
  readonly byText: ReadonlyMap<unknown, Found<F>>;
}

interface GateGroup<F> {
  readonly ask: Question<F>;
  readonly cost: number;
  readonly found: Found<F>;
}

interface Chosen<F> {
  readonly member: Member<F>;
  readonly candidate: Candidate<F>;
}

/** A level of the tree. */
export class Arrangement<F> {
  private readonly values: ValueGroup<F>[] = [];
  private readonly affixes: AffixGroup<F>[] = [];
  private readonly texts: TextGroup<F>[] = [];
  private readonly gates: GateGroup<F>[] = [];
  private readonly always: readonly PolicyEntry<F>[];
  private readonly rates: Selectivity;
  private readonly alwaysNests: boolean;

  private constructor(plan: Plan<F>, rates: Selectivity, alwaysNests: boolean) {
    this.rates = rates;
    this.alwaysNests = alwaysNests;
    this.always = plan.always.map(entryOfMember);
    for (const group of plan.groups.values()) this.add(group);
    this.gates.sort((left, right) => left.cost - right.cost);
  }

  /** Arranges policies; a look-up leads to others where they cost less than asking, or always. */
  static of<F>(
    policies: readonly LinkedPolicy<F>[],
    rates: Selectivity,
    alwaysNests = false,
  ): Arrangement<F> {
    const members = policies.map((policy) => ({ policy, taken: [] }));
    return new Arrangement(planFor(members, rates), rates, alwaysNests);
  }

  /** Adds the policies that match to `matched`, in no order; `costs` measures each that is asked about. */
  collect(facts: F, matched: LinkedPolicy<F>[], costs?: PolicyCosts): void {
    const { values, affixes, texts, gates, always } = this;
    for (let index = 0; index < values.length; index++) {
      const group = values[index]!;
      const value = group.read(facts);
      if (value === undefined) continue;
      const found = group.byValue.get(value);
      if (found) take(found, facts, matched, costs);
    }
    for (let index = 0; index < affixes.length; index++)
      collectAffixes(affixes[index]!, facts, matched, costs);
    for (let index = 0; index < texts.length; index++) collectTexts(texts[index]!, facts, matched, costs);
    for (let index = 0; index < gates.length; index++) {
      const gate = gates[index]!;
      if (costs) askMeasuredGate(gate, facts, matched, costs);
      else if (gate.ask(facts) === yes) take(gate.found, facts, matched);
    }
    ask(always, facts, matched, costs);
  }

  private add(group: readonly Chosen<F>[]): void {
    const [{ candidate } = { candidate: undefined }] = group;
    if (!candidate) return;
    const { way, predicate } = candidate;
    const read = predicate.read ?? (() => undefined);
    switch (way) {
      case "gate": {
        const { ask, cost } = predicate;
        this.gates.push({ ask, cost, found: this.found(group.map(below)) });
        return;
      }
      case "value":
        this.values.push({ read, byValue: this.byKey(group, ({ values }) => values) });
        return;
      case "text": {
        const { search } = predicate;
        if (!search) return;
        const byText = this.byKey(group, ({ predicate }) =>
          predicate.search ? [predicate.search.index] : [],
        );
        this.texts.push({ read, search: search.search, byText });
        return;
      }
      case "prefix":
      case "suffix":
        this.addAffixes(group, read, way === "prefix");
    }
  }

  private addAffixes(group: readonly Chosen<F>[], read: FieldReader<F>, isPrefix: boolean): void {
    const byLength = new Map<number, Chosen<F>[]>();
    for (const chosen of group) pushTo(byLength, String(chosen.candidate.values[0]).length, chosen);
    if (byLength.size > mostLengths) {
      for (const [index, alike] of Map.groupBy(group, ({ candidate }) => candidate.index)) {
        const { ask, cost } = alike[0]!.candidate.predicate;
        if (index >= 0) this.gates.push({ ask, cost, found: this.found(alike.map(below)) });
      }
      return;
    }
    const lengths = Array.from(byLength, ([length, alike]) => ({
      length,
      byText: this.byKey(alike, ({ values }) => values),
    }));
    this.affixes.push({ read, isPrefix, lengths });
  }

  private byKey(
    group: readonly Chosen<F>[],
    keysOf: (candidate: Candidate<F>) => readonly unknown[],
  ): Map<unknown, Found<F>> {
    const members = new Map<unknown, Member<F>[]>();
    for (const chosen of group) {
      for (const key of keysOf(chosen.candidate)) pushTo(members, key, below(chosen));
    }
    return new Map(Array.from(members, ([key, own]) => [key, this.found(own)]));
  }

  private found(members: readonly Member<F>[]): Found<F> {
    if (members.length >= fewestNested || this.alwaysNests) {
      const plan = planFor(members, this.rates);
      if (plan.cost * askedBefore < members.length * restCost || this.alwaysNests) {
        return { entries: [], deeper: new Arrangement(plan, this.rates, this.alwaysNests) };
      }
    }
    return { entries: members.map(entryOfMember), deeper: undefined };
  }
}

function take<F>(
  { entries, deeper }: Found<F>,
  facts: F,
  matched: LinkedPolicy<F>[],
  costs?: PolicyCosts,
): void {
  ask(entries, facts, matched, costs);
  if (deeper) deeper.collect(facts, matched, costs);
}

function ask<F>(
  entries: readonly PolicyEntry<F>[],
  facts: F,
  matched: LinkedPolicy<F>[],
  costs?: PolicyCosts,
): void {
  if (costs) {
    askMeasured(entries, facts, matched, costs);
    return;
  }
  for (let index = 0; index < entries.length; index++) {
    const { policy, first, second } = entries[index]!;
    if (first(facts) === yes && (second === undefined || second(facts) === yes)) matched.push(policy);
  }
}

function askMeasured<F>(
  entries: readonly PolicyEntry<F>[],
  facts: F,
  matched: LinkedPolicy<F>[],
  costs: PolicyCosts,
): void {
  for (const { policy, first, second } of entries) {
    const started = costs.start();
    const isMatch = first(facts) === yes && (second === undefined || second(facts) === yes);
    costs.end(policy.rank, started, isMatch);
    if (isMatch) matched.push(policy);
  }
}

/** A gate is a question of the policies behind it: they share what it costs, and are asked about where it says no. */
function askMeasuredGate<F>(
  { ask, found }: GateGroup<F>,
  facts: F,
  matched: LinkedPolicy<F>[],
  costs: PolicyCosts,
): void {
  const started = costs.start();
  const isOpen = ask(facts) === yes;
  costs.pass(started, found.entries);
  if (isOpen) take(found, facts, matched, costs);
  else costs.refuse(found.entries);
  costs.passed();
}

function collectAffixes<F>(
  group: AffixGroup<F>,
  facts: F,
  matched: LinkedPolicy<F>[],
  costs?: PolicyCosts,
): void {
  const value = group.read(facts);
  if (typeof value !== "string") return;
  const { lengths, isPrefix } = group;
  for (let index = 0; index < lengths.length; index++) {
    const { length, byText } = lengths[index]!;
    if (length > value.length) continue;
    const found = byText.get(isPrefix ? value.slice(0, length) : value.slice(value.length - length));
    if (found) take(found, facts, matched, costs);
  }
}

function collectTexts<F>(
  group: TextGroup<F>,
  facts: F,
  matched: LinkedPolicy<F>[],
  costs?: PolicyCosts,
): void {
  const value = group.read(facts);
  if (typeof value !== "string") return;
  const texts = group.search.foundIn(value);
  for (let index = 0; index < texts.length; index++) {
    const found = group.byText.get(texts[index]!);
    if (found) take(found, facts, matched, costs);
  }
}

/** Which condition each policy is reached by, and what a request then costs in ns. */
interface Plan<F> {
  readonly groups: ReadonlyMap<string, readonly Chosen<F>[]>;
  readonly always: readonly Member<F>[];
  readonly cost: number;
}

function planFor<F>(members: readonly Member<F>[], rates: Selectivity): Plan<F> {
  const sharers = new Map<string, number>();
  const open = members.map(({ policy, taken }) => {
    const left = policy.candidates.filter(({ index }) => !taken.includes(index));
    for (const { key } of left) sharers.set(key, (sharers.get(key) ?? 0) + 1);
    return left;
  });
  const groups = new Map<string, Chosen<F>[]>();
  const always: Member<F>[] = [];
  let cost = 0;
  for (const [index, member] of members.entries()) {
    let best: Candidate<F> | undefined;
    let least = restCost;
    for (const candidate of open[index]!) {
      const price = askCost(candidate) / sharers.get(candidate.key)! + restCost * rateOf(candidate, rates);
      // A policy that nothing reaches is asked each time, whatever its first condition costs.
      if (best && price >= least) continue;
      best = candidate;
      least = price;
    }
    cost += least;
    if (best) pushTo(groups, best.key, { member, candidate: best });
    else always.push(member);
  }
  return { groups, always, cost };
}

function askCost<F>({ way, predicate }: Candidate<F>): number {
  return way === "gate" ? predicate.cost : (predicate.row?.cost ?? 0) + lookUpCost;
}

function rateOf<F>({ index, predicate }: Candidate<F>, rates: Selectivity): number {
  return rates.rate(index, guessedRate(predicate.ir.test, predicate.row?.values?.length));
}

function below<F>({ member: { policy, taken }, candidate }: Chosen<F>): Member<F> {
  return { policy, taken: [...taken, candidate.index] };
}

function entryOfMember<F>({ policy, taken }: Member<F>): PolicyEntry<F> {
  return entryOf(policy, taken);
}

function pushTo<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values) values.push(value);
  else map.set(key, [value]);
}
