/** The keywords that begin declarations, and finding out whether a word is one. */

/** All of them. */
export const declarationWords = [
  "app",
  "list",
  "fingerprint",
  "measure",
  "remember",
  "sequence",
  "cohort",
  "response",
  "webhook",
  "channel",
  "smtp",
  "policy",
  "test",
] as const;

/** Kinds of declarations, as their keywords name them. */
export type DeclarationWord = (typeof declarationWords)[number];

/** The keyword that a text is. */
export function findDeclarationWord(text: string): DeclarationWord | undefined {
  return declarationWords.find((word) => word === text);
}
