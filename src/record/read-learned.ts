/** Reads a stored form; what another version wrote is learned anew. */
import type { LearnedAnswer } from "../perform/answer-template.ts";

/** Version of the form; raise it when templates change their meaning. */
const learnedVersion = 1;

/** What a stored form says; undefined when it was written by another version or is damaged. */
export function readLearned(text: string): LearnedAnswer | undefined {
  try {
    const stored = JSON.parse(text) as { version?: unknown; learned?: LearnedAnswer };
    const { learned } = stored;
    const isWhole = Array.isArray(learned?.templates) && Array.isArray(learned.latencies);
    return stored.version === learnedVersion && isWhole ? learned : undefined;
  } catch {
    return undefined;
  }
}

/** The form as it is stored. */
export function learnedText(learned: LearnedAnswer): string {
  return JSON.stringify({ version: learnedVersion, learned });
}
