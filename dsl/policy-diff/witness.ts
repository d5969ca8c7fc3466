/** Requests that a policy is about: made from its conditions, one for each of its alternatives. */
import type { FieldTable } from "../field-table.ts";
import { parseListFile } from "../list-file.ts";
import type { ListPort } from "../list-port.ts";
import type {
  AppIr,
  ConditionIr,
  MeasureIr,
  PolicyIr,
  PolicyRuleIr,
  PredicateIr,
  RouteIr,
  TargetIr,
} from "../policy-ir.ts";
import type { OutcomeKind } from "../policy-set.ts";
import type { DescribedValue } from "../simulator-port.ts";
import { madeUpValue } from "../test-run/made-up-value.ts";
import { RequestDescription } from "../test-run/request-description.ts";
import { fieldName } from "./set-parts.ts";

const mostAlternatives = 16;
const mostRepeats = 600;

/** A request, how often it must come before counted behaviour shows, and what differs each time. */
export interface Witness {
  readonly policy: string;
  readonly request: RequestDescription;
  readonly times: number;
  readonly varying: readonly string[];
  /** How each attempt ends. */
  readonly outcome: OutcomeKind | undefined;
}

interface WitnessedSet {
  readonly ir: PolicyIr;
  readonly lists: ListPort;
}

/** Makes witnesses of one set. */
export class WitnessMaker {
  private readonly ir: PolicyIr;
  private readonly lists: ListPort;
  private readonly other: WitnessedSet;
  private readonly fields: FieldTable<never>;
  private readonly entries = new Map<number, DescribedValue>();

  /** `other` is what the set is compared with. */
  constructor(set: WitnessedSet, other: WitnessedSet, fields: FieldTable<never>) {
    this.ir = set.ir;
    this.lists = set.lists;
    this.other = other;
    this.fields = fields;
  }

  /** Witnesses of a policy; none where it covers nothing. */
  of(rule: PolicyRuleIr): Witness[] {
    const goal = rule.targets.map((target) => this.goalOf(target)).find((one) => one !== undefined);
    if (!goal) return [];
    return this.alternatives(rule.when).map((predicates) => this.witness(rule.name, goal, predicates));
  }

  private witness(policy: string, goal: Goal, predicates: readonly PredicateIr[]): Witness {
    const username = usernameField(goal.app);
    let request = this.requestTo(goal, username);
    let times = 1;
    const varying: string[] = [];
    let outcome: OutcomeKind | undefined;
    for (const { subject, test } of predicates) {
      if (subject.kind === "field")
        request = request.withField(fieldName(subject), this.valueFor(test, fieldName(subject)));
      if (subject.kind !== "measure") continue;
      const measure = this.ir.measures[subject.index];
      if (!measure || !("value" in test) || typeof test.value !== "number") continue;
      const wanted = Math.ceil(test.value * 1.1) + 2;
      // More than is tried: trying less often reaches nothing either.
      const isOutOfReach = wanted > mostRepeats && isCounted(measure.kind);
      if (!isOutOfReach) times = Math.min(mostRepeats, Math.max(times, wanted));
      outcome ??= measure.outcomes?.[0];
      if (measure.value)
        varying.push(measure.value.field === "username" ? (username ?? "") : fieldName(measure.value));
    }
    return { policy, request, times, varying: varying.filter((name) => name !== ""), outcome };
  }

  /** A request that goes where the policy is, from somebody. */
  private requestTo({ app, route }: Goal, username: string | undefined): RequestDescription {
    const host = app.hosts[0] === "*" ? "www.test.example" : (app.hosts[0] ?? "").replace(/^\*/, "www");
    const method = route === undefined || route.method === "*" ? "GET" : route.method;
    const path = (route?.path ?? "/").replace(/\*$/, "x");
    let request = RequestDescription.bare(method, path, host, this.fields);
    for (const [, name] of path.matchAll(/:(\w+)/g)) request = request.withField(`path.${name}`, "1");
    return username === undefined || method === "GET"
      ? request
      : request.withField(username, "user@test.example");
  }

  /** The ways to make conditions true: every member of an `any` once. */
  private alternatives(conditions: readonly ConditionIr[]): PredicateIr[][] {
    let ways: PredicateIr[][] = [[]];
    for (const condition of conditions) {
      const more = this.waysOf(condition);
      ways = ways.flatMap((way) => more.map((one) => way.concat(one))).slice(0, mostAlternatives);
    }
    return ways;
  }

  private waysOf(condition: ConditionIr): PredicateIr[][] {
    if (typeof condition !== "number") {
      if (condition.kind === "all") return this.alternatives(condition.of);
      // What must not hold need not be made.
      return condition.kind === "none" ? [[]] : condition.of.flatMap((one) => this.waysOf(one));
    }
    const predicate = this.ir.predicates[condition];
    if (predicate?.subject.kind !== "fingerprint") return predicate ? [[predicate]] : [[]];
    // Few points, or none, need no making.
    if (predicate.test.op === "lt" || predicate.test.op === "le" || predicate.test.op === "ne") return [[]];
    return this.alternatives(
      this.ir.fingerprints[predicate.subject.index]!.scores.map((one) => one.condition),
    );
  }

  // oxlint-disable-next-line eslint/complexity -- one case for each question
  private valueFor(test: PredicateIr["test"], name: string): DescribedValue {
    switch (test.op) {
      case "eq":
      case "contains":
      case "starts":
      case "ends":
      case "le":
      case "ge":
        return test.value;
      case "gt":
        return test.value + 1;
      case "lt":
        return test.value - 1;
      case "set":
        return test.values[0];
      case "startsAll":
        return test.values;
      case "ranges":
        return test.cidrs[0]?.split("/")[0];
      case "list":
        return this.entryOf(test.index);
      case "holds":
        return true;
      case "missing":
        return undefined;
      case "ne":
      case "present":
      case "matches":
      case "usual":
      case "known":
      case "new":
      case "differs":
      case "saturated":
        return madeUpValue(name, 0, this.fields);
    }
  }

  private entryOf(index: number): DescribedValue {
    // Thousands of policies ask the same few lists.
    if (!this.entries.has(index)) this.entries.set(index, this.tellingEntry(index));
    return this.entries.get(index);
  }

  private tellingEntry(index: number): DescribedValue {
    const list = this.ir.lists[index];
    if (!list) return undefined;
    // An entry that only this set has shows what the change means.
    const entries = entriesOf(list, this.lists);
    const other = this.other.ir.lists.find(({ name }) => name === list.name);
    const shared = new Set(other ? entriesOf(other, this.other.lists) : []);
    const entry = entries.find((one) => !shared.has(one)) ?? entries[0];
    return typeof entry === "string" ? entry.split("/")[0] : entry;
  }

  private goalOf(target: TargetIr): Goal | undefined {
    for (const app of this.ir.apps) {
      if (target.kind === "app" && target.app !== app.name) continue;
      if (target.kind === "route" && target.app !== app.name) continue;
      const route = app.routes.find((one) => {
        if (target.kind === "route") return one.name === target.route;
        return target.kind !== "tagged" || [...app.tags, ...one.tags].includes(target.tag);
      });
      if (route || target.kind === "app" || target.kind === "everything") return { app, route };
    }
    return undefined;
  }
}

function entriesOf(
  { source, type }: PolicyIr["lists"][number],
  lists: ListPort,
): readonly (string | number)[] {
  if ("values" in source) return source.values;
  return parseListFile(type, lists.read(source.file) ?? "", source.format, source.max).entries;
}

/** Read as a number of requests, which so many requests bring about. */
function isCounted(kind: MeasureIr["kind"]): boolean {
  return kind === "count" || kind === "distinct" || kind === "new";
}

interface Goal {
  readonly app: AppIr;
  readonly route: RouteIr | undefined;
}

function usernameField(app: AppIr): string | undefined {
  const sources = app.identify.filter(({ what }) => what === "username").flatMap((one) => one.sources);
  for (const source of sources) if (source.from === "request") return fieldName(source.field);
  return undefined;
}
