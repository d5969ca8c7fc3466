/** The newest genuine answers of one kind, and what they teach; raw answers stay in memory and are few. */
import type { LearnedAnswer } from "../perform/answer-template.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { formOf, learnTemplate } from "./learn-template.ts";
import { quantilesOf } from "./number-shape.ts";
import { fewestAccounts } from "./stretch-pieces.ts";

/** Answers kept, times kept, and how few say nothing. */
const mostSamples = 32;
const mostLatencies = 512;
const fewestAnswers = 5;
/** Times that were learned before stand in until so many new ones are known. */
const enoughLatencies = 32;
const latencySteps = 128;
/** Answers that were learned from before count for at most so many. */
const settled = 16;

/** Samples of one name. */
export class AnswerSamples {
  readonly #samples: AnswerSample[] = [];
  readonly #latencies: number[] = [];
  #nextLatency = 0;
  /** Answers that could not be kept: too long, or no text. */
  unusable = 0;

  get size(): number {
    return this.#samples.length;
  }

  add(sample: AnswerSample): void {
    this.#samples.push(sample);
    if (this.#samples.length > mostSamples) this.#samples.shift();
  }

  addLatency(ms: number): void {
    this.#latencies[this.#nextLatency] = ms;
    this.#nextLatency = (this.#nextLatency + 1) % mostLatencies;
  }

  /** What is known now, `before` being what was known; ms since the epoch. */
  learn(before: LearnedAnswer | undefined, now: number): LearnedAnswer {
    const fresh = this.#fresh(now);
    const latencies =
      this.#latencies.length >= enoughLatencies ||
      (this.#latencies.length >= fewestAnswers && !before?.latencies.length)
        ? quantilesOf(this.#latencies, Math.min(latencySteps, this.#latencies.length - 1))
        : (before?.latencies ?? []);
    const isKept =
      before !== undefined &&
      before.templates.length > 0 &&
      (fresh.templates.length === 0
        ? this.size < settled
        : fresh.answers < Math.min(before.answers, settled));
    return { ...(isKept ? before : fresh), latencies };
  }

  #fresh(now: number): LearnedAnswer {
    const accounts = accountsOf(this.#samples);
    const base = { answers: this.size, accounts, latencies: [], learnedAt: now };
    if (this.size < fewestAnswers || accounts < fewestAccounts) {
      return { ...base, templates: [], problem: this.#tooFew(accounts) };
    }
    const forms = Map.groupBy(this.#samples, formOf);
    const common = [...forms.values()].filter(
      (samples) => samples.length >= fewestAnswers && accountsOf(samples) >= fewestAccounts,
    );
    const templates = common.map(learnTemplate).filter((template) => template !== undefined);
    const problem = templates.length > 0 ? undefined : "the answers differ too much from each other";
    return { ...base, templates, problem };
  }

  #tooFew(accounts: number): string {
    const others = this.unusable > 0 ? `, ${this.unusable} more were too long or no text` : "";
    return `${this.size} of ${fewestAnswers} answers, of ${accounts} of ${fewestAccounts} accounts${others}`;
  }
}

function accountsOf(samples: readonly AnswerSample[]): number {
  return new Set(samples.map((sample) => sample.account)).size;
}
