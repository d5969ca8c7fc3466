/** What a stretch that differs is: one of few texts, or of a shape. */
import type { Piece, Scope, Shape } from "../perform/answer-template.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { numberShape } from "./number-shape.ts";
import { timeShape } from "./time-shape.ts";
import { charsShape, commonPrefix, identifierShape } from "./token-shape.ts";

/** A text that fewer accounts got is never given to another. */
export const fewestAccounts = 3;
/** And one that fewer networks got neither: whoever fails to sign in can name as many accounts as he likes. */
export const fewestNetworks = 3;
/** The part of answers that texts of their own must make up, when the rest has no shape. */
const mostOfAll = 0.5;
const fewTexts = 0.8;

/** Pieces from the texts of one stretch, one for each sample; undefined when nobody can tell what they are. */
export type DeriveStretch = (
  texts: readonly string[],
  samples: readonly AnswerSample[],
) => readonly Piece[] | undefined;

/** The stretch as one of texts that several accounts got, as a shape, or as either. */
export const variedPieces: DeriveStretch = (texts, samples) => {
  const known = knownTexts(texts, samples);
  const rest = texts
    .map((text, index) => ({ text, sample: samples[index]! }))
    .filter((one) => !known.has(one.text));
  const choice = (shaped: readonly Piece[] | undefined): readonly Piece[] => {
    const options = Array.from(known, ([text, weight]) => ({
      weight,
      pieces: text === "" ? [] : ([text] as Piece[]),
    }));
    if (shaped && rest.length > 0) options.push({ weight: rest.length, pieces: [...shaped] });
    return [{ shape: { kind: "choice", options }, scope: scopeOf(texts, samples, "question") }];
  };
  if (rest.length === 0) return choice(undefined);
  const shapeOfRest = () =>
    shapedPieces(
      rest.map((one) => one.text),
      rest.map((one) => one.sample),
    );
  if (texts.length - rest.length >= fewTexts * texts.length) return choice(shapeOfRest());
  const whole = shapedPieces(texts, samples);
  if (whole) return whole;
  const isMostlyKnown = texts.length - rest.length >= mostOfAll * texts.length;
  const shaped = known.size > 0 ? shapeOfRest() : undefined;
  return shaped || isMostlyKnown ? choice(shaped) : undefined;
};

/** Texts that enough accounts got, with how often they came. */
function knownTexts(texts: readonly string[], samples: readonly AnswerSample[]): Map<string, number> {
  const seen = new Map<string, { count: number; accounts: Set<string>; networks: Set<string> }>();
  for (const [index, text] of texts.entries()) {
    const entry = seen.get(text) ?? { count: 0, accounts: new Set<string>(), networks: new Set<string>() };
    entry.count++;
    entry.accounts.add(samples[index]?.account ?? "");
    entry.networks.add(samples[index]?.network ?? "");
    seen.set(text, entry);
  }
  const known = new Map<string, number>();
  for (const [text, { count, accounts, networks }] of seen) {
    // What says nothing about anybody needs nobody's company.
    const isEmpty = text === "" || text === "null" || text === "true" || text === "false";
    const isCommon = accounts.size >= fewestAccounts && networks.size >= fewestNetworks;
    if (isEmpty || isCommon) known.set(text, count);
  }
  return known;
}

/** True where enough accounts and networks got answers to hold for common what all of these have alike. */
export function areOfMany(samples: readonly AnswerSample[]): boolean {
  const accounts = new Set(samples.map(({ account }) => account));
  const networks = new Set(samples.map(({ network }) => network));
  return accounts.size >= fewestAccounts && networks.size >= fewestNetworks;
}

function shapedPieces(
  texts: readonly string[],
  samples: readonly AnswerSample[],
): readonly Piece[] | undefined {
  // Of fewer accounts, or of one client's, even what they have in common is theirs.
  if (!areOfMany(samples)) return undefined;
  const at = samples.map((sample) => sample.at);
  const frames = framesOf(texts);
  for (const [before, after] of frames) {
    const inner = texts.map((text) => text.slice(before.length, text.length - after.length));
    const shape = timeShape(inner, at) ?? numberShape(inner, at) ?? identifierShape(inner);
    if (shape) return framed(before, shape, after);
  }
  const [before, after] = frames.at(-1)!;
  const shape = charsShape(texts.map((text) => text.slice(before.length, text.length - after.length)));
  return shape && framed(before, shape, after);

  function framed(opening: string, shape: Shape, closing: string): readonly Piece[] {
    const made = { shape, scope: scopeOf(texts, samples, lastingOf(shape)) };
    return [opening, made, closing].filter((piece) => piece !== "");
  }
}

type Frame = readonly [before: string, after: string];

/** What all may begin and end with alike: nothing, up to the last sign, or the signs alone; the last one may hold tokens. */
function framesOf(texts: readonly string[]): readonly Frame[] {
  const prefix = commonPrefix(texts);
  const suffix = reversed(commonPrefix(texts.map(reversed)));
  const byWord: Frame = [prefix.replace(/[\da-z]*$/i, ""), suffix.replace(/^[\da-z]*/i, "")];
  const bySign: Frame = [/^[^\da-z]*/i.exec(prefix)?.[0] ?? "", /[^\da-z=]*$/i.exec(suffix)?.[0] ?? ""];
  const shortest = Math.min(...texts.map((text) => text.length));
  const none: Frame = ["", ""];
  return [bySign, byWord, none, bySign].map((frame) =>
    frame[0].length + frame[1].length <= shortest ? frame : none,
  );
}

function reversed(text: string): string {
  return Array.from({ length: text.length }, (_, at) => text[text.length - 1 - at]).join("");
}

/** Identifiers of an answer differ each time; what is said about something stays when asked again. */
function lastingOf(shape: Shape): Scope {
  return shape.kind === "number" || shape.kind === "email" ? "question" : "answer";
}

/** For how long a value stays, by what was seen; `otherwise` where no client came twice. */
function scopeOf(texts: readonly string[], samples: readonly AnswerSample[], otherwise: Scope): Scope {
  const isSteady = (key: "client" | "question"): boolean | undefined => {
    const byKey = new Map<string, string>();
    let isSeenTwice = false;
    for (const [index, text] of texts.entries()) {
      const of = samples[index]?.[key] ?? "";
      const before = byKey.get(of);
      if (before !== undefined && before !== text) return false;
      isSeenTwice ||= before !== undefined;
      byKey.set(of, text);
    }
    return isSeenTwice ? true : undefined;
  };
  const question = isSteady("question");
  if (question === false) return "answer";
  if (isSteady("client") === true && new Set(samples.map((sample) => sample.client)).size > 1)
    return "client";
  return question === true ? "question" : otherwise;
}
