/** Conditions to typed IR; equal questions become one predicate. Only for programs that checked without error. */
import type { ComparisonNode, ConditionNode, OperatorNode, ValueNode } from "./ast.ts";
import { numberName } from "./field-table.ts";
import { parseListEntry } from "./list-entry.ts";
import type { ConditionIr, FieldIr, PredicateIr, SubjectIr, TestIr } from "./policy-ir.ts";
import { heldPolicy, labelOf } from "./policy-question.ts";
import { type Program, type Subject, typeOf } from "./program.ts";
import type { FieldType } from "./scheme.ts";
import type { Span } from "./source-file.ts";
import { valueOf } from "./value-of.ts";

const longestText = 200;

/** Indices of what conditions may refer to. */
export interface Indices {
  readonly lists: ReadonlyMap<string, number>;
  readonly measures: ReadonlyMap<string, number>;
  readonly memories: ReadonlyMap<string, number>;
  readonly sequences: ReadonlyMap<string, number>;
  readonly fingerprints: ReadonlyMap<string, number>;
}

/** Lowers conditions, collecting their predicates. */
export class ConditionLowering {
  readonly predicates: PredicateIr[] = [];
  private readonly interned = new Map<string, number>();
  private readonly program: Program;
  private readonly indices: Indices;
  private readonly texts: ReadonlyMap<string, string>;

  constructor(program: Program, indices: Indices, texts: ReadonlyMap<string, string>) {
    this.program = program;
    this.indices = indices;
    this.texts = texts;
  }

  /** Lowers conditions in their order. */
  all(nodes: readonly ConditionNode[]): ConditionIr[] {
    return nodes.map((node) => this.condition(node));
  }

  /** Lowers one condition. */
  condition(node: ConditionNode): ConditionIr {
    if (node.kind === "comparison") return this.predicate(node);
    return { kind: node.kind, of: this.all(node.conditions), text: this.textOf(node.span) };
  }

  hasField(name: string): boolean {
    return this.program.fields.find(name) !== undefined;
  }

  /** A field as named in a policy. */
  field(name: string): FieldIr {
    const found = invariant(this.program.fields.find(name), name);
    return { kind: "field", field: found.row.name, parameter: found.parameter };
  }

  /** The index of a list. */
  list(name: string): number {
    return invariant(this.indices.lists.get(name), name);
  }

  /** A stretch of source on one line, shortened for receipts. */
  textOf(span: Span): string {
    const text = (this.texts.get(span.file) ?? "").slice(span.start, span.end);
    const oneLine = text
      .slice(0, 4 * longestText)
      .replaceAll(/#[^\n]*/g, "")
      .replaceAll(/\s+/g, " ");
    return oneLine.length > longestText ? `${oneLine.slice(0, longestText - 1)}…` : oneLine;
  }

  private predicate(node: ComparisonNode): number {
    const state = this.stateSubject(node);
    const known = state ? undefined : invariant(this.program.subject(node.subject.text), node.subject.text);
    const subject = state ?? (asksNumber(node, known) ? this.number(known) : this.subject(node.subject.text));
    const test: TestIr = node.operator && known ? this.test(node.operator, typeOf(known)) : { op: "holds" };
    const key = JSON.stringify([subject, test]);
    const found = this.interned.get(key);
    if (found !== undefined) return found;
    const index = this.predicates.length;
    this.predicates.push({ subject, test, text: this.textOf(node.span) });
    this.interned.set(key, index);
    return index;
  }

  /** `POLICY held` and `labelled NAME`: what they ask is whether it holds. */
  private stateSubject(node: ComparisonNode): SubjectIr | undefined {
    const policy = heldPolicy(node);
    if (policy !== undefined) return { kind: "held", policy };
    const label = labelOf(node.subject.text);
    return label === undefined ? undefined : { kind: "label", label };
  }

  /** A body's value as the number that it is. */
  private number({ row, parameter }: FieldSubject): SubjectIr {
    return { kind: "field", field: numberName(row), parameter };
  }

  private subject(name: string): SubjectIr {
    if (this.program.fields.find(name)) return this.field(name);
    const measure = this.indices.measures.get(name);
    if (measure !== undefined) return { kind: "measure", index: measure };
    const memory = this.indices.memories.get(name);
    if (memory !== undefined) return { kind: "memory", index: memory };
    const sequence = this.indices.sequences.get(name);
    if (sequence !== undefined) return { kind: "sequence", index: sequence };
    return { kind: "fingerprint", index: invariant(this.indices.fingerprints.get(name), name) };
  }

  // oxlint-disable-next-line eslint/complexity -- one case for each operator
  private test(operator: OperatorNode, type: FieldType): TestIr {
    switch (operator.kind) {
      case "missing":
      case "present":
        return { op: operator.kind };
      case "matches":
        return { op: "matches", pattern: operator.pattern, ignoreCase: operator.flags === "i" };
      case "eq":
      case "ne":
        return { op: operator.kind, value: literal(type, operator.value) };
      case "lt":
      case "le":
      case "gt":
      case "ge":
        if (operator.value.kind === "usual") {
          return { op: "usual", compare: operator.kind, factor: operator.value.factor };
        }
        return { op: operator.kind, value: Number(literal(type, operator.value)) };
      case "contains":
      case "ends":
        return { op: operator.kind, value: String(literal(type, operator.value)) };
      case "starts":
        if ("kind" in operator.value) return { op: "starts", value: String(literal(type, operator.value)) };
        return { op: "startsAll", values: operator.value.map((value) => String(literal(type, value))) };
      case "in":
        return this.membership(operator.value, type);
      case "differs":
      case "known":
      case "new":
      case "saturated":
        return { op: operator.kind };
      case "held":
        return invariant<TestIr>(undefined, operator.kind);
    }
  }

  private membership(value: ValueNode | readonly ValueNode[], type: FieldType): TestIr {
    if ("kind" in value)
      return { op: "list", index: invariant(this.indices.lists.get(value.text), value.text) };
    if (type === "ip") return { op: "ranges", cidrs: value.map((part) => part.text) };
    const values = value.map((part) => literal(type, part)).filter((part) => typeof part !== "boolean");
    return { op: "set", values };
  }
}

type FieldSubject = Extract<Subject, { kind: "field" }>;

/** True where a body's value is compared with numbers. */
function asksNumber({ operator }: ComparisonNode, known: Subject | undefined): known is FieldSubject {
  if (known?.kind !== "field" || known.row.type !== "scalar" || !operator || !("value" in operator))
    return false;
  const { value } = operator;
  return "kind" in value ? value.kind === "number" : value[0]?.kind === "number";
}

function literal(type: FieldType, node: ValueNode): string | number | boolean {
  const typed = valueOf(type, node);
  return invariant(typed.isValid ? typed.value : undefined, node.text);
}

/** A list's inline entries. */
export function inlineEntries(
  type: Parameters<typeof parseListEntry>[0],
  values: readonly ValueNode[],
): (string | number)[] {
  return values.map((value) => invariant(parseListEntry(type, value.text), value.text));
}

/** INVARIANT: the rules have refused every program in which this is undefined. */
export function invariant<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`checked program lacks ${what}`);
  return value;
}
