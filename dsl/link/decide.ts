/** From the policies that matched to one decision: exempt, then stop, then friction and observers. */
import type { Decision, PolicyMatch, Reason, StopAction, Withheld } from "../decision.ts";
import type { PolicyIr } from "../policy-ir.ts";
import type { BucketSafety } from "../safety/bucket-safety.ts";
import { yes } from "./evaluation.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { LinkedResponse } from "./linked-response.ts";
import type { QuestionLinker } from "./question-linker.ts";
import { reasonsOf } from "./reasons.ts";

const allowed = { kind: "allow" } as const;

/** A policy that matched, and what keeps it from being in force. */
interface Matched<F> {
  readonly policy: LinkedPolicy<F>;
  withheld: Withheld | undefined;
}

/** Decides; `policies` is in order of rank: the first stop that is not silenced wins. Holds and limits count the request. */
export function decide<F>(
  policies: readonly LinkedPolicy<F>[],
  facts: F,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
  responses: readonly LinkedResponse<F>[],
  safety: BucketSafety<F>,
): Decision {
  const matched = policies.map((policy): Matched<F> => {
    return { policy, withheld: safety.switched(policy.ir.name) ?? policy.withheld?.(facts) };
  });
  const inForce = matched.filter((one) => one.policy.ir.mode === "enforce" && one.withheld === undefined);
  const live = inForce.map((one) => one.policy);
  let stopper: LinkedPolicy<F> | undefined;
  let exempter: LinkedPolicy<F> | undefined;
  for (const one of matched) {
    const { policy } = one;
    if (!policy.ir.stop) continue;
    const isLive = inForce.includes(one);
    const silencer = isLive && !stopper ? live.find((other) => silences(other, policy)) : undefined;
    // Only what passes counts against a limit.
    const passes = silencer !== undefined || stopper !== undefined || one.withheld !== undefined;
    if (policy.rate && isUnder(policy.rate, passes, facts)) one.withheld ??= "under_limit";
    else if (isLive && silencer) exempter ??= silencer;
    else if (isLive && !stopper) {
      // Its other effects take place: only the stop is withheld.
      one.withheld = safety.withholds(policy.ir.name, facts);
      if (one.withheld === undefined) stopper = policy;
    }
  }
  const held = holdKeys(matched, facts);
  const matches = matched.map((one): PolicyMatch => {
    const isApplied =
      live.includes(one.policy) && (one.policy.ir.stop === undefined || one.policy === stopper);
    const isHeld = held?.has(one.policy) === true;
    return matchOf(
      one,
      isApplied,
      isHeld ? heldReasons(one) : reasonsOf(one.policy.ir.when, linker, ir, facts),
    );
  });
  const action = stopper ? actionOf(stopper, facts, responses) : allowed;
  const labels = live.some((policy) => policy.ir.labels.length > 0)
    ? [...new Set(live.flatMap((policy) => policy.ir.labels))]
    : [];
  return {
    action,
    decider: (stopper ?? exempter)?.ir.name,
    matches,
    labels,
    ...frictionOf(inForce, latencyOf(stopper, responses)),
  };
}

function isUnder<F>(rate: NonNullable<LinkedPolicy<F>["rate"]>, isPassedBy: boolean, facts: F): boolean {
  return isPassedBy ? !rate.isOver(facts) : rate.take(facts);
}

function silences<F>(exempter: LinkedPolicy<F>, stopper: LinkedPolicy<F>): boolean {
  const { exempts } = exempter.ir;
  return exempts === "all" || (exempts?.includes(stopper.ir.name) ?? false);
}

/**
 * Holds the keys of policies whose conditions hold; those that match only because they hold the key already do not
 * renew it, or nobody would ever be let go. Returns those.
 */
function holdKeys<F>(matched: readonly Matched<F>[], facts: F): Set<LinkedPolicy<F>> | undefined {
  if (!matched.some(({ policy }) => policy.hold)) return undefined;
  const held = new Set<LinkedPolicy<F>>();
  for (const { policy, withheld } of matched) {
    if (!policy.hold) continue;
    if (policy.fresh(facts) !== yes) held.add(policy);
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
  const { name, stop, exempts } = policy.ir;
  const mode = policy.ir.mode === "enforce" ? "enforce" : "shadow";
  const effect = stop?.kind ?? (exempts ? "allow" : "observe");
  if (!withheld) return { policy: name, mode, effect, applied, reasons };
  return { policy: name, mode, effect, applied, withheld, reasons };
}

function heldReasons<F>({ policy: { ir } }: Matched<F>): Reason[] {
  return ir.hold ? [{ clause: ir.hold.text, value: "held" }] : [];
}

function actionOf<F>(
  { ir: { stop }, rate }: LinkedPolicy<F>,
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
  inForce: readonly Matched<F>[],
  latencyMs: number,
): Pick<Decision, "marks" | "delayMs"> {
  // Most matches stop or watch and do nothing else.
  if (latencyMs === 0 && !inForce.some(slowsOrMarks)) return {};
  const marks = new Set(
    inForce.flatMap(({ policy, withheld }) =>
      onlyMarks(withheld) ? [...policy.ir.marks, policy.ir.name] : policy.ir.marks,
    ),
  );
  const delayMs = inForce.reduce((most, { policy, withheld }) => {
    return withheld === undefined || withheld === "under_limit"
      ? Math.max(most, policy.ir.tarpitMs ?? 0)
      : most;
  }, latencyMs);
  return { ...(marks.size > 0 && { marks: [...marks] }), ...(delayMs > 0 && { delayMs }) };
}

function slowsOrMarks<F>({ policy: { ir }, withheld }: Matched<F>): boolean {
  return ir.marks.length > 0 || ir.tarpitMs !== undefined || onlyMarks(withheld);
}

/** How long a made-up answer takes by itself. */
function latencyOf<F>(stopper: LinkedPolicy<F> | undefined, responses: readonly LinkedResponse<F>[]): number {
  const stop = stopper?.ir.stop;
  return stop?.kind === "deceive" ? (responses[stop.response]?.delayMs() ?? 0) : 0;
}

function onlyMarks(withheld: Withheld | undefined): boolean {
  return withheld === "cap" || withheld === "guard" || withheld === "holdout" || withheld === "freeze";
}
