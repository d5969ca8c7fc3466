/** What an app says of requests that cannot be read: nameless ones, and paths and methods with two meanings. */
import type { Decision, PolicyMatch } from "../decision.ts";
import type { AppIr, RouteIr } from "../policy-ir.ts";
import type { FieldReader } from "../scheme.ts";
import type { QuestionLinker } from "./question-linker.ts";

/** One thing that may be wrong with a request, and what it then comes to. */
interface Doubt<F> {
  readonly holds: FieldReader<F>;
  readonly action: "mark" | "block";
  /** The decider of a block; the mark and the label of a mark. */
  readonly name: string;
  readonly clause: string;
  readonly status: number;
}

/** Applies an app's `unidentified` and `ambiguous` lines to what its policies decided; they stop nothing twice. */
export function appGuard<F>(
  app: AppIr,
  route: RouteIr | undefined,
  linker: QuestionLinker<F>,
): (decision: Decision, facts: F) => Decision {
  const reader = (field: string) => linker.reader({ kind: "field", field, parameter: "" });
  const doubts: Doubt<F>[] = [
    {
      holds: reader("path.ambiguous"),
      action: app.ambiguous,
      name: "ambiguous_path",
      clause: `ambiguous ${app.ambiguous}`,
      status: 400,
    },
    {
      holds: reader("method.ambiguous"),
      action: app.ambiguous,
      name: "ambiguous_method",
      clause: `ambiguous ${app.ambiguous}`,
      status: 400,
    },
  ];
  if (route?.unidentified === "mark" || route?.unidentified === "block") {
    doubts.push({
      holds: reader("unidentified"),
      action: route.unidentified,
      name: "unidentified",
      clause: `unidentified ${route.name} ${route.unidentified}`,
      status: 403,
    });
  }
  return (decision, facts) => {
    let guarded = decision;
    for (let index = 0; index < doubts.length; index++) {
      const doubt = doubts[index]!;
      if (doubt.holds(facts) === true) guarded = applied(doubt, guarded);
    }
    return guarded;
  };
}

function applied<F>({ action, name, clause, status }: Doubt<F>, decision: Decision): Decision {
  const isStopping = action === "block" && decision.action.kind === "allow";
  if (action === "block" && !isStopping) return decision;
  const match: PolicyMatch = {
    policy: name,
    mode: "enforce",
    effect: isStopping ? "block" : "observe",
    applied: true,
    reasons: [{ clause, value: "true" }],
  };
  const matches = [...decision.matches, match];
  if (isStopping) return { ...decision, action: { kind: "block", status }, decider: name, matches };
  const marks = [...new Set([...(decision.marks ?? []), name])];
  return { ...decision, marks, labels: [...new Set([...decision.labels, name])], matches };
}
