/**
 * What each word of a text is for, and what may come next: walks the grammar's own productions, one token at a
 * time, so that what editors offer cannot differ from what the parser takes. Goes on after mistakes.
 */
import {
  Alternation,
  Alternative,
  type IProduction,
  type IToken,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  Terminal,
  type TokenType,
  tokenMatcher,
} from "chevrotain";
import { grammarRules } from "../parse-file.ts";

/** The rule that a token belongs to, and the rules around it. */
export interface Scope {
  readonly rule: string;
  readonly parent: Scope | undefined;
}

type Step =
  | { readonly kind: "token"; readonly type: TokenType }
  | { readonly kind: "rule"; readonly rule: string }
  | { readonly kind: "choice"; readonly alternatives: readonly Steps[] }
  | { readonly kind: "option" | "repeat"; readonly body: Steps };

/** A sequence, and the tokens that it can begin with. */
interface Steps {
  readonly list: readonly Step[];
  first: readonly TokenType[] | undefined;
}

/** A place in the grammar: what is left of the innermost sequence, then what follows it. */
export interface Place {
  readonly steps: Steps;
  readonly at: number;
  readonly scope: Scope;
  readonly next: Place | undefined;
}

/** A token that may come next, with the rule that wants it. */
export interface Expected {
  readonly type: TokenType;
  readonly scope: Scope;
}

let sharedRules: ReadonlyMap<string, Steps> | undefined;

function rules(): ReadonlyMap<string, Steps> {
  sharedRules ??= new Map(
    Object.entries(grammarRules()).map(([name, rule]) => [name, stepsOf(rule.definition)]),
  );
  return sharedRules;
}

function ruleSteps(name: string): Steps {
  return rules().get(name) ?? { list: [], first: [] };
}

function stepsOf(productions: readonly IProduction[]): Steps {
  return { list: productions.flatMap(stepOf), first: undefined };
}

function stepOf(production: IProduction): Step[] {
  if (production instanceof Terminal) return [{ kind: "token", type: production.terminalType }];
  if (production instanceof NonTerminal) return [{ kind: "rule", rule: production.nonTerminalName }];
  if (production instanceof Option) return [{ kind: "option", body: stepsOf(production.definition) }];
  if (production instanceof Repetition) return [{ kind: "repeat", body: stepsOf(production.definition) }];
  if (production instanceof RepetitionMandatory) {
    const body = stepsOf(production.definition);
    return [...body.list, { kind: "repeat", body }];
  }
  if (production instanceof Alternation) {
    const alternatives = production.definition.map((one) =>
      stepsOf(one instanceof Alternative ? one.definition : [one]),
    );
    return [{ kind: "choice", alternatives }];
  }
  return [];
}

/** The tokens that a sequence can begin with, and whether it can be empty. */
function firstOf(steps: Steps): readonly TokenType[] {
  if (steps.first) return steps.first;
  const found = new Set<TokenType>();
  for (const step of steps.list) {
    if (!addFirst(step, found)) break;
  }
  steps.first = [...found];
  return steps.first;
}

/** Adds what a step can begin with; true when it can be left out. No rule of the grammar but `file` is empty. */
function addFirst(step: Step, found: Set<TokenType>): boolean {
  switch (step.kind) {
    case "token":
      found.add(step.type);
      return false;
    case "rule":
      for (const type of firstOf(ruleSteps(step.rule))) found.add(type);
      return false;
    case "choice":
      for (const alternative of step.alternatives) for (const type of firstOf(alternative)) found.add(type);
      return false;
    case "option":
    case "repeat":
      for (const type of firstOf(step.body)) found.add(type);
      return true;
  }
}

function canBegin(steps: Steps, token: IToken): boolean {
  return firstOf(steps).some((type) => tokenMatcher(token, type));
}

/** The place before the first token of a file. */
export function startOfFile(): Place {
  return { steps: ruleSteps("file"), at: 0, scope: { rule: "file", parent: undefined }, next: undefined };
}

/** A token's rule and type, and the place behind it. */
export interface Advance {
  readonly scope: Scope;
  readonly type: TokenType;
  readonly after: Place | undefined;
}

/** Takes a token where the parser would; undefined where it would not. */
function advance(start: Place | undefined, token: IToken): Advance | undefined {
  let place = start;
  while (place) {
    const step = place.steps.list[place.at];
    if (!step) {
      place = place.next;
      continue;
    }
    const { scope } = place;
    const after: Place = { steps: place.steps, at: place.at + 1, scope, next: place.next };
    switch (step.kind) {
      case "token":
        return tokenMatcher(token, step.type) ? { scope, type: step.type, after } : undefined;
      case "rule":
        place = inside(step.rule, after);
        break;
      case "choice": {
        const chosen = step.alternatives.find((alternative) => canBegin(alternative, token));
        if (!chosen) return undefined;
        place = { steps: chosen, at: 0, scope, next: after };
        break;
      }
      case "option":
        place = canBegin(step.body, token) ? { steps: step.body, at: 0, scope, next: after } : after;
        break;
      case "repeat":
        place = canBegin(step.body, token) ? { steps: step.body, at: 0, scope, next: place } : after;
        break;
    }
  }
  return undefined;
}

function inside(rule: string, next: Place): Place {
  return { steps: ruleSteps(rule), at: 0, scope: { rule, parent: next.scope }, next };
}

/** How many unfinished sequences a token may end: deeper than the parser itself goes, so that hostile text costs no more. */
const mostEnded = 500;

/** As `advance`; a token that does not fit ends what is unfinished around it, or is skipped (undefined). */
export function advanceOrRecover(start: Place | undefined, token: IToken): Advance | undefined {
  let place = start;
  for (let ended = 0; place && ended < mostEnded; ended++) {
    const found = advance(place, token);
    if (found) return found;
    place = place.next;
  }
  return undefined;
}

/** Everything that may come next at a place, outer continuations last. */
export function expectedAt(start: Place | undefined): Expected[] {
  const found: Expected[] = [];
  const visit = (place: Place | undefined): void => {
    if (!place) return;
    const step = place.steps.list[place.at];
    if (!step) return visit(place.next);
    const { scope } = place;
    const after: Place = { steps: place.steps, at: place.at + 1, scope, next: place.next };
    switch (step.kind) {
      case "token":
        found.push({ type: step.type, scope });
        return;
      case "rule":
        return visit(inside(step.rule, after));
      case "choice":
        for (const steps of step.alternatives) visit({ steps, at: 0, scope, next: after });
        return;
      case "option":
      case "repeat":
        // What is repeated is no less than a token, so visiting it cannot come back here.
        visit({ steps: step.body, at: 0, scope, next: after });
        return visit(after);
    }
  };
  visit(start);
  return found;
}
