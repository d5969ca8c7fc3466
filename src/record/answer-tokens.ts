/** Cuts answers into the pieces that are compared: words with their inner signs, dates, addresses, JSON scalars. */

// Every repetition is bounded or cannot begin in two ways: answers echo what attackers send.
const textToken =
  /[A-Z][a-z]{2}, \d\d[ -][A-Z][a-z]{2}[ -]\d{4} \d\d:\d\d:\d\d GMT|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])|[\w.%+']{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|[-+/~.]{0,4}[\w%]+(?:[-.+/~]{1,4}[\w%]+)*[-+/~]{0,4}={0,2}|\s+|[^]/gu;
// A text that does not end is one token too, so that it is not read from each of its quotes again.
const jsonToken = /"(?:[^"\\]|\\[^])*"?|-?\d[\d.eE+-]*|[a-z]+|\s+|[^]/gu;

/** The tokens of a text; together they are the text. */
export function textTokens(text: string): string[] {
  return text.match(textToken) ?? [];
}

/** The tokens of a JSON text; strings stay whole. */
export function jsonTokens(text: string): string[] {
  return text.match(jsonToken) ?? [];
}

/** What a JSON text looks like with its values left out: key order and white space, but neither texts nor numbers. */
export function jsonForm(text: string): string {
  const tokens = jsonTokens(text);
  return tokens.map((token, at) => (isValue(tokens, at) ? "v" : token)).join("");
}

function isValue(tokens: readonly string[], at: number): boolean {
  const token = tokens[at] ?? "";
  if (!/^["\-\da-z]/.test(token)) return false;
  let next = at + 1;
  while (/^\s/.test(tokens[next] ?? "")) next++;
  return tokens[next] !== ":";
}
