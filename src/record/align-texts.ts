/** Lays texts beside each other: the stretches that all share, and between them what each one has. */
import { commonTokens } from "./common-tokens.ts";

/** A stretch: shared by all, or one text of each. */
export type Stretch = string | readonly string[];

/** Texts as tokens, at least one; their stretches in order. */
export function alignTexts(texts: readonly (readonly string[])[]): Stretch[] {
  const [first = []] = texts;
  return texts.every((tokens) => tokens.length === first.length) && agree(texts) >= 0.5
    ? byPosition(texts)
    : bySubsequence(texts);
}

/** The part of positions at which all are the same. */
function agree(texts: readonly (readonly string[])[]): number {
  const [first = []] = texts;
  const same = first.filter((token, at) => texts.every((tokens) => tokens[at] === token)).length;
  return first.length === 0 ? 1 : same / first.length;
}

function byPosition(texts: readonly (readonly string[])[]): Stretch[] {
  const [first = []] = texts;
  const stretches: Stretch[] = [];
  for (const [at, token] of first.entries()) {
    const isSame = texts.every((tokens) => tokens[at] === token);
    const last = stretches.at(-1);
    if (isSame && typeof last === "string") stretches[stretches.length - 1] = last + token;
    else if (isSame) stretches.push(token);
    else stretches.push(texts.map((tokens) => tokens[at] ?? ""));
  }
  return stretches;
}

function bySubsequence(texts: readonly (readonly string[])[]): Stretch[] {
  let [common = []] = texts;
  for (const tokens of texts.slice(1)) {
    common = commonTokens(common, tokens).map(([at]) => common[at] ?? "");
  }
  // Where each text has what is common; one that was cut short elsewhere may lose a token here.
  const places = texts.map((tokens) => new Map(commonTokens(common, tokens)));
  const kept = common.map((_, at) => at).filter((at) => places.every((place) => place.has(at)));
  const stretches: Stretch[] = [];
  const ends = texts.map(() => 0);
  const gapTo = (targets: readonly number[]) => {
    const gap = texts.map((tokens, index) => tokens.slice(ends[index], targets[index]).join(""));
    if (gap.some((text) => text !== "")) stretches.push(gap);
  };
  for (const at of kept) {
    const targets = places.map((place) => place.get(at) ?? 0);
    gapTo(targets);
    const last = stretches.at(-1);
    if (typeof last === "string") stretches[stretches.length - 1] = last + (common[at] ?? "");
    else stretches.push(common[at] ?? "");
    for (const [index, target] of targets.entries()) ends[index] = target + 1;
  }
  gapTo(texts.map((tokens) => tokens.length));
  return stretches;
}
