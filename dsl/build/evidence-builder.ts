/** Builds lists, fingerprints, measures, memories, sequences and cohorts. */
import type * as ast from "../ast.ts";
import type { Cst } from "../cst.ts";
import { choiceOf, PartBuilder } from "./part-builder.ts";

const measures = { Count: "count", Distinct: "distinct", New: "new", Share: "share", Gap: "gap" } as const;
const statistics = { Median: "median", Shortest: "shortest" } as const;

/** Builds what conditions rest on from its concrete nodes. */
export class EvidenceBuilder extends PartBuilder {
  list(node: Cst, base: ast.DeclarationBase): ast.ListNode | undefined {
    const type = node.names("Name")[1];
    if (!type) return undefined;
    return {
      kind: "list",
      ...base,
      type,
      values: this.values(node),
      file: this.text(node),
      options: this.each(node.nodes("listOption"), (part) => this.listOption(part)),
    };
  }

  private listOption(node: Cst): ast.ListOptionNode | undefined {
    const span = node.span;
    const number = this.number(node);
    const format = node.name("Name");
    if (node.token("Format")) return format && { kind: "format", format, column: number, span };
    const every = node.name("Duration");
    if (every) return { kind: "refresh", every, span };
    return number && { kind: "max", entries: number, span };
  }

  fingerprint(node: Cst, base: ast.DeclarationBase): ast.FingerprintNode {
    return {
      kind: "fingerprint",
      ...base,
      scores: this.each(node.nodes("score"), (part) => this.score(part)),
      threshold: this.number(node),
    };
  }

  private score(node: Cst): ast.ScoreNode | undefined {
    const points = this.number(node);
    const condition = node.first("condition");
    const built = condition && this.condition(condition);
    return points && built && { points: points.value, condition: built, span: node.span };
  }

  measure(node: Cst, base: ast.DeclarationBase): ast.MeasureNode | undefined {
    const counted = node.first("counted");
    const what = choiceOf(measures, counted);
    if (!counted || !what) return undefined;
    return {
      kind: "measure",
      ...base,
      what,
      whatSpan: counted.span,
      statistic: choiceOf(statistics, counted),
      counted: this.subject(counted.first("subject")),
      events: this.names(counted),
      target: this.target(node.first("target")),
      by: this.key(node.first("key")),
      window: node.name("Duration"),
      support: this.support(node),
    };
  }

  remember(node: Cst, base: ast.DeclarationBase): ast.RememberNode {
    const [values, by] = node.nodes("key");
    return {
      kind: "remember",
      ...base,
      values: this.key(values),
      target: this.target(node.first("target")),
      by: this.key(by),
      duration: node.name("Duration"),
    };
  }

  sequence(node: Cst, base: ast.DeclarationBase): ast.SequenceNode {
    const first = node.first("step");
    const start = first && this.step(first, "first");
    const rest = this.each(node.nodes("nextStep"), (part) => this.nextStep(part));
    return {
      kind: "sequence",
      ...base,
      by: this.key(node.first("key")),
      within: node.name("Duration"),
      steps: start ? [start, ...rest] : rest,
    };
  }

  private nextStep(node: Cst): ast.StepNode | undefined {
    const step = node.first("step");
    if (step) return this.step(step, "then");
    const target = this.target(node.first("target"));
    return target && { kind: "without", target, times: undefined, span: node.span };
  }

  private step(node: Cst, kind: "first" | "then"): ast.StepNode | undefined {
    const target = this.target(node.first("target"));
    return target && { kind, target, times: this.support(node), span: node.span };
  }

  cohort(node: Cst, base: ast.DeclarationBase): ast.CohortNode {
    const clauses = node.nodes("cohortClause");
    return {
      kind: "cohort",
      ...base,
      conditions: clauses.flatMap((clause) => this.conditions(clause)),
      later: this.each(clauses, (clause) => this.later(clause)),
    };
  }

  private later(node: Cst): ast.LaterNode | undefined {
    const target = this.target(node.first("target"));
    const within = node.name("Duration");
    return target && within && { target, within, span: node.span };
  }
}
