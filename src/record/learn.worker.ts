/** Compares genuine answers away from the thread that serves: long pages take it some hundred milliseconds. */
import type { LearnedAnswer } from "../perform/answer-template.ts";
import { yieldToServing } from "../thread-priority.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { learnForms } from "./learn-forms.ts";

/** What is asked: learn from these. */
export interface LearnOrder {
  readonly samples: readonly AnswerSample[];
  readonly unusable: number;
  readonly now: number;
}

declare const self: Worker;

yieldToServing();

self.onmessage = ({ data }: MessageEvent<LearnOrder>) => {
  self.postMessage(learnForms(data.samples, data.unusable, data.now) satisfies LearnedAnswer);
};
