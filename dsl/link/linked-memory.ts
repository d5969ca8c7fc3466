/** A memory joined to its port. */
import type { AccountMemory } from "../memory-port.ts";
import type { FieldReader } from "../scheme.ts";
import { type Evaluation, no, type Truth, unknown, yes } from "./evaluation.ts";
import { keyReader } from "./gauge-key.ts";

/** Remembers, and tells what it remembers; who or what cannot be read is unknown. */
export class LinkedMemory<F> {
  private readonly memory: AccountMemory;
  private readonly keyOf: (facts: F) => string | undefined;
  private readonly valueOf: (facts: F) => string | undefined;
  private readonly evaluation: Evaluation;

  constructor(
    memory: AccountMemory,
    readers: { readonly by: readonly FieldReader<F>[]; readonly values: readonly FieldReader<F>[] },
    evaluation: Evaluation,
  ) {
    this.memory = memory;
    this.keyOf = keyReader(readers.by);
    this.valueOf = keyReader(readers.values);
    this.evaluation = evaluation;
  }

  remember(facts: F): void {
    const key = this.keyOf(facts);
    const value = key === undefined ? undefined : this.valueOf(facts);
    if (key === undefined || value === undefined) return;
    this.memory.remember(key, value, this.evaluation.now);
  }

  /** Answers `known`, `new` or `differs` for the values that a request shows. */
  ask(question: "known" | "new" | "differs", facts: F): Truth {
    const key = this.keyOf(facts);
    const value = key === undefined ? undefined : this.valueOf(facts);
    if (key === undefined || value === undefined) return unknown;
    const answer = this.answer(question, key, value);
    if (answer === undefined) return unknown;
    return answer ? yes : no;
  }

  /** Whether anything is remembered of a request's key. */
  isPresent(facts: F): boolean {
    const key = this.keyOf(facts);
    return key !== undefined && this.memory.differs(key, "", this.evaluation.now) !== undefined;
  }

  isSaturated(): boolean {
    return this.memory.isSaturated(this.evaluation.now);
  }

  private answer(question: "known" | "new" | "differs", key: string, value: string): boolean | undefined {
    const { now } = this.evaluation;
    switch (question) {
      case "known":
        return this.memory.isKnown(key, value, now);
      case "new":
        return this.memory.isNew(key, value, now);
      case "differs":
        return this.memory.differs(key, value, now);
    }
  }
}
