/** From the policies that matched to one decision: exempt, then stop, then friction and observers. */
import type { Decision, PolicyMatch, Reason, StopAction, Withheld } from "../decision.ts";
import type { BucketSafety } from "../safety/bucket-safety.ts";
import { yes } from "./evaluation.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { LinkedResponse } from "./linked-response.ts";
import type { Reasons } from "./reasons.ts";

const allowed = { kind: "allow" } as const;
const noLabels: readonly string[] = [];

/** A policy that matched, and what keeps it from being in force. */
interface Matched<F> {
  readonly policy: LinkedPolicy<F>;
  /** Enforced, with nothing against it before stops were looked at. */
  readonly isLive: boolean;
  withheld: Withheld | undefined;
}

/** What deciding needs beside the policies. */
export interface DecidingParts<F> {
  readonly reasons: Reasons<F>;
  readonly responses: readonly LinkedResponse<F>[];
  readonly safety: BucketSafety<F>;
}

/** Decides; `policies` is in order of rank: the first stop that is not silenced wins. Holds and limits count the request. */
export function decide<F>(policies: readonly LinkedPolicy<F>[], facts: F, parts: DecidingParts<F>): Decision {
  const { reasons, responses, safety } = parts;
  if (onlyBlock(policies)) return decideBlocks(policies, facts, parts);
  const matched = matchedOf(policies, facts, safety);
  const { stopper, exempter } = stopOf(matched, facts, safety);
  const held = holdKeys(matched, facts);
  const matches: PolicyMatch[] = [];
  for (let index = 0; index < matched.length; index++) {
    const one = matched[index]!;
    const { policy } = one;
    const isApplied = one.isLive && (policy.effects.stop === undefined || policy === stopper);
    const isHeld = held?.has(policy) === true;
    matches.push(matchOf(one, isApplied, isHeld ? heldReasons(one) : reasons.of(policy, facts)));
  }
  const action = stopper ? actionOf(stopper, facts, responses) : allowed;
  const decider = (stopper ?? exempter)?.effects.name;
  const decision = { action, decider, matches, labels: labelsOf(matched) };
  const latencyMs = latencyOf(stopper, responses);
  // Most matches stop or watch and do nothing else.
  if (latencyMs === 0 && !matched.some(slowsOrMarks)) return decision;
  return { ...decision, ...frictionOf(matched, latencyMs) };
}

function onlyBlock<F>(policies: readonly LinkedPolicy<F>[]): boolean {
  for (let index = 0; index < policies.length; index++) if (!policies[index]!.onlyBlocks) return false;
  return true;
}

/** As `decide`, of policies that only block: nearly all that match do, and of each as little as possible is looked at. */
function decideBlocks<F>(
  policies: readonly LinkedPolicy<F>[],
  facts: F,
  { reasons, safety }: DecidingParts<F>,
): Decision {
  let stopper: LinkedPolicy<F> | undefined;
  let marks: string[] | undefined;
  const matches: PolicyMatch[] = [];
  for (let index = 0; index < policies.length; index++) {
    const policy = policies[index]!;
    const { name, isEnforced, stop, mode, effect } = policy.effects;
    let withheld: Withheld | undefined = safety.switched(name);
    let applied = isEnforced && withheld === undefined;
    if (applied && stop) {
      applied = false;
      if (!stopper) {
        withheld = safety.withholds(policy.rank, facts);
        if (withheld === undefined) {
          stopper = policy;
          applied = true;
        } else if (onlyMarks(withheld)) (marks ??= []).push(name);
      }
    }
    const why = reasons.of(policy, facts);
    matches.push(
      withheld === undefined
        ? { policy: name, mode, effect, applied, reasons: why }
        : { policy: name, mode, effect, applied, withheld, reasons: why },
    );
  }
  const action = stopper ? blockOf(stopper) : allowed;
  const decision = { action, decider: stopper?.effects.name, matches, labels: noLabels };
  return marks ? { ...decision, marks } : decision;
}

function blockOf<F>({ effects: { stop } }: LinkedPolicy<F>): StopAction {
  return { kind: "block", status: stop?.kind === "block" ? stop.status : 403 };
}

function matchedOf<F>(policies: readonly LinkedPolicy<F>[], facts: F, safety: BucketSafety<F>): Matched<F>[] {
  const matched: Matched<F>[] = [];
  for (let index = 0; index < policies.length; index++) {
    const policy = policies[index]!;
    const withheld = safety.switched(policy.effects.name) ?? policy.withheld?.(facts);
    matched.push({ policy, isLive: policy.effects.isEnforced && withheld === undefined, withheld });
  }
  return matched;
}

interface Stop<F> {
  readonly stopper: LinkedPolicy<F> | undefined;
  readonly exempter: LinkedPolicy<F> | undefined;
}

/** Who stops the request, or whose exemption kept it from being stopped. */
function stopOf<F>(matched: readonly Matched<F>[], facts: F, safety: BucketSafety<F>): Stop<F> {
  let stopper: LinkedPolicy<F> | undefined;
  let exempter: LinkedPolicy<F> | undefined;
  for (let index = 0; index < matched.length; index++) {
    const one = matched[index]!;
    const { policy, isLive } = one;
    if (!policy.effects.stop) continue;
    const silencer = isLive && !stopper ? silencerOf(policy.effects.name, matched) : undefined;
    // Only what passes counts against a limit.
    const passes = silencer !== undefined || stopper !== undefined || one.withheld !== undefined;
    if (policy.rate && isUnder(policy.rate, passes, facts)) one.withheld ??= "under_limit";
    else if (isLive && silencer) exempter ??= silencer;
    else if (isLive && !stopper) {
      // Its other effects take place: only the stop is withheld.
      one.withheld = safety.withholds(policy.rank, facts);
      if (one.withheld === undefined) stopper = policy;
    }
  }
  return { stopper, exempter };
}

function isUnder<F>(rate: NonNullable<LinkedPolicy<F>["rate"]>, isPassedBy: boolean, facts: F): boolean {
  return isPassedBy ? !rate.isOver(facts) : rate.take(facts);
}

function silencerOf<F>(stop: string, matched: readonly Matched<F>[]): LinkedPolicy<F> | undefined {
  for (let index = 0; index < matched.length; index++) {
    const { policy, isLive } = matched[index]!;
    const { exempts } = policy.effects;
    if (exempts !== undefined && isLive && (exempts === "all" || exempts.includes(stop))) return policy;
  }
  return undefined;
}

/**
 * Holds the keys of policies whose conditions hold; those that match only because they hold the key already do not
 * renew it, or nobody would ever be let go. Returns those.
 */
function holdKeys<F>(matched: readonly Matched<F>[], facts: F): Set<LinkedPolicy<F>> | undefined {
  let held: Set<LinkedPolicy<F>> | undefined;
  for (let index = 0; index < matched.length; index++) {
    const { policy, withheld } = matched[index]!;
    if (!policy.hold) continue;
    if (policy.fresh(facts) !== yes) (held ??= new Set()).add(policy);
    // What a freeze keeps from being stopped must not be stopped for being held.
    else if (!isOutOfForce(withheld) && withheld !== "freeze") policy.hold.hold(facts);
  }
  return held;
}

function isOutOfForce(withheld: Withheld | undefined): boolean {
  return (
    withheld === "rollout" || withheld === "expired" || withheld === "switched_off" || withheld === "panic"
  );
}

function matchOf<F>(
  { policy, withheld }: Matched<F>,
  applied: boolean,
  reasons: readonly Reason[],
): PolicyMatch {
  const { name, mode, effect } = policy.effects;
  if (!withheld) return { policy: name, mode, effect, applied, reasons };
  return { policy: name, mode, effect, applied, withheld, reasons };
}

function heldReasons<F>({ policy: { ir } }: Matched<F>): Reason[] {
  return ir.hold ? [{ clause: ir.hold.text, value: "held" }] : [];
}

function labelsOf<F>(matched: readonly Matched<F>[]): readonly string[] {
  let labels: Set<string> | undefined;
  for (let index = 0; index < matched.length; index++) {
    const { policy, isLive } = matched[index]!;
    if (!isLive || policy.effects.labels.length === 0) continue;
    labels ??= new Set();
    for (const label of policy.effects.labels) labels.add(label);
  }
  return labels ? [...labels] : noLabels;
}

function actionOf<F>(
  { effects: { stop }, rate }: LinkedPolicy<F>,
  facts: F,
  responses: readonly LinkedResponse<F>[],
): StopAction {
  switch (stop?.kind) {
    case "ratelimit":
      return { kind: "block", status: 429, retryAfterMs: rate?.waitMs(facts) ?? 0 };
    case "deceive": {
      const response = responses[stop.response];
      return response
        ? { kind: "deceive", response: response.template(facts) }
        : { kind: "block", status: 403 };
    }
    case "block":
      return { kind: "block", status: stop.status };
    case undefined:
      return { kind: "block", status: 403 };
  }
}

/**
 * What every policy in force adds, whoever stopped the request; the longest delay counts. One that only marks tells the
 * origin its name, and slows nobody down.
 */
function frictionOf<F>(
  matched: readonly Matched<F>[],
  latencyMs: number,
): Pick<Decision, "marks" | "delayMs"> {
  const marks = new Set<string>();
  let delayMs = latencyMs;
  for (const { policy, isLive, withheld } of matched) {
    if (!isLive) continue;
    const { effects } = policy;
    for (const mark of effects.marks) marks.add(mark);
    if (onlyMarks(withheld)) marks.add(effects.name);
    const isSlowing = withheld === undefined || withheld === "under_limit";
    if (isSlowing) delayMs = Math.max(delayMs, effects.tarpitMs);
  }
  return { ...(marks.size > 0 && { marks: [...marks] }), ...(delayMs > 0 && { delayMs }) };
}

function slowsOrMarks<F>({ policy, isLive, withheld }: Matched<F>): boolean {
  return isLive && (policy.effects.hasFriction || onlyMarks(withheld));
}

/** How long a made-up answer takes by itself. */
function latencyOf<F>(stopper: LinkedPolicy<F> | undefined, responses: readonly LinkedResponse<F>[]): number {
  const stop = stopper?.effects.stop;
  return stop?.kind === "deceive" ? (responses[stop.response]?.delayMs() ?? 0) : 0;
}

function onlyMarks(withheld: Withheld | undefined): boolean {
  return withheld === "cap" || withheld === "guard" || withheld === "holdout" || withheld === "freeze";
}
