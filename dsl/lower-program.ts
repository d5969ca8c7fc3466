/** A checked program to the set's IR. */
import type * as ast from "./ast.ts";
import { clauseOf } from "./ast.ts";
import { declaredStatus } from "./learned-answer.ts";
import { LineIndex } from "./line-index.ts";
import { isListType } from "./list-entry.ts";
import { listFileOf } from "./list-options.ts";
import { lowerApp } from "./lower-app.ts";
import { ConditionLowering, inlineEntries, invariant } from "./lower-condition.ts";
import { EvidenceLowering } from "./lower-evidence.ts";
import { lowerPolicyClauses, lowerRate } from "./lower-policy-clauses.ts";
import { lowerResponse } from "./lower-response.ts";
import { lowerCohort, lowerSafeguards } from "./lower-safety.ts";
import { lowerChannel, lowerSmtp, lowerTells, lowerWebhook } from "./lower-tells.ts";
import { policyHash } from "./policy-hash.ts";
import * as ir from "./policy-ir.ts";
import type { Program } from "./program.ts";
import { compareText } from "./report.ts";
import { type ResolvedTarget, resolveTarget } from "./resolve-target.ts";
import type { Scheme } from "./scheme.ts";
import type { SourceFile } from "./source-file.ts";

const defaultPriority = 500;
const defaultBlockStatus = 403;

/** Lowers a program that checked without error. */
export function lowerProgram<F>(
  program: Program,
  files: readonly SourceFile[],
  scheme: Scheme<F>,
): ir.PolicyIr {
  return new Lowering(program, files).lower(policyHash(files, scheme));
}

class Lowering {
  private readonly program: Program;
  private readonly texts: ReadonlyMap<string, string>;
  private readonly lines = new Map<string, LineIndex>();
  private readonly conditions: ConditionLowering;
  private readonly responses: ReadonlyMap<string, number>;

  constructor(program: Program, files: readonly SourceFile[]) {
    this.program = program;
    this.texts = new Map(files.map((file) => [file.name, file.text]));
    this.responses = indexOf(program.responses);
    const indices = {
      lists: indexOf(program.lists),
      measures: indexOf(program.measures),
      memories: indexOf(program.memories),
      sequences: indexOf(program.sequences),
      fingerprints: indexOf(program.fingerprints),
    };
    this.conditions = new ConditionLowering(program, indices, this.texts);
  }

  lower(hash: string): ir.PolicyIr {
    const { program } = this;
    const policies = Array.from(program.policies.values(), (node) => this.policy(node));
    policies.sort((left, right) => right.priority - left.priority || compareText(left.name, right.name));
    const evidence = new EvidenceLowering(program, this.conditions);
    const cohorts = Array.from(program.cohorts.values(), (node) =>
      lowerCohort(node, this.conditions, evidence),
    );
    const fingerprints = Array.from(program.fingerprints.values(), (node) => this.fingerprint(node));
    return {
      irVersion: ir.irVersion,
      hash,
      apps: Array.from(program.apps.values(), (node) => lowerApp(node, this.conditions, program)),
      lists: Array.from(program.lists.values(), lowerList),
      predicates: this.conditions.predicates,
      fingerprints,
      measures: Array.from(program.measures.values(), (node) => evidence.measure(node)),
      memories: Array.from(program.memories.values(), (node) => evidence.memory(node)),
      sequences: Array.from(program.sequences.values(), (node) => evidence.sequence(node)),
      cohorts,
      responses: Array.from(program.responses.values(), (node) => this.response(node)),
      webhooks: Array.from(program.webhooks.values(), lowerWebhook),
      channels: Array.from(program.channels.values(), lowerChannel),
      smtp: program.of("smtp").map(lowerSmtp)[0],
      policies,
    };
  }

  // Tests are told the status that the app declares for such answers; the learned one counts in earnest.
  private response(node: ast.ResponseNode): ir.ResponseIr {
    const lowered = lowerResponse(node, this.conditions);
    const { like } = lowered;
    if (!like || like.setsStatus) return lowered;
    return { ...lowered, status: declaredStatus(this.program, like.from) ?? lowered.status };
  }

  private fingerprint(node: ast.FingerprintNode): ir.FingerprintIr {
    return {
      name: node.name.text,
      threshold: invariant(node.threshold, "match at").value,
      scores: node.scores.map((score) => ({
        points: score.points,
        condition: this.conditions.condition(score.condition),
      })),
    };
  }

  private target(node: ast.TargetNode, takesOutcome: boolean): ResolvedTarget {
    const resolved = resolveTarget(this.program, node, takesOutcome);
    return invariant("code" in resolved ? undefined : resolved, node.name.text);
  }

  private policy(node: ast.PolicyNode): ir.PolicyRuleIr {
    const unless = clauseOf(node, "unless");
    const then = invariant(clauseOf(node, "then"), "then");
    const allow = then.effects.find((effect) => effect.kind === "allow");
    const adapt = clauseOf(node, "adapt");
    return {
      name: node.name.text,
      targets: node.targets.map((target) => this.target(target, false).target),
      targetText: node.targets.map((target) => this.conditions.textOf(target.span)).join(", "),
      mode: clauseOf(node, "mode")?.mode ?? "enforce",
      priority: clauseOf(node, "priority")?.value ?? defaultPriority,
      when: this.conditions.all(clauseOf(node, "when")?.conditions ?? []),
      unless: unless && this.conditions.all(unless.conditions),
      stop: this.stop(node, then.effects),
      exempts: allow && (allow.from === "all" ? "all" : textsOf(allow.from)),
      labels: then.effects.filter((effect) => effect.kind === "label").map((effect) => effect.label.text),
      safeguards: this.stops(then.effects) ? lowerSafeguards(node, this.program, this.conditions) : undefined,
      ...lowerPolicyClauses(node, this.conditions),
      tells: lowerTells(then.effects, this.program, this.conditions),
      adapt: adapt && (adapt.isAuto ? "auto" : "off"),
      effectsText: then.effects.map((effect) => this.conditions.textOf(effect.span)).join(", "),
      owner: clauseOf(node, "owner")?.text,
      reason: clauseOf(node, "reason")?.text,
      file: node.span.file,
      line: this.lineOf(node),
      source: (this.texts.get(node.span.file) ?? "").slice(node.span.start, node.span.end),
    };
  }

  private stops(effects: readonly ast.EffectNode[]): boolean {
    return effects.some(({ kind }) => kind === "block" || kind === "deceive" || kind === "ratelimit");
  }

  private stop(node: ast.PolicyNode, effects: readonly ast.EffectNode[]): ir.StopIr | undefined {
    for (const effect of effects) {
      if (effect.kind === "ratelimit") {
        return { kind: "ratelimit", ...lowerRate(node, effect, this.conditions) };
      }
      if (effect.kind === "block") return { kind: "block", status: effect.status ?? defaultBlockStatus };
      if (effect.kind !== "deceive") continue;
      const name = effect.response.text;
      return { kind: "deceive", response: invariant(this.responses.get(name), name) };
    }
    return undefined;
  }

  private lineOf(node: ast.PolicyNode): number {
    const { file, start } = node.span;
    let lines = this.lines.get(file);
    if (!lines) {
      lines = new LineIndex(this.texts.get(file) ?? "");
      this.lines.set(file, lines);
    }
    return lines.at(start).line;
  }
}

function indexOf(names: ReadonlyMap<string, unknown>): Map<string, number> {
  return new Map(Array.from(names.keys(), (name, index) => [name, index]));
}

function textsOf(nodes: readonly { text: string }[]): string[] {
  return nodes.map((node) => node.text);
}

function lowerList(node: ast.ListNode): ir.ListIr {
  const type = invariant(isListType(node.type.text) ? node.type.text : undefined, node.type.text);
  const source = node.file
    ? listFileOf(node, node.file.text)
    : { values: inlineEntries(type, node.values ?? []) };
  return { name: node.name.text, type, source };
}
