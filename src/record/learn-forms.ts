/** What genuine answers teach: the forms that enough accounts got often enough. */
import type { LearnedAnswer } from "../perform/answer-template.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { formOf, learnTemplate } from "./learn-template.ts";
import { fewestAccounts } from "./stretch-pieces.ts";

/** Fewer answers say nothing. */
export const fewestAnswers = 5;

/** What the answers say, times left out; `unusable` more could not be kept. */
export function learnForms(samples: readonly AnswerSample[], unusable: number, now: number): LearnedAnswer {
  const accounts = accountsOf(samples);
  const base = { answers: samples.length, accounts, latencies: [], learnedAt: now };
  if (samples.length < fewestAnswers || accounts < fewestAccounts) {
    const others = unusable > 0 ? `, ${unusable} more were too long or no text` : "";
    const problem = `${samples.length} of ${fewestAnswers} answers, of ${accounts} of ${fewestAccounts} accounts${others}`;
    return { ...base, templates: [], problem };
  }
  const forms = [...Map.groupBy(samples, formOf).values()];
  const common = forms.filter((form) => form.length >= fewestAnswers && accountsOf(form) >= fewestAccounts);
  const templates = common.map(learnTemplate).filter((template) => template !== undefined);
  const problem = templates.length > 0 ? undefined : "the answers differ too much from each other";
  return { ...base, templates, problem };
}

function accountsOf(samples: readonly AnswerSample[]): number {
  return new Set(samples.map((sample) => sample.account)).size;
}
