/** What a new set means against an old one: which parts changed, and for whom. */
import { FieldTable } from "../field-table.ts";
import { linkPolicies } from "../link-policies.ts";
import type { ListPort } from "../list-port.ts";
import type { PolicyIr } from "../policy-ir.ts";
import type { PolicySet } from "../policy-set.ts";
import type { Simulator } from "../simulator-port.ts";
import { madeUpValue } from "../test-run/made-up-value.ts";
import { FreshState } from "./fresh-state.ts";
import { setParts } from "./set-parts.ts";
import { type Witness, WitnessMaker } from "./witness.ts";

/** One part that is not what it was. */
interface PartChange {
  readonly part: string;
  readonly change: "added" | "removed" | "changed";
  /** What of it, before and after; empty unless it changed. */
  readonly aspects: readonly { readonly name: string; readonly before: string; readonly after: string }[];
}

/** A request that the two sets treat differently. */
interface VerdictChange {
  readonly change: "stopped" | "freed" | "differently";
  readonly request: string;
  readonly before: string;
  readonly after: string;
}

/** A compiled set and the lists that it reads. */
export interface ComparedSet {
  readonly ir: PolicyIr;
  readonly lists: ListPort;
}

/** Everything that differs. */
export interface PolicyDiff {
  readonly parts: readonly PartChange[];
  readonly verdicts: readonly VerdictChange[];
}

/** Compares two sets: part by part, and by what becomes of requests made from the conditions of both. */
export function diffPolicies<F>(
  before: ComparedSet,
  after: ComparedSet,
  simulator: Simulator<F>,
): PolicyDiff {
  const fields = new FieldTable<never>(simulator.scheme);
  const witnesses = [after, before].flatMap((set) => {
    const maker = new WitnessMaker(set, set === after ? before : after, fields);
    return set.ir.policies.flatMap((rule) => maker.of(rule));
  });
  const judges = [before, after].map((set) => new WitnessJudge(set, simulator, fields));
  const seen = new Set<string>();
  const verdicts: VerdictChange[] = [];
  for (const witness of witnesses) {
    const request = requestText(witness);
    if (seen.has(request)) continue;
    seen.add(request);
    const [old, now] = judges.map((judge) => judge.verdictOf(witness));
    if (old === undefined || now === undefined || old === now) continue;
    const change = !isStop(old)
      ? isStop(now)
        ? "stopped"
        : "differently"
      : isStop(now)
        ? "differently"
        : "freed";
    verdicts.push({ change, request, before: old, after: now });
  }
  return { parts: partChanges(before, after), verdicts };
}

function partChanges(before: ComparedSet, after: ComparedSet): PartChange[] {
  const [old, now] = [setParts(before.ir, before.lists), setParts(after.ir, after.lists)];
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((part): PartChange[] => {
    const [was, is] = [old.get(part), now.get(part)];
    if (!was || !is) return [{ part, change: is ? "added" : "removed", aspects: [] }];
    const aspects = [...new Set([...Object.keys(was), ...Object.keys(is)])]
      .map((name) => ({ name, before: was[name] ?? "", after: is[name] ?? "" }))
      .filter((aspect) => aspect.before !== aspect.after);
    return aspects.length === 0 ? [] : [{ part, change: "changed", aspects }];
  });
}

/** A set that judges witness after witness, each as if nothing had come before it. */
class WitnessJudge<F> {
  private readonly simulator: Simulator<F>;
  private readonly fields: FieldTable<never>;
  private readonly state: FreshState;
  private readonly set: PolicySet<F>;

  constructor({ ir, lists }: ComparedSet, simulator: Simulator<F>, fields: FieldTable<never>) {
    this.simulator = simulator;
    this.fields = fields;
    this.state = new FreshState(simulator.world().state);
    // What caps and guards count is of all requests before: witnesses have none, and are no normal traffic.
    const policies = ir.policies.map((rule) => ({ ...rule, safeguards: undefined }));
    this.set = linkPolicies({ ...ir, policies }, simulator.scheme, { gauges: this.state, lists });
  }

  /** What becomes of the last of a witness's requests; undefined when the host cannot make it. */
  verdictOf({ request, times, varying, outcome }: Witness): string | undefined {
    const world = this.simulator.world();
    this.state.begin(world.state);
    let verdict: string | undefined;
    for (let index = 0; index < times; index++) {
      let made = request;
      for (const name of varying) made = made.withField(name, madeUpValue(name, index, this.fields));
      const now = start + index * 100;
      const facts = this.simulator.facts(made, now);
      if (typeof facts === "string") return undefined;
      const place = world.place(facts, this.set);
      if (!place) return "refused: no app has this host";
      const { action, decider } = world.judge(facts, place);
      const { event } = place.bucket;
      if (event !== undefined && outcome) {
        const kind = action.kind === "allow" ? outcome : "stopped";
        world.settle(facts, place, { event, kind }, undefined, now);
      }
      verdict = decider === undefined ? action.kind : `${action.kind} by ${decider}`;
    }
    return verdict;
  }
}

const start = Date.UTC(2026, 0, 12, 12);

function isStop(verdict: string): boolean {
  return !verdict.startsWith("allow");
}

function requestText({ request, times, varying }: Witness): string {
  const { method, target, fields, body } = request;
  const said = Array.from(
    fields,
    ([name, value]) => `${name} ${value === undefined ? "missing" : String(value)}`,
  );
  const carried = body ? [JSON.stringify(body.value)] : [];
  const repeated =
    times > 1 ? `, ${times} times${varying.length > 0 ? ` varying ${varying.join(", ")}` : ""}` : "";
  return `${method} ${target} (${[...said, ...carried].join(", ")})${repeated}`;
}
