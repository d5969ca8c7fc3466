/** Which conditions the tests saw true and which not: a condition that only ever goes one way proves nothing. */
import type { ClauseExplanation, PolicyExplanation } from "../decision.ts";
import type { CoverageGap, TestReport } from "./test-report.ts";

interface Seen {
  readonly clause: string;
  isTrue: boolean;
  isOther: boolean;
}

/** Collects over all requests of all tests. */
export class Coverage {
  private readonly policies: ReadonlyMap<string, Map<string, Seen>>;
  private readonly tested: ReadonlySet<string>;
  private readonly reached = new Set<string>();

  /** `names`: all policies of the set, `tested`: those that have tests. */
  constructor(names: readonly string[], tested: ReadonlySet<string>) {
    this.policies = new Map(names.map((name) => [name, new Map<string, Seen>()]));
    this.tested = tested;
  }

  /** Takes in what one request met. */
  add(explanations: readonly PolicyExplanation[]): void {
    for (const { policy, when, unless } of explanations) {
      const seen = this.policies.get(policy);
      if (!seen) continue;
      this.reached.add(policy);
      this.visit(when, "when", seen);
      this.visit(unless ?? [], "unless", seen);
    }
  }

  private visit(clauses: readonly ClauseExplanation[], place: string, seen: Map<string, Seen>): void {
    for (const [index, clause] of clauses.entries()) {
      const at = `${place}.${index}`;
      if (clause.value !== undefined) {
        let entry = seen.get(at);
        if (!entry) {
          entry = { clause: clause.text, isTrue: false, isOther: false };
          seen.set(at, entry);
        }
        if (clause.truth === true) entry.isTrue = true;
        else entry.isOther = true;
      }
      this.visit(clause.parts, at, seen);
    }
  }

  /** The sums; a policy that no request reached counts as one gap. */
  report(): TestReport["coverage"] {
    const gaps: CoverageGap[] = [];
    let conditions = 0;
    for (const [policy, seen] of this.policies) {
      conditions += seen.size;
      if (!this.reached.has(policy)) gaps.push({ policy, clause: "", never: "asked" });
      for (const { clause, isTrue, isOther } of seen.values()) {
        if (!isTrue) gaps.push({ policy, clause, never: "true" });
        if (!isOther) gaps.push({ policy, clause, never: "false" });
      }
    }
    const untested = [...this.policies.keys()].filter((name) => !this.tested.has(name));
    const oneSided = gaps.filter(({ never }) => never !== "asked").length;
    return { covered: conditions - oneSided, conditions, gaps, untested };
  }
}
