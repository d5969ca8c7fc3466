/** What genuine answers teach: the forms that enough accounts got often enough, from enough networks. */
import type { LearnedAnswer } from "../perform/answer-template.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { formOf, learnTemplate } from "./learn-template.ts";
import { areOfMany, fewestAccounts, fewestNetworks } from "./stretch-pieces.ts";

/** Fewer answers say nothing. */
export const fewestAnswers = 5;

/** What the answers say, times left out; `unusable` more could not be kept. */
export function learnForms(samples: readonly AnswerSample[], unusable: number, now: number): LearnedAnswer {
  const [accounts, networks] = [different(samples, "account"), different(samples, "network")];
  const base = { answers: samples.length, accounts, latencies: [], learnedAt: now };
  if (samples.length < fewestAnswers || !areOfMany(samples)) {
    const others = unusable > 0 ? `, ${unusable} more were too long or no text` : "";
    const problem = `${samples.length} of ${fewestAnswers} answers, of ${accounts} of ${fewestAccounts} accounts, from ${networks} of ${fewestNetworks} networks${others}`;
    return { ...base, templates: [], problem };
  }
  const forms = [...Map.groupBy(samples, formOf).values()];
  const common = forms.filter((form) => form.length >= fewestAnswers && areOfMany(form));
  const templates = common.map(learnTemplate).filter((template) => template !== undefined);
  const problem = templates.length > 0 ? undefined : "the answers differ too much from each other";
  return { ...base, templates, problem };
}

function different(samples: readonly AnswerSample[], key: "account" | "network"): number {
  return new Set(samples.map((sample) => sample[key])).size;
}
