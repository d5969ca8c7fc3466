/** What is known of genuine answers, by what policies call them; `record` fills it, answers are given from it. */
import type { LearnedAnswer } from "./answer-template.ts";

/** Names held at most; a set that learns more learns only these. */
const mostNames = 256;

/** The learned answers of this process. */
export class LearnedBook {
  readonly #byName = new Map<string, LearnedAnswer>();

  find(name: string): LearnedAnswer | undefined {
    return this.#byName.get(name);
  }

  /** False when there is no room. */
  keep(name: string, learned: LearnedAnswer): boolean {
    if (!this.#byName.has(name) && this.#byName.size >= mostNames) return false;
    this.#byName.set(name, learned);
    return true;
  }

  /** Names with what is known, in the order in which they came. */
  entries(): readonly (readonly [string, LearnedAnswer])[] {
    return [...this.#byName];
  }
}
