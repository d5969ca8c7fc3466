/** What policies mean, in the plainest way: the syntax tree walked for each request. Tests hold the compiler to it. */
import type {
  ComparisonNode,
  ConditionNode,
  MeasureNode,
  PolicyNode,
  RememberNode,
  TargetNode,
  ValueNode,
} from "./ast.ts";
import { clauseOf } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { parseListEntry } from "./list-entry.ts";
import { NaiveEvidence, type PastRequest } from "./naive-evidence.ts";
import { labelOf } from "./policy-question.ts";
import type { Program } from "./program.ts";
import type { FieldValue, IpValue } from "./scheme.ts";

/** True, false, or undefined for unknown. */
type Kleene = boolean | undefined;

/** What the naive judge says, in the words of a decision. */
export interface NaiveVerdict {
  readonly stopper: string | undefined;
  /** Whose exemption kept the request from being stopped at all. */
  readonly exempter: string | undefined;
  readonly matched: readonly string[];
  readonly labels: readonly string[];
}

/** Judges by walking the tree; `past` holds every earlier request and this one, which has no outcome yet. */
export class NaiveJudge {
  private readonly program: Program;
  private readonly now: PastRequest;
  private readonly evidence: NaiveEvidence;

  constructor(program: Program, past: readonly PastRequest[], now: PastRequest) {
    this.program = program;
    this.now = now;
    this.evidence = new NaiveEvidence(past, now, (target, route) => this.covers(target, route));
  }

  judge(): NaiveVerdict {
    const matched = [...this.program.policies.values()]
      .filter((policy) => policy.targets.some((target) => this.covers(target, this.now.route)))
      .filter((policy) => clauseOf(policy, "mode")?.mode !== "draft" && this.matches(policy))
      .sort(
        (left, right) => priorityOf(right) - priorityOf(left) || (left.name.text < right.name.text ? -1 : 1),
      );
    const live = matched.filter((policy) => clauseOf(policy, "mode")?.mode !== "shadow");
    const stops = live.filter((policy) =>
      effectsOf(policy).some(({ kind }) => kind === "block" || kind === "deceive"),
    );
    const silencerOf = (stop: PolicyNode) => live.find((policy) => exempts(policy, stop.name.text));
    const stopper = stops.find((stop) => !silencerOf(stop));
    const silenced = stopper ? undefined : stops[0];
    const labels = live.flatMap((policy) =>
      effectsOf(policy).flatMap((effect) => (effect.kind === "label" ? [effect.label.text] : [])),
    );
    return {
      stopper: stopper?.name.text,
      exempter: silenced && silencerOf(silenced)?.name.text,
      matched: matched.map((policy) => policy.name.text),
      labels: [...new Set(labels)],
    };
  }

  private covers(target: TargetNode, route: string): boolean {
    const [first, second] = target.name.text.split(".");
    const app = [...this.program.apps.values()][0]!;
    const node = app.routes.find((candidate) => candidate.name.text === route);
    if (target.isTagged) return [...app.tags, ...(node?.tags ?? [])].some((tag) => tag.text === first);
    if (first === "everything" || second === undefined) return true;
    return second === route || !app.routes.some((candidate) => candidate.name.text === second);
  }

  private matches(policy: PolicyNode): boolean {
    const unless = clauseOf(policy, "unless");
    const when = clauseOf(policy, "when")?.conditions ?? [];
    return (
      when.every((condition) => this.ask(condition) === true) &&
      !(unless && unless.conditions.every((condition) => this.ask(condition) === true))
    );
  }

  private ask(condition: ConditionNode): Kleene {
    if (condition.kind === "comparison") return this.compare(condition);
    const answers = new Set(condition.conditions.map((part) => this.ask(part)));
    const hasUnknown = answers.has(undefined);
    if (condition.kind === "all") return answers.has(false) ? false : hasUnknown ? undefined : true;
    const anyTrue = answers.has(true) ? true : hasUnknown ? undefined : false;
    if (condition.kind === "any" || anyTrue === undefined) return anyTrue;
    return !anyTrue;
  }

  // oxlint-disable-next-line eslint/complexity -- one case for each operator
  private compare({ subject, operator }: ComparisonNode): Kleene {
    const label = labelOf(subject.text);
    if (label !== undefined) return this.isLabelled(label);
    const known = this.program.subject(subject.text);
    if (operator?.kind === "saturated") return false;
    if (known?.kind === "memory" && operator) {
      const answer = this.askMemory(known.node, operator.kind);
      if (answer !== "a value") return answer;
    }
    const value = this.valueOf(subject.text);
    if (operator?.kind === "missing") return value === undefined;
    if (operator?.kind === "present") return value !== undefined;
    if (value === undefined) return undefined;
    if (known?.kind === "fingerprint" && asksMatch(operator)) {
      const wanted = !operator || (operator.kind === "eq") === isTrue(operator);
      return Number(value) >= known.node.threshold!.value === wanted;
    }
    if (!operator) return value === true;
    if ("value" in operator && "kind" in operator.value && operator.value.kind === "usual") {
      return known?.kind === "measure"
        ? this.compareUsual(known.node, operator.kind, operator.value.factor)
        : undefined;
    }
    switch (operator.kind) {
      case "eq":
      case "ne": {
        if (isNumberOfText(value, operator.value) && Number.isNaN(numericOf(value))) return undefined;
        return isEqual(value, operator.value) === (operator.kind === "eq");
      }
      case "lt":
        return ordered(value, operator.value, (left, right) => left < right);
      case "le":
        return ordered(value, operator.value, (left, right) => left <= right);
      case "gt":
        return ordered(value, operator.value, (left, right) => left > right);
      case "ge":
        return ordered(value, operator.value, (left, right) => left >= right);
      case "contains":
        return Array.isArray(value)
          ? value.includes(operator.value.text)
          : textOf(value).includes(operator.value.text);
      case "ends":
        return textOf(value).endsWith(operator.value.text);
      case "starts":
        if ("kind" in operator.value) return textOf(value).startsWith(operator.value.text);
        return operator.value.every((part, index) => Array.isArray(value) && value[index] === part.text);
      case "matches":
        // Patterns of the generated programs mean the same in both engines.
        return new RegExp(operator.pattern, operator.flags).test(textOf(value));
      case "in": {
        const list =
          "kind" in operator.value ? this.program.lists.get(operator.value.text)?.values : operator.value;
        if (isNumberOfText(value, list?.[0]) && Number.isNaN(numericOf(value))) return undefined;
        return (list ?? []).some((part) => isEqual(value, part));
      }
      case "differs":
      case "known":
      case "new":
      case "held":
        throw new Error(`the naive judge does not know ${operator.kind}`);
    }
  }

  private askMemory(node: RememberNode, question: string): Kleene | "a value" {
    if (question !== "known" && question !== "new" && question !== "differs") return "a value";
    const remembered = this.evidence.remembered(node);
    const shown = this.evidence.shown(node);
    if (!remembered || shown === undefined) return undefined;
    if (question === "differs" && remembered.length === 0) return undefined;
    return remembered.includes(shown) === (question === "known");
  }

  private compareUsual(node: MeasureNode, sign: string, factor: number): Kleene {
    const value = this.evidence.measure(node)!;
    const usual = this.evidence.usual(node);
    if (usual === undefined) return undefined;
    const highest = node.what === "share" && factor > 1 ? Math.max(95, (usual + 100) / 2) : Infinity;
    const limit = Math.min(usual * factor, highest);
    return { lt: value < limit, le: value <= limit, gt: value > limit, ge: value >= limit }[sign];
  }

  /** Whether a live policy gives the request the label; circles do not compile. */
  private isLabelled(label: string): boolean {
    return [...this.program.policies.values()].some(
      (policy) =>
        (clauseOf(policy, "mode")?.mode ?? "enforce") === "enforce" &&
        effectsOf(policy).some((effect) => effect.kind === "label" && effect.label.text === label) &&
        policy.targets.some((target) => this.covers(target, this.now.route)) &&
        this.matches(policy),
    );
  }

  private valueOf(name: string): FieldValue | undefined {
    const subject = this.program.subject(name)!;
    switch (subject.kind) {
      case "field":
        if (name.endsWith(".truncated")) {
          const whole = this.now.facts[name.slice(0, -".truncated".length)];
          return typeof whole === "string" ? whole.length > 1024 : undefined;
        }
        return this.now.facts[name];
      case "fingerprint": {
        const held = subject.node.scores.filter((score) => this.ask(score.condition) === true);
        return held.reduce((sum, score) => sum + score.points, 0);
      }
      case "measure":
        return this.evidence.measure(subject.node);
      case "memory":
        return this.evidence.remembered(subject.node)?.length ? "something" : undefined;
      case "sequence":
        return this.evidence.isComplete(subject.node);
    }
  }
}

function priorityOf(policy: PolicyNode): number {
  return clauseOf(policy, "priority")?.value ?? 500;
}

function effectsOf(policy: PolicyNode) {
  return clauseOf(policy, "then")?.effects ?? [];
}

function exempts(policy: PolicyNode, name: string): boolean {
  return effectsOf(policy).some(
    (effect) =>
      effect.kind === "allow" && (effect.from === "all" || effect.from.some((from) => from.text === name)),
  );
}

/** Whether a fingerprint is asked if it matched, and not for its points. */
function asksMatch(operator: ComparisonNode["operator"]): boolean {
  return !operator || ("value" in operator && "kind" in operator.value && operator.value.kind === "word");
}

function isTrue(operator: ComparisonNode["operator"]): boolean {
  return (
    operator !== undefined &&
    "value" in operator &&
    "kind" in operator.value &&
    operator.value.text === "true"
  );
}

function textOf(value: FieldValue): string {
  return typeof value === "string" ? value : "";
}

function numberOf(value: ValueNode): number {
  return value.kind === "duration" ? parseDuration(value.text)! : Number.parseFloat(value.text);
}

/** A body's value against a number. */
function isNumberOfText(value: FieldValue, literal: ValueNode | undefined): boolean {
  return typeof value === "string" && literal?.kind === "number";
}

function numericOf(value: FieldValue): number {
  if (typeof value !== "string") return Number(value);
  return value.trim() === "" ? Number.NaN : Number(value);
}

function ordered(
  value: FieldValue,
  literal: ValueNode,
  holds: (left: number, right: number) => boolean,
): Kleene {
  const number = numericOf(value);
  return Number.isNaN(number) ? undefined : holds(number, numberOf(literal));
}

function isEqual(value: FieldValue, literal: ValueNode): boolean {
  if (isNumberOfText(value, literal)) return numericOf(value) === numberOf(literal);
  if (typeof value === "object" && "family" in value) return isWithin(value, literal.text);
  if (typeof value === "boolean") return String(value) === literal.text;
  if (typeof value === "number") return value === (parseListEntry("asn", literal.text) ?? numberOf(literal));
  return value === literal.text;
}

// Bit by bit, on purpose unlike the range tables that it checks.
function isWithin(ip: IpValue, network: string): boolean {
  const [address = "", bits = "32"] = network.split("/");
  return binary(ip.text).slice(0, Number(bits)) === binary(address).slice(0, Number(bits));
}

function binary(address: string): string {
  const parts = address.split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
  return parts.join("");
}
