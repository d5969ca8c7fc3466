/** Finds what answers repeat of their requests, wherever it stands, and puts a mark in its place. */
import { type EchoForm, echoForms, type Piece } from "../perform/answer-template.ts";
import { echoText } from "../perform/submitted-values.ts";
import type { AnswerSample } from "./answer-sample.ts";

/** Shorter values stand in answers by chance; so do values that hardly differ. */
const shortestEcho = 3;
const fewestValues = 3;
/** Private-use characters stand for repeated values; a text that has its own is left as it is. */
const firstMark = 0xe000;
const mark = /[\ue000-\uf8ff]/u;

/** Where a text stands decides how a value is likely written there. */
export type TextKind = "json" | "html" | "header";

const formsFirst: Readonly<Record<TextKind, readonly EchoForm[]>> = {
  json: ["json"],
  html: ["html", "htmlHex"],
  header: ["raw", "url", "form"],
};

/** Texts with marks, and what each mark stands for. */
export interface EchoedTexts {
  readonly texts: readonly string[];
  /** The pieces of a text in which marks may stand. */
  pieces(text: string): readonly Piece[];
}

/** Replaces what every text repeats of its own request. */
export function markEchoes(
  texts: readonly string[],
  samples: readonly AnswerSample[],
  kind: TextKind,
): EchoedTexts {
  const echoes: Exclude<Piece, string>[] = [];
  let marked = texts;
  const hasMarks = texts.some((text) => mark.test(text));
  const forms = new Set([...formsFirst[kind], ...echoForms]);
  for (const name of hasMarks ? [] : namesOf(samples)) {
    const values = samples.map((sample) => sample.submitted.get(name) ?? "");
    if (values.some((value) => value.length < shortestEcho) || new Set(values).size < fewestValues) continue;
    for (const form of forms) {
      const written = values.map((value) => echoText(value, form));
      if (!marked.every((text, index) => text.includes(written[index]!))) continue;
      const sign = String.fromCharCode(firstMark + echoes.length);
      echoes.push({ echo: name, form });
      marked = marked.map((text, index) => text.replaceAll(written[index]!, sign));
    }
  }
  return { texts: marked, pieces: (text) => piecesOf(text, echoes) };
}

function namesOf([first]: readonly AnswerSample[]): readonly string[] {
  return first ? [...first.submitted.keys()] : [];
}

function piecesOf(text: string, echoes: readonly Piece[]): readonly Piece[] {
  if (!mark.test(text)) return [text];
  return text
    .split(/([\ue000-\uf8ff])/u)
    .map((part) => (mark.test(part) ? (echoes[part.charCodeAt(0) - firstMark] ?? part) : part))
    .filter((piece) => piece !== "");
}
