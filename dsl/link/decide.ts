/** From the policies that matched to one decision: exempt, then stop, then friction and observers. */
import type { Decision, PolicyMatch, Reason, StopAction, Withheld } from "../decision.ts";
import type { PolicyIr } from "../policy-ir.ts";
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
): Decision {
  const matched = policies.map((policy): Matched<F> => ({ policy, withheld: policy.withheld?.(facts) }));
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
    else if (isLive) stopper ??= policy;
  }
  const held = holdKeys(matched, facts);
  const matches = matched.map((one): PolicyMatch => {
    const isApplied =
      live.includes(one.policy) && (one.policy.ir.stop === undefined || one.policy === stopper);
    return matchOf(one, isApplied, held.has(one.policy), () =>
      reasonsOf(one.policy.ir.when, linker, ir, facts),
    );
  });
  const action = stopper ? actionOf(stopper, facts, responses) : allowed;
  const labels = [...new Set(live.flatMap((policy) => policy.ir.labels))];
  return {
    action,
    decider: (stopper ?? exempter)?.ir.name,
    matches,
    labels,
    ...frictionOf(live, latencyOf(stopper, responses)),
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
function holdKeys<F>(matched: readonly Matched<F>[], facts: F): Set<LinkedPolicy<F>> {
  const held = new Set<LinkedPolicy<F>>();
  for (const { policy, withheld } of matched) {
    if (!policy.hold) continue;
    if (policy.fresh(facts) !== yes) held.add(policy);
    else if (withheld !== "rollout" && withheld !== "expired") policy.hold.hold(facts);
  }
  return held;
}

function matchOf<F>(
  { policy, withheld }: Matched<F>,
  applied: boolean,
  isHeld: boolean,
  reasons: () => readonly Reason[],
): PolicyMatch {
  const { name, mode, stop, exempts, hold } = policy.ir;
  const effect = stop?.kind ?? (exempts ? "allow" : "observe");
  return {
    policy: name,
    mode: mode === "enforce" ? mode : "shadow",
    effect,
    applied,
    ...(withheld && { withheld }),
    reasons: isHeld && hold ? [{ clause: hold.text, value: "held" }] : reasons(),
  };
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

/** What every policy in force adds, whoever stopped the request; the longest delay counts. */
function frictionOf<F>(
  live: readonly LinkedPolicy<F>[],
  latencyMs: number,
): Pick<Decision, "marks" | "delayMs"> {
  const marks = new Set(live.flatMap((policy) => policy.ir.marks));
  const delayMs = live.reduce((most, policy) => Math.max(most, policy.ir.tarpitMs ?? 0), latencyMs);
  return { ...(marks.size > 0 && { marks: [...marks] }), ...(delayMs > 0 && { delayMs }) };
}

/** How long a made-up answer takes by itself. */
function latencyOf<F>(stopper: LinkedPolicy<F> | undefined, responses: readonly LinkedResponse<F>[]): number {
  const stop = stopper?.ir.stop;
  return stop?.kind === "deceive" ? (responses[stop.response]?.delayMs() ?? 0) : 0;
}
