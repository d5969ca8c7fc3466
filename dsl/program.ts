/** Everything that a set of files declares, by name: what the rules check and what is lowered. */
import * as ast from "./ast.ts";
import { FieldTable } from "./field-table.ts";
import { type GaugeRoom, usualRoom } from "./gauge-memory.ts";
import type { ListPort } from "./list-port.ts";
import { References } from "./references.ts";
import type { FieldRow, FieldType, Scheme } from "./scheme.ts";
import { comparisonsIn, conditionRoots } from "./walk.ts";

/** What a name in a condition stands for. */
export type Subject =
  | { readonly kind: "field"; readonly row: FieldRow<never>; readonly parameter: string }
  | { readonly kind: "measure"; readonly node: ast.MeasureNode }
  | { readonly kind: "memory"; readonly node: ast.RememberNode }
  | { readonly kind: "sequence"; readonly node: ast.SequenceNode }
  | { readonly kind: "fingerprint"; readonly node: ast.FingerprintNode };

/** A parsed set before anything is known to make sense. */
export class Program {
  readonly declarations: readonly ast.Declaration[];
  /** True when parsing lost declarations, so that an unknown name may well be declared. */
  readonly isPartial: boolean;
  readonly fields: FieldTable<never>;
  readonly listPort: ListPort;
  /** When it is compiled, ms since the epoch. */
  readonly now: number;
  /** What the host gives for state. */
  readonly room: GaugeRoom;
  private readonly byKind = new Map<ast.Declaration["kind"], readonly ast.Declaration[]>();
  private compared: readonly ast.ComparisonNode[] | undefined;
  private referenced: References | undefined;
  private labels: Map<string, ast.PolicyNode[]> | undefined;
  readonly apps = new Map<string, ast.AppNode>();
  readonly lists = new Map<string, ast.ListNode>();
  readonly fingerprints = new Map<string, ast.FingerprintNode>();
  readonly measures = new Map<string, ast.MeasureNode>();
  readonly responses = new Map<string, ast.ResponseNode>();
  readonly policies = new Map<string, ast.PolicyNode>();
  readonly memories = new Map<string, ast.RememberNode>();
  readonly sequences = new Map<string, ast.SequenceNode>();
  readonly cohorts = new Map<string, ast.CohortNode>();
  readonly webhooks = new Map<string, ast.WebhookNode>();
  readonly channels = new Map<string, ast.ChannelNode>();

  constructor(
    declarations: readonly ast.Declaration[],
    isPartial: boolean,
    scheme: Scheme<never>,
    listPort: ListPort,
    now = Date.now(),
    room = usualRoom,
  ) {
    this.declarations = declarations;
    this.isPartial = isPartial;
    this.fields = new FieldTable(scheme);
    this.listPort = listPort;
    this.now = now;
    this.room = room;
    for (const declaration of declarations) this.declare(declaration);
  }

  // The first declaration of a name stands; the others are reported by a rule.
  private declare(node: ast.Declaration): void {
    const add = <T>(names: Map<string, T>, value: T) => {
      if (!names.has(node.name.text)) names.set(node.name.text, value);
    };
    switch (node.kind) {
      case "app":
        return add(this.apps, node);
      case "list":
        return add(this.lists, node);
      case "fingerprint":
        return add(this.fingerprints, node);
      case "measure":
        return add(this.measures, node);
      case "response":
        return add(this.responses, node);
      case "policy":
        return add(this.policies, node);
      case "remember":
        return add(this.memories, node);
      case "sequence":
        return add(this.sequences, node);
      case "cohort":
        return add(this.cohorts, node);
      case "webhook":
        return add(this.webhooks, node);
      case "channel":
        return add(this.channels, node);
      // One mail server serves all channels; a policy may have several tests. `of` gives both.
      case "smtp":
      case "test":
    }
  }

  /** Declarations of a kind, repeated names included. */
  of<K extends ast.Declaration["kind"]>(kind: K): readonly Extract<ast.Declaration, { kind: K }>[] {
    let found = this.byKind.get(kind);
    if (!found) {
      found = this.declarations.filter((node) => node.kind === kind);
      this.byKind.set(kind, found);
    }
    return found as readonly Extract<ast.Declaration, { kind: K }>[];
  }

  /** Every comparison in policies, cohorts and fingerprints. */
  get comparisons(): readonly ast.ComparisonNode[] {
    this.compared ??= conditionRoots(this.declarations).flatMap((root) => comparisonsIn(root));
    return this.compared;
  }

  /** What policies, fingerprints and labels rest on. */
  get references(): References {
    this.referenced ??= new References(this.declarations, (name) => {
      return this.subject(name)?.kind === "fingerprint";
    });
    return this.referenced;
  }

  /** The policies that give a label. */
  givers(label: string): readonly ast.PolicyNode[] {
    if (!this.labels) {
      this.labels = new Map();
      for (const policy of this.policies.values()) {
        for (const effect of ast.clauseOf(policy, "then")?.effects ?? []) {
          if (effect.kind !== "label") continue;
          const others = this.labels.get(effect.label.text);
          if (others) others.push(policy);
          else this.labels.set(effect.label.text, [policy]);
        }
      }
    }
    return this.labels.get(label) ?? [];
  }

  /** What a name in a condition stands for. */
  subject(name: string): Subject | undefined {
    const field = this.fields.find(name);
    if (field) return { kind: "field", ...field };
    const measure = this.measures.get(name);
    if (measure) return { kind: "measure", node: measure };
    const memory = this.memories.get(name);
    if (memory) return { kind: "memory", node: memory };
    const sequence = this.sequences.get(name);
    if (sequence) return { kind: "sequence", node: sequence };
    const fingerprint = this.fingerprints.get(name);
    return fingerprint && { kind: "fingerprint", node: fingerprint };
  }

  /** All names that a condition may use, for suggestions. */
  *subjectNames(): Iterable<string> {
    yield* this.fields.names();
    yield* this.measures.keys();
    yield* this.memories.keys();
    yield* this.sequences.keys();
    yield* this.fingerprints.keys();
  }
}

const measureTypes = {
  count: "int",
  distinct: "int",
  new: "int",
  share: "percent",
  gap: "duration",
} as const;

/** The type that a subject has in comparisons: measures are counts, percentages or durations, fingerprints scores, the rest of evidence bools. */
export function typeOf(subject: Subject): FieldType {
  switch (subject.kind) {
    case "field":
      return subject.row.type;
    case "measure":
      return measureTypes[subject.node.what];
    case "fingerprint":
      return "score";
    case "memory":
    case "sequence":
      return "bool";
  }
}
