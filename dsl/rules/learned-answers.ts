/** N004, N005, N006, S024, S025, W035: what a made-up answer is learned from is there, and safe to be learned from. */
import { clauseOf, type LikeNode, type NameNode, type ResponseNode, type TargetNode } from "../ast.ts";
import { coveredRoutes } from "../covered-routes.ts";
import type { Program } from "../program.ts";
import type { Report } from "../report.ts";
import { resolveTarget } from "../resolve-target.ts";
import { quoted } from "../source-file.ts";
import { didYouMean } from "../suggest.ts";
import type { Rule } from "./rule.ts";

/** Reports `like` where there is no such route or outcome, and where the answer would hand out a session. */
export const learnedAnswers: Rule = (program, report) => {
  for (const response of program.of("response")) {
    const { like } = response;
    if (like && isRoute(like.target, program, report)) {
      checkOutcome(like, program, report);
      checkSession(response, like, program, report);
    }
    for (const clause of response.clauses) {
      if (clause.kind !== "latency" || clause.latency.kind !== "like") continue;
      isRoute(clause.latency.target, program, report);
    }
  }
};

/** Warns of policies on routes that answer in another way than what is learned. */
export const foreignAnswers: Rule = (program, report) => {
  for (const policy of program.of("policy")) {
    const deceive = clauseOf(policy, "then")?.effects.find((effect) => effect.kind === "deceive");
    const like = deceive && program.responses.get(deceive.response.text)?.like;
    if (!like) continue;
    const resolved = policy.targets.map((target) => resolveTarget(program, target, false));
    const covered = resolved.flatMap((one) => ("code" in one ? [] : coveredRoutes(program, one.target)));
    const foreign = covered.find((route) => route !== like.target.name.text && !route.endsWith("."));
    if (foreign === undefined) continue;
    const message = `this policy is on ${quoted(foreign)} too, whose genuine answers may look different`;
    const related = [{ span: like.span, message: "learned from this route" }];
    const help = `write a policy \`on ${like.target.name.text}\`, and one for each other route`;
    report.add("W035", deceive.response.span, message, { related, help });
  }
};

function isRoute(node: TargetNode, program: Program, report: Report): boolean {
  const words = node.name.text.split(".");
  const isNamed = !node.isTagged && words[0] !== "everything";
  if (isNamed) {
    const resolved = resolveTarget(program, words.length > 2 ? firstTwo(node) : node, false);
    if ("code" in resolved) {
      report.add(resolved.code, resolved.span, resolved.message, { help: resolved.help });
      return false;
    }
    if (resolved.target.kind === "route" && words.length === 2) return true;
  }
  const help = "write one route, and after it an outcome if you like: `like bank.login failure`";
  report.add("S024", node.span, "answers are learned from one route", { help });
  return false;
}

function firstTwo(node: TargetNode): TargetNode {
  const text = node.name.text.split(".").slice(0, 2).join(".");
  return { ...node, name: { ...node.name, text } };
}

/** The outcome line of a route. */
function outcomeAt({ name }: TargetNode, program: Program) {
  const [app = "", route = ""] = name.text.split(".");
  const outcomes = program.apps.get(app)?.outcomes ?? [];
  return outcomes.find((one) => (one.routes ?? [one.event]).some((node: NameNode) => node.text === route));
}

function checkOutcome({ target, outcome }: LikeNode, program: Program, report: Report): void {
  if (!outcome) return;
  const kinds = outcomeAt(target, program)?.cases.map((one) => one.kind) ?? [];
  if (kinds.some((kind) => kind === outcome.text)) return;
  const message = `route ${quoted(target.name.text)} has no outcome ${quoted(outcome.text)}`;
  const help = () =>
    kinds.length === 0
      ? `add \`outcome … at ${target.name.text.split(".")[1]}\` to the app`
      : (didYouMean(outcome.text, kinds) ?? `it has ${kinds.map(quoted).join(", ")}`);
  report.add("N006", outcome.span, message, { help });
}

// Who gets in is told a session: a lie may only hand out one that is made up, and says what goes with it itself.
function checkSession({ clauses }: ResponseNode, like: LikeNode, program: Program, report: Report): void {
  if (outcomeAt(like.target, program)?.event.text !== "login") return;
  if (like.outcome && like.outcome.text !== "success") return;
  if (clauses.some(({ kind }) => kind === "json" || kind === "body" || kind === "html")) return;
  const message = like.outcome
    ? "this answer lets people in: what it says of them cannot be learned"
    : "some of these answers let people in";
  const help = like.outcome
    ? "give a body of your own, with `fake` values: `{ json { access_token: fake hex 40 } }`"
    : `name an outcome: \`like ${like.target.name.text} failure\``;
  report.add("S025", like.span, message, { help });
}
