/** Which genuine answers a made-up one is learned from. */
import type { LikeNode, ResponseNode, TargetNode } from "./ast.ts";
import { invariant } from "./lower-condition.ts";
import type { LearnedFrom } from "./policy-ir.ts";
import type { Program } from "./program.ts";

/** The name of what is learned, as policies write it: `bank.login failure`. */
export function learnedName({ app, route, kind }: LearnedFrom): string {
  return kind === undefined ? `${app}.${route}` : `${app}.${route} ${kind}`;
}

/** Lowers `like bank.login failure`, whose target was found to be a route. */
export function lowerLike({ target, outcome }: Pick<LikeNode, "target" | "outcome">): LearnedFrom {
  const [app = "", route] = target.name.text.split(".");
  return { app, route: invariant(route, target.name.text), kind: outcome && outcomeOf(outcome.text) };
}

/** What `latency like` names has no outcome. */
export function lowerLatencyLike(target: TargetNode): LearnedFrom {
  return lowerLike({ target, outcome: undefined });
}

function outcomeOf(word: string): LearnedFrom["kind"] {
  const kinds = ["success", "failure", "unknown_user", "locked", "challenge", "throttled"] as const;
  return invariant(
    kinds.find((kind) => kind === word),
    word,
  );
}

/** The status that the app's own outcome line names first for such answers; undefined where it names none. */
export function declaredStatus(program: Program, { app, route, kind }: LearnedFrom): number | undefined {
  const outcome = program.apps
    .get(app)
    ?.outcomes.find((one) => (one.routes ?? [one.event]).some((name) => name.text === route));
  const tests = outcome?.cases.filter((one) => one.kind === kind).flatMap((one) => one.tests) ?? [];
  return tests.flatMap((test) => (test.kind === "status" ? test.statuses : []))[0]?.value;
}

/** True when the latency of a response is that of genuine answers. */
export function hasLearnedLatency({ like, clauses }: ResponseNode): boolean {
  const latency = clauses.find((clause) => clause.kind === "latency");
  return latency ? latency.latency.kind === "like" : like !== undefined;
}
