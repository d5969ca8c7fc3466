/** What the console says of a learned answer. */
import type { LearnedModel } from "../../views/fragments/learned-answers.ts";
import { answerPreview } from "../perform/answer-preview.ts";
import type { LearnedAnswer } from "../perform/answer-template.ts";

/** The model of one name; `learned` undefined while nothing was seen. */
export function learnedModel(name: string, learned: LearnedAnswer | undefined): LearnedModel {
  const { answers = 0, accounts = 0, problem, latencies = [] } = learned ?? {};
  return {
    name,
    answers,
    accounts,
    problem,
    medianMs: latencies[Math.floor(latencies.length / 2)],
    preview: learned && answerPreview(learned),
  };
}
