/** Opens the measures, memories and sequences that live conditions ask, and says of which requests each is told. */
import type { FieldIr, PolicyIr, SequenceIr, TargetIr } from "../policy-ir.ts";
import type { Outcome, OutcomeKind } from "../policy-set.ts";
import type { FieldReader } from "../scheme.ts";
import type { StatePorts } from "../state-ports.ts";
import { usualBounds } from "../usual-bounds.ts";
import type { Evaluation } from "./evaluation.ts";
import { LinkedMeasure } from "./linked-measure.ts";
import { LinkedMemory } from "./linked-memory.ts";
import { LinkedSequence } from "./linked-sequence.ts";

/** Where state comes from: the requests of a target, as they come or once they are finished. */
export interface Feed<F> {
  /** Feeds of one request are told in this order. */
  readonly order: number;
  readonly target: TargetIr;
  /** Undefined: requests as they come; otherwise finished ones with one of these outcomes, or with any. */
  readonly outcomes: readonly OutcomeKind[] | "any" | undefined;
  readonly fields: readonly FieldIr[];
  take(facts: F, outcome: Outcome | undefined): void;
  /** A measure of unproven attempts is not told with `take`: it asks for what becomes of each. */
  readonly attempts?: LinkedMeasure<F>;
  /** The measure whose usual value is learnt from these requests. */
  readonly measure: LinkedMeasure<F> | undefined;
}

/** Kinds of evidence that keep state. */
type Stateful = "measure" | "memory" | "sequence";

/** Links each piece of evidence at its first use. */
export class EvidenceLinker<F> {
  private readonly ir: PolicyIr;
  private readonly ports: StatePorts;
  private readonly evaluation: Evaluation;
  private readonly reader: (field: FieldIr) => FieldReader<F>;
  private readonly measures = new Map<number, LinkedMeasure<F>>();
  private readonly memories = new Map<number, LinkedMemory<F>>();
  private readonly sequences = new Map<number, LinkedSequence<F>>();

  constructor(
    ir: PolicyIr,
    ports: StatePorts,
    evaluation: Evaluation,
    reader: (field: FieldIr) => FieldReader<F>,
  ) {
    this.ir = ir;
    this.ports = ports;
    this.evaluation = evaluation;
    this.reader = reader;
  }

  measure(index: number): LinkedMeasure<F> {
    return once(this.measures, index, () => {
      const ir = this.ir.measures[index]!;
      const { id, name, kind, windowMs, atLeast, statistic } = ir;
      const gauge = this.ports.open({
        id,
        name,
        kind,
        windowMs,
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(statistic === undefined ? {} : { statistic }),
      });
      const readers = { by: this.readers(ir.by), value: ir.value && this.reader(ir.value) };
      return new LinkedMeasure(ir, gauge, readers, this.evaluation);
    });
  }

  /** A measure that learns what is usual. */
  measureWithUsual(index: number): LinkedMeasure<F> {
    const measure = this.measure(index);
    const { id, name, windowMs } = measure.ir;
    measure.baseline ??= this.ports.openBaseline({ id, name, windowMs, ...usualBounds(measure.ir) });
    return measure;
  }

  memory(index: number): LinkedMemory<F> {
    return once(this.memories, index, () => {
      const { id, name, forMs, by, values } = this.ir.memories[index]!;
      const memory = this.ports.openMemory({ id, name, forMs });
      return new LinkedMemory(
        memory,
        { by: this.readers(by), values: this.readers(values) },
        this.evaluation,
      );
    });
  }

  sequence(index: number): LinkedSequence<F> {
    return once(this.sequences, index, () => {
      const { id, name, withinMs, by, steps } = this.ir.sequences[index]!;
      const spec = { id, name, withinMs, steps: steps.map(({ atLeast }) => ({ atLeast })) };
      return new LinkedSequence(this.ports.openSequence(spec), this.readers(by), this.evaluation);
    });
  }

  /** What a question about evidence reads of the request that asks it. */
  fieldsOf(kind: Stateful, index: number): readonly FieldIr[] {
    switch (kind) {
      case "measure": {
        const { by, value } = this.ir.measures[index]!;
        return value ? [...by, value] : by;
      }
      case "memory": {
        const { by, values } = this.ir.memories[index]!;
        return [...by, ...values];
      }
      case "sequence":
        return this.ir.sequences[index]!.by;
    }
  }

  /** Feeds of all evidence that was linked: what no policy asks is not opened, and not told of anything. */
  feeds(): Feed<F>[] {
    const feeds: Omit<Feed<F>, "order">[] = [];
    for (const [index, measure] of this.measures) {
      const { target, outcomes, part, isUnproven } = measure.ir;
      feeds.push({
        target,
        outcomes: part ? "any" : outcomes,
        fields: this.fieldsOf("measure", index),
        take: (facts, outcome) => measure.count(facts, outcome),
        measure: measure.baseline && measure,
        ...(isUnproven && { attempts: measure }),
      });
    }
    for (const [index, memory] of this.memories) {
      const { target, outcomes } = this.ir.memories[index]!;
      const take = (facts: F) => memory.remember(facts);
      feeds.push({ target, outcomes, fields: this.fieldsOf("memory", index), take, measure: undefined });
    }
    for (const [index, sequence] of this.sequences) {
      feeds.push(...feedsOfSequence(this.ir.sequences[index]!, sequence));
    }
    return feeds.map((feed, order) => Object.assign(feed, { order }));
  }

  private readers(fields: readonly FieldIr[]): FieldReader<F>[] {
    return fields.map((field) => this.reader(field));
  }
}

/** What interrupts comes first; then the steps from the last down, so that one event is not taken twice. */
function feedsOfSequence<F>(ir: SequenceIr, sequence: LinkedSequence<F>): Omit<Feed<F>, "order">[] {
  const shared = { fields: ir.by, measure: undefined };
  const interrupts = ir.without.map(({ target, outcomes, step }) => {
    return { ...shared, target, outcomes, take: (facts: F) => sequence.interrupt(facts, step) };
  });
  const steps = ir.steps.map(({ target, outcomes }, step) => {
    return { ...shared, target, outcomes, take: (facts: F) => sequence.advance(facts, step) };
  });
  return [...interrupts, ...steps.reverse()];
}

function once<T>(known: Map<number, T>, index: number, make: () => T): T {
  let found = known.get(index);
  if (!found) {
    found = make();
    known.set(index, found);
  }
  return found;
}
