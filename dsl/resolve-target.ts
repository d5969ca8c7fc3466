/** What a target's words mean: app, route, tag, and the outcome that a measure counts. */
import type { NameNode, TargetNode } from "./ast.ts";
import type { Code } from "./codes.ts";
import type { TargetIr } from "./policy-ir.ts";
import type { OutcomeKind } from "./policy-set.ts";
import type { Program } from "./program.ts";
import { quoted, type Span } from "./source-file.ts";
import { didYouMean } from "./suggest.ts";

/** Why a target means nothing. */
export interface TargetProblem {
  readonly code: Code;
  readonly span: Span;
  readonly message: string;
  readonly help: () => string | undefined;
}

/** A target, and the outcome after it; `failure` covers unknown users and locked accounts too. */
export interface ResolvedTarget {
  readonly target: TargetIr;
  readonly outcomes: readonly OutcomeKind[] | undefined;
  /** Attempts at once, until they succeed. */
  readonly isUnproven?: true;
}

/** After a target: attempts that are not over, or have failed. */
export const unproven = "unproven";

const outcomes: Readonly<Record<string, readonly OutcomeKind[]>> = {
  success: ["success"],
  // An app that tells its failures more finely apart must not escape a policy that counts failures.
  failure: ["failure", "unknown_user", "locked"],
  unknown_user: ["unknown_user"],
  locked: ["locked"],
  challenge: ["challenge"],
  throttled: ["throttled"],
  stopped: ["stopped"],
};

/** The outcomes that a word stands for; undefined for any other word. */
export function outcomeKinds(word: string): readonly OutcomeKind[] | undefined {
  return Object.hasOwn(outcomes, word) ? outcomes[word] : undefined;
}

/** The words for outcomes, for suggestions. */
export function outcomeWords(): string[] {
  return Object.keys(outcomes);
}

/** Resolves a target; only measures take an outcome (`tagged auth.failure`). */
export function resolveTarget(
  program: Program,
  node: TargetNode,
  takesOutcome: boolean,
): ResolvedTarget | TargetProblem {
  const [first = "", second, third, ...rest] = node.name.text.split(".");
  if (node.isTagged)
    return withOutcome({ kind: "tagged", tag: first }, [second, third, ...rest], node.name, takesOutcome);
  if (first === "everything") {
    return withOutcome({ kind: "everything" }, [second, third, ...rest], node.name, takesOutcome);
  }
  const app = program.apps.get(first);
  if (!app) {
    const known = [...program.apps.keys(), "everything"];
    const message = `unknown app ${quoted(first)}`;
    return {
      code: "N004",
      span: node.name.span,
      message,
      help: () => didYouMean(first, known) ?? tagHelp(program, first),
    };
  }
  if (second === undefined) return { target: { kind: "app", app: first }, outcomes: undefined };
  const routes = app.routes.map((route) => route.name.text);
  if (routes.includes(second)) {
    return withOutcome(
      { kind: "route", app: first, route: second },
      [third, ...rest],
      node.name,
      takesOutcome,
    );
  }
  if (takesOutcome && third === undefined && (second === unproven || Object.hasOwn(outcomes, second))) {
    return withOutcome({ kind: "app", app: first }, [second], node.name, takesOutcome);
  }
  const message = `app ${quoted(first)} has no route ${quoted(second)}`;
  return { code: "N005", span: node.name.span, message, help: () => didYouMean(second, routes) };
}

function withOutcome(
  target: TargetIr,
  words: readonly (string | undefined)[],
  name: NameNode,
  takesOutcome: boolean,
): ResolvedTarget | TargetProblem {
  const [word, ...more] = words.filter((part) => part !== undefined);
  if (word === undefined) return { target, outcomes: undefined };
  const found = more.length === 0 ? outcomeKinds(word) : undefined;
  if (found && takesOutcome) return { target, outcomes: found };
  if (word === unproven && more.length === 0 && takesOutcome) {
    return { target, outcomes: undefined, isUnproven: true };
  }
  const text = [word, ...more].join(".");
  const message = takesOutcome
    ? `unknown outcome ${quoted(text)}`
    : `a policy has no outcome as its target: ${quoted(text)}`;
  const help = takesOutcome
    ? () =>
        didYouMean(text, [...outcomeWords(), unproven]) ??
        `outcomes are ${outcomeWords().map(quoted).join(", ")}`
    : () => "count outcomes with a `measure` and ask for it in `when`";
  return { code: "N006", span: name.span, message, help };
}

function tagHelp(program: Program, name: string): string | undefined {
  return tagsOf(program).has(name) ? `\`${name}\` is a tag: write \`tagged ${name}\`` : undefined;
}

/** Every tag that an app or a route carries. */
export function tagsOf(program: Program): Set<string> {
  const tags = new Set<string>();
  for (const app of program.apps.values()) {
    for (const tag of app.tags) tags.add(tag.text);
    for (const route of app.routes) for (const tag of route.tags) tags.add(tag.text);
  }
  return tags;
}
