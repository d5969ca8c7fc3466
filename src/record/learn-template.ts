/** From genuine answers of one form to the template of made-up ones. */
import type { AnswerTemplate, Piece, Shape } from "../perform/answer-template.ts";
import { alignTexts, type Stretch } from "./align-texts.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { jsonForm, jsonTokens, textTokens } from "./answer-tokens.ts";
import { echoPieces, variedPieces } from "./stretch-pieces.ts";

/** Nested texts: a text in a JSON string, a claim in a token. */
const deepest = 3;
const madeWhenAnswering = new Set(["date", "content-length", "transfer-encoding"]);

/** What answers of one form have alike; samples of the same text may still differ in what their values are. */
export function formOf(sample: AnswerSample): string {
  const names = sample.headers.map(([name]) => name);
  const body = isJson(sample) ? jsonForm(sample.body) : "";
  return [sample.status, sample.phrase, sample.framing, sample.coding ?? "", names.join(","), body].join(
    "\0",
  );
}

/** The template of answers of one form; undefined when they differ in ways that cannot be made up. */
export function learnTemplate(samples: readonly AnswerSample[]): AnswerTemplate | undefined {
  const [first] = samples;
  if (!first) return undefined;
  const headers: [string, readonly Piece[]][] = [];
  for (const [index, [name]] of first.headers.entries()) {
    const values = samples.map((sample) => sample.headers[index]?.[1] ?? "");
    const isOurs = madeWhenAnswering.has(name.toLowerCase());
    const pieces = isOurs ? [] : piecesOf(values, samples, textTokens, 0);
    if (!pieces) return undefined;
    headers.push([name, pieces]);
  }
  const bodies = samples.map((sample) => sample.body);
  const body = piecesOf(bodies, samples, isJson(first) ? jsonTokens : textTokens, 0);
  if (!body) return undefined;
  const seen: Record<string, number> = {};
  for (const { condition } of samples) seen[condition] = (seen[condition] ?? 0) + 1;
  const { status, phrase, coding, framing } = first;
  return { status, phrase, headers, body, coding, framing, seen };
}

function isJson({ headers, body }: AnswerSample): boolean {
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  return /[/+]json\b/i.test(type) && /^\s*[{[]/.test(body);
}

function piecesOf(
  texts: readonly string[],
  samples: readonly AnswerSample[],
  tokens: (text: string) => string[],
  depth: number,
): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  const stretches = alignTexts(texts.map(tokens));
  let at = 0;
  while (at < stretches.length) {
    const stretch = stretches[at]!;
    if (typeof stretch === "string") {
      pieces.push(stretch);
      at++;
      continue;
    }
    const run = runFrom(stretches, at);
    const echoed = echoPieces(joined(run, samples.length), samples);
    const found = echoed ?? each(run, samples, depth);
    if (!found) return undefined;
    pieces.push(...found);
    at += run.length;
  }
  return pieces;
}

/** The differing stretches from here to the next shared one. */
function runFrom(stretches: readonly Stretch[], at: number): (readonly string[])[] {
  const run: (readonly string[])[] = [];
  for (const stretch of stretches.slice(at)) {
    if (typeof stretch === "string") break;
    run.push(stretch);
  }
  return run;
}

function joined(run: readonly (readonly string[])[], count: number): string[] {
  return Array.from({ length: count }, (_, index) => run.map((texts) => texts[index] ?? "").join(""));
}

function each(
  run: readonly (readonly string[])[],
  samples: readonly AnswerSample[],
  depth: number,
): readonly Piece[] | undefined {
  const pieces: Piece[] = [];
  for (const texts of run) {
    const found =
      echoPieces(texts, samples) ??
      tokenPieces(texts, samples, depth) ??
      variedPieces(texts, samples) ??
      quotedPieces(texts, samples, depth);
    if (!found) return undefined;
    pieces.push(...found);
  }
  return pieces;
}

/** A JSON string whose text is made of several parts. */
function quotedPieces(
  texts: readonly string[],
  samples: readonly AnswerSample[],
  depth: number,
): readonly Piece[] | undefined {
  if (
    depth >= deepest ||
    !texts.every((text) => text.length > 2 && text.startsWith('"') && text.endsWith('"'))
  )
    return undefined;
  const inner = piecesOf(
    texts.map((text) => text.slice(1, -1)),
    samples,
    textTokens,
    depth + 1,
  );
  return inner && ['"', ...inner, '"'];
}

/** RFC 7519: a signed token whose claims differ; claims and header are learned like bodies. */
function tokenPieces(
  texts: readonly string[],
  samples: readonly AnswerSample[],
  depth: number,
): readonly Piece[] | undefined {
  if (depth >= deepest) return undefined;
  const matches = texts.map((text) => /^("?)(eyJ[\w-]+)\.(eyJ[\w-]+)\.([\w-]{16,})("?)$/.exec(text));
  if (matches.some((match) => !match)) return undefined;
  const part = (group: number) => matches.map((match) => match?.[group] ?? "");
  const decoded = (group: number) =>
    part(group).map((text) => Buffer.from(text, "base64url").toString("utf8"));
  const header = piecesOf(decoded(2), samples, jsonTokens, depth + 1);
  const payload = piecesOf(decoded(3), samples, jsonTokens, depth + 1);
  if (!header || !payload) return undefined;
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  const lengths = part(4).map((text) => text.length);
  const signature: Shape = { kind: "chars", segments: [{ alphabet, lengths }], isPadded: false };
  const [quote = ""] = part(1);
  const made: Piece = { shape: { kind: "jwt", header, payload, signature }, scope: "answer" };
  return quote === "" ? [made] : [quote, made, quote];
}
