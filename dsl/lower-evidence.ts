/** Measures, memories and sequences to typed IR; their ids keep state across revisions that leave them as they are. */
import type * as ast from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { defaultSupport } from "./evidence-bounds.ts";
import { type ConditionLowering, invariant } from "./lower-condition.ts";
import { definitionHash } from "./policy-hash.ts";
import type { EventIr, HappeningIr, MeasureIr, MemoryIr, SequenceIr } from "./policy-ir.ts";
import type { Program } from "./program.ts";
import { outcomeKinds, type ResolvedTarget, resolveTarget } from "./resolve-target.ts";

/** Lowers what keeps state; only for programs that checked without error. */
export class EvidenceLowering {
  private readonly program: Program;
  private readonly conditions: ConditionLowering;

  constructor(program: Program, conditions: ConditionLowering) {
    this.program = program;
    this.conditions = conditions;
  }

  measure(node: ast.MeasureNode): MeasureIr {
    const { target, outcomes, isUnproven } = this.happening(node.target);
    const definition = {
      kind: node.what,
      value: node.counted && this.conditions.field(node.counted.text),
      by: this.key(node.by),
      target,
      outcomes,
      isUnproven,
      windowMs: msOf(node.window),
      part: node.what === "share" ? eventsOf(node.events) : undefined,
      statistic: node.what === "gap" ? (node.statistic ?? "median") : undefined,
      atLeast:
        node.what === "share" || node.what === "gap"
          ? (node.support?.value ?? defaultSupport[node.what])
          : undefined,
    };
    return { id: definitionHash(definition), name: node.name.text, ...definition };
  }

  memory(node: ast.RememberNode): MemoryIr {
    const { target, outcomes } = this.happening(node.target);
    const definition = {
      values: this.key(node.values),
      by: this.key(node.by),
      target,
      outcomes: invariant(outcomes, node.name.text),
      forMs: msOf(node.duration),
    };
    return { id: definitionHash(definition), name: node.name.text, ...definition };
  }

  sequence(node: ast.SequenceNode): SequenceIr {
    const steps: SequenceIr["steps"][number][] = [];
    const without: SequenceIr["without"][number][] = [];
    for (const { kind, target, times } of node.steps) {
      const happening = this.happening(target);
      // What must not happen is named after the step that waits.
      if (kind === "without") without.push({ ...happening, step: steps.length - 1 });
      else steps.push({ ...happening, atLeast: times?.value ?? 1 });
    }
    const definition = { by: this.key(node.by), withinMs: msOf(node.within), steps, without };
    return { id: definitionHash(definition), name: node.name.text, ...definition };
  }

  private key(nodes: ast.KeyNode) {
    return nodes.map((field) => this.conditions.field(field.text));
  }

  /** What happens at a target, and how it ended. */
  happening(node: ast.TargetNode | undefined): HappeningIr & Pick<MeasureIr, "isUnproven"> {
    const target = invariant(node, "at");
    const resolved = resolveTarget(this.program, target, true);
    return invariant<ResolvedTarget>("code" in resolved ? undefined : resolved, target.name.text);
  }
}

function msOf(node: ast.NameNode | undefined): number {
  return invariant(node && parseDuration(node.text), "a duration");
}

/** Named outcomes, one entry an event. */
function eventsOf(nodes: readonly ast.NameNode[]): EventIr[] {
  const kinds = new Map<string, Set<EventIr["kinds"][number]>>();
  for (const { text } of nodes) {
    const [event = "", word = ""] = text.split(".");
    const known = kinds.get(event) ?? new Set();
    for (const kind of invariant(outcomeKinds(word), text)) known.add(kind);
    kinds.set(event, known);
  }
  return Array.from(kinds, ([event, named]) => ({ event, kinds: [...named] }));
}
