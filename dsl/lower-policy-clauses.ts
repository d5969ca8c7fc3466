/** Rollout, expiry, limits and holds of a checked policy to IR. */
import type * as ast from "./ast.ts";
import { clauseOf } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { type ConditionLowering, invariant } from "./lower-condition.ts";
import type { ExpiryIr, HoldIr, RateIr, RolloutIr } from "./policy-clause-ir.ts";
import { endOfDay } from "./policy-date.ts";
import { definitionHash } from "./policy-hash.ts";
import type { FieldIr } from "./policy-ir.ts";

/** The clauses of a policy that need state or chance. */
export interface LoweredClauses {
  readonly rollout: RolloutIr | undefined;
  readonly expiry: ExpiryIr | undefined;
  readonly marks: readonly string[];
  readonly tarpitMs: number | undefined;
  readonly hold: HoldIr | undefined;
}

/** Lowers them; state of the same definition is shared by revisions, that of shadow and enforced policies is not. */
export function lowerPolicyClauses(node: ast.PolicyNode, conditions: ConditionLowering): LoweredClauses {
  const rollout = clauseOf(node, "rollout");
  const date = clauseOf(node, "expires")?.date.text;
  const effects = clauseOf(node, "then")?.effects ?? [];
  const policy = node.name.text;
  const tarpit = effects.find((effect) => effect.kind === "tarpit");
  const hold = effects.find((effect) => effect.kind === "hold");
  return {
    rollout: rollout && { percent: percentOf(rollout.percent), by: keyOf(rollout.by, conditions) },
    expiry: date === undefined ? undefined : { id: definitionHash({ policy, date }), at: dayOf(date) },
    marks: effects.flatMap((effect) => (effect.kind === "mark" ? [effect.text] : [])),
    tarpitMs: tarpit && msOf(tarpit.duration),
    hold: hold && lowerHold(node, hold, conditions),
  };
}

/** Lowers a rate limit. */
export function lowerRate(
  node: ast.PolicyNode,
  effect: Extract<ast.EffectNode, { kind: "ratelimit" }>,
  conditions: ConditionLowering,
): RateIr {
  const limit = effect.most.value;
  const windowMs = msOf(effect.per);
  const by = keyOf(effect.by, conditions);
  return { id: stateId(node, { limit, windowMs, by }), limit, windowMs, by };
}

function lowerHold(
  node: ast.PolicyNode,
  effect: Extract<ast.EffectNode, { kind: "hold" }>,
  conditions: ConditionLowering,
): HoldIr {
  const forMs = msOf(effect.duration);
  const by = keyOf(effect.key, conditions);
  return { id: stateId(node, { forMs, by }), by, forMs, text: conditions.textOf(effect.span) };
}

// What a policy has held in shadow must not be stopped the moment it is enforced.
function stateId(node: ast.PolicyNode, definition: object): string {
  const mode = clauseOf(node, "mode")?.mode ?? "enforce";
  return definitionHash({ policy: node.name.text, mode, ...definition });
}

function keyOf(key: ast.KeyNode, conditions: ConditionLowering): FieldIr[] {
  return key.map((subject) => conditions.field(subject.text));
}

function percentOf(node: ast.ValueNode): number {
  return invariant(node.kind === "percent" ? node.value : undefined, node.text);
}

function msOf(node: ast.NameNode): number {
  return invariant(parseDuration(node.text), node.text);
}

function dayOf(text: string): number {
  return invariant(endOfDay(text), text);
}
