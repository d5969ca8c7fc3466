/**
 * What policies, fingerprints and labels rest on, as one graph: circles and depths of any set are found in a time that
 * grows with its text, and without recursion, so that no chain of declarations can exhaust the stack of a later check.
 */
import { type ConditionNode, clauseOf, type Declaration } from "./ast.ts";
import { labelOf } from "./policy-question.ts";
import { comparisonsIn } from "./walk.ts";

/** How far a declaration reaches. */
export interface Reach {
  /** Steps to the last declaration that it rests on; all of a circle count. */
  readonly depth: number;
  /** Questions asked if each fingerprint is written out where it is named; Infinity on a circle. */
  readonly questions: number;
  readonly isOnCircle: boolean;
  /** True where the circle leads over a label. */
  readonly overLabel: boolean;
}

const nothing: Reach = { depth: 0, questions: 0, isOnCircle: false, overLabel: false };

interface Node {
  readonly next: readonly string[];
  /** How many questions it asks itself. */
  readonly own: number;
}

/** The graph of a set. */
export class References {
  private readonly nodes = new Map<string, Node>();
  private readonly reaches = new Map<string, Reach>();

  constructor(declarations: readonly Declaration[], isFingerprint: (name: string) => boolean) {
    const givers = new Map<string, string[]>();
    for (const node of declarations) {
      const key = keyOf(node.kind, node.name.text);
      if (key === undefined || this.nodes.has(key)) continue;
      const conditions = comparisonsIn(conditionsOf(node));
      const next = conditions.flatMap(({ subject }) => {
        const label = labelOf(subject.text);
        if (label !== undefined) return [`label ${label}`];
        return isFingerprint(subject.text) ? [`fingerprint ${subject.text}`] : [];
      });
      this.nodes.set(key, { next, own: conditions.length });
      for (const label of labelsOf(node)) {
        const others = givers.get(label);
        if (others) others.push(key);
        else givers.set(label, [key]);
      }
    }
    for (const [label, next] of givers) this.nodes.set(`label ${label}`, { next, own: 0 });
    for (const key of this.nodes.keys()) if (!this.reaches.has(key)) this.explore(key);
  }

  /** The reach of a policy, fingerprint or cohort. */
  of(node: Declaration): Reach {
    return this.reaches.get(keyOf(node.kind, node.name.text) ?? "") ?? nothing;
  }

  /** Tarjan's strongly connected components, with a stack of its own; a component is closed after all that it leads to. */
  private explore(root: string): void {
    const entered = new Map<string, number>();
    const lowest = new Map<string, number>();
    const open: string[] = [];
    const way: { key: string; at: number }[] = [];
    const enter = (key: string) => {
      entered.set(key, entered.size);
      lowest.set(key, entered.get(key)!);
      open.push(key);
      way.push({ key, at: 0 });
    };
    enter(root);
    for (let step = way.at(-1); step; step = way.at(-1)) {
      const { key } = step;
      const following = this.nodes.get(key)?.next[step.at++];
      if (following !== undefined) {
        if (!this.nodes.has(following) || this.reaches.has(following)) continue;
        if (!entered.has(following)) enter(following);
        else lowest.set(key, Math.min(lowest.get(key)!, entered.get(following)!));
        continue;
      }
      way.pop();
      const before = way.at(-1);
      if (before) lowest.set(before.key, Math.min(lowest.get(before.key)!, lowest.get(key)!));
      if (lowest.get(key) === entered.get(key)) this.close(open.splice(open.lastIndexOf(key)));
    }
  }

  private close(members: readonly string[]): void {
    const inside = new Set(members);
    let depth = 0;
    let isOnCircle = members.length > 1;
    for (const key of members) {
      for (const following of this.nodes.get(key)?.next ?? []) {
        if (inside.has(following)) isOnCircle = true;
        else depth = Math.max(depth, this.reaches.get(following)?.depth ?? 0);
      }
    }
    for (const key of members) {
      const { next, own } = this.nodes.get(key) ?? { next: [], own: 0 };
      const named = next.filter((following) => following.startsWith("fingerprint "));
      const questions = named.reduce((sum, one) => sum + (this.reaches.get(one)?.questions ?? 0), own);
      this.reaches.set(key, {
        depth: depth + members.length,
        questions: isOnCircle ? Number.POSITIVE_INFINITY : questions,
        isOnCircle,
        overLabel: members.some((member) => member.startsWith("label ")),
      });
    }
  }
}

function keyOf(kind: Declaration["kind"], name: string): string | undefined {
  return kind === "policy" || kind === "fingerprint" || kind === "cohort" ? `${kind} ${name}` : undefined;
}

function conditionsOf(node: Declaration): readonly ConditionNode[] {
  if (node.kind === "fingerprint") return node.scores.map((score) => score.condition);
  if (node.kind === "cohort") return node.conditions;
  if (node.kind !== "policy") return [];
  return [...(clauseOf(node, "when")?.conditions ?? []), ...(clauseOf(node, "unless")?.conditions ?? [])];
}

function labelsOf(node: Declaration): readonly string[] {
  if (node.kind !== "policy") return [];
  const effects = clauseOf(node, "then")?.effects ?? [];
  return effects.flatMap((effect) => (effect.kind === "label" ? [effect.label.text] : []));
}
