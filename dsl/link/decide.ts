/** From the policies that matched to one decision: exempt, then stop, then observe. */
import type { Decision, PolicyMatch, ResponseTemplate, StopAction } from "../decision.ts";
import type { PolicyIr } from "../policy-ir.ts";
import type { LinkedPolicy } from "./linked-policy.ts";
import type { QuestionLinker } from "./question-linker.ts";
import { reasonsOf } from "./reasons.ts";

const allowed = { kind: "allow" } as const;

/** Decides; `matched` is in order of rank: the first stop that is not silenced wins. */
export function decide<F>(
  matched: readonly LinkedPolicy<F>[],
  facts: F,
  linker: QuestionLinker<F>,
  ir: PolicyIr,
  responses: readonly ResponseTemplate[],
): Decision {
  const enforced = matched.filter((policy) => policy.ir.mode === "enforce");
  let stopper: LinkedPolicy<F> | undefined;
  let exempter: LinkedPolicy<F> | undefined;
  for (const policy of enforced) {
    if (!policy.ir.stop || stopper) continue;
    const silencer = enforced.find((other) => silences(other, policy));
    if (silencer) exempter ??= silencer;
    else stopper = policy;
  }
  const matches = matched.map((policy): PolicyMatch => {
    const effect = policy.ir.stop?.kind ?? (policy.ir.exempts ? "allow" : "observe");
    const isApplied = policy.ir.mode === "enforce" && (policy.ir.stop === undefined || policy === stopper);
    const { name, mode, when } = policy.ir;
    return { policy: name, mode, effect, applied: isApplied, reasons: reasonsOf(when, linker, ir, facts) };
  });
  return {
    action: stopper ? actionOf(stopper, responses) : allowed,
    decider: (stopper ?? exempter)?.ir.name,
    matches,
    labels: [...new Set(enforced.flatMap((policy) => policy.ir.labels))],
  };
}

function silences<F>(exempter: LinkedPolicy<F>, stopper: LinkedPolicy<F>): boolean {
  const { exempts } = exempter.ir;
  return exempts === "all" || (exempts?.includes(stopper.ir.name) ?? false);
}

function actionOf<F>(policy: LinkedPolicy<F>, responses: readonly ResponseTemplate[]): StopAction {
  const { stop } = policy.ir;
  const response = stop?.kind === "deceive" ? responses[stop.response] : undefined;
  if (response) return { kind: "deceive", response };
  return { kind: "block", status: stop?.kind === "block" ? stop.status : 403 };
}
