/** The newest genuine answers of one kind, and what they teach; raw answers stay in memory and are few. */
import type { LearnedAnswer } from "../perform/answer-template.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { fewestAnswers } from "./learn-forms.ts";
import { quantilesOf } from "./number-shape.ts";

/** Answers and times kept. */
const mostSamples = 32;
const mostLatencies = 512;
/** Times that were learned before stand in until so many new ones are known. */
const enoughLatencies = 32;
const latencySteps = 128;
/** Answers that were learned from before count for at most so many. */
const settledAt = 16;

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

  /**
   * Keeps an answer; the oldest of the network with the most makes room. Whoever floods a route from one place pushes
   * out his own answers only, and cannot make the form that all others are shown.
   */
  add(sample: AnswerSample): void {
    const samples = this.#samples;
    samples.push(sample);
    if (samples.length <= mostSamples) return;
    const counts = new Map<string, number>();
    for (const { network } of samples) counts.set(network, (counts.get(network) ?? 0) + 1);
    const most = Math.max(...counts.values());
    samples.splice(
      samples.findIndex(({ network }) => counts.get(network) === most),
      1,
    );
  }

  addLatency(ms: number): void {
    this.#latencies[this.#nextLatency] = ms;
    this.#nextLatency = (this.#nextLatency + 1) % mostLatencies;
  }

  /** The answers that are kept, oldest first. */
  get newest(): readonly AnswerSample[] {
    return this.#samples;
  }

  /** What is known once `fresh` was learned from the newest answers, `before` being what was known. */
  settled(fresh: LearnedAnswer, before: LearnedAnswer | undefined): LearnedAnswer {
    const hasEnough = this.#latencies.length >= (before?.latencies.length ? enoughLatencies : fewestAnswers);
    const steps = Math.min(latencySteps, this.#latencies.length - 1);
    const latencies = hasEnough ? quantilesOf(this.#latencies, steps) : (before?.latencies ?? []);
    const isKept =
      before !== undefined &&
      before.templates.length > 0 &&
      (fresh.templates.length === 0
        ? this.size < settledAt
        : fresh.answers < Math.min(before.answers, settledAt));
    return { ...(isKept ? before : fresh), latencies };
  }
}
