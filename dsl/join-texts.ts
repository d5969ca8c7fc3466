/** Parts of a JSON text to be filled in later; what is known already should be one text between two of them. */

/** Neighbouring texts as one. */
export function joinTexts<T extends object>(parts: readonly (string | T)[]): (string | T)[] {
  const all: (string | T)[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (typeof part === "string" && typeof last === "string") all[all.length - 1] = last + part;
    else all.push(part);
  }
  return all;
}
