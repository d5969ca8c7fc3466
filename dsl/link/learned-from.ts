/** What a set's policies need to be learned from genuine answers; responses that no policy gives learn nothing. */
import { learnedName } from "../learned-answer.ts";
import type { LearnedFrom, PolicyIr } from "../policy-ir.ts";

/** The names of what the answer of one policy is learned from. */
export function learnedNames(
  { stop }: PolicyIr["policies"][number],
  responses: PolicyIr["responses"],
): string[] {
  const response = stop?.kind === "deceive" ? responses[stop.response] : undefined;
  const from = [response?.like?.from, response?.latencyLike].filter((one) => one !== undefined);
  return [...new Set(from.map(learnedName))];
}

/** The genuine answers that made-up ones of policies are learned from, each once; policies in shadow learn ahead. */
export function learnedFrom({ policies, responses }: PolicyIr): LearnedFrom[] {
  const byName = new Map<string, LearnedFrom>();
  // Most sets make up nothing that is like anything.
  if (!responses.some(({ like, latencyLike }) => like ?? latencyLike)) return [];
  for (const { stop } of policies) {
    const response = stop?.kind === "deceive" ? responses[stop.response] : undefined;
    for (const from of [response?.like?.from, response?.latencyLike]) {
      if (from) byName.set(learnedName(from), from);
    }
  }
  return [...byName.values()];
}
