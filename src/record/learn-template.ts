/** From genuine answers of one form to the template of made-up ones. */
import type { AnswerTemplate, Piece, Shape } from "../perform/answer-template.ts";
import { alignTexts } from "./align-texts.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { jsonForm, jsonTokens, textTokens } from "./answer-tokens.ts";
import { type EchoedTexts, markEchoes, type TextKind } from "./echoed-values.ts";
import { variedPieces } from "./stretch-pieces.ts";

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
    const pieces = isOurs ? [] : learnText(values, samples, "header", 0);
    if (!pieces) return undefined;
    headers.push([name, pieces]);
  }
  const bodies = samples.map((sample) => sample.body);
  const body = learnText(bodies, samples, isJson(first) ? "json" : "html", 0);
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

function learnText(
  texts: readonly string[],
  samples: readonly AnswerSample[],
  kind: TextKind,
  depth: number,
): readonly Piece[] | undefined {
  const echoed = markEchoes(texts, samples, kind);
  const tokens = kind === "json" ? jsonTokens : textTokens;
  const pieces: Piece[] = [];
  for (const stretch of alignTexts(echoed.texts.map(tokens))) {
    const found = typeof stretch === "string" ? [stretch] : learnStretch(stretch, samples, depth);
    if (!found) return undefined;
    pieces.push(...found);
  }
  return pieces.flatMap((piece) => withEchoes(piece, echoed));
}

/** Marks become what they stand for, in texts to choose from too. */
function withEchoes(piece: Piece, echoed: EchoedTexts): readonly Piece[] {
  if (typeof piece === "string") return echoed.pieces(piece);
  if ("echo" in piece || piece.shape.kind !== "choice") return [piece];
  const options = piece.shape.options.map(({ weight, pieces }) => ({
    weight,
    pieces: pieces.flatMap((one) => withEchoes(one, echoed)),
  }));
  return [{ ...piece, shape: { kind: "choice", options } }];
}

function learnStretch(
  texts: readonly string[],
  samples: readonly AnswerSample[],
  depth: number,
): readonly Piece[] | undefined {
  return (
    tokenPieces(texts, samples, depth) ?? variedPieces(texts, samples) ?? quotedPieces(texts, samples, depth)
  );
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
  const inside = texts.map((text) => text.slice(1, -1));
  const inner = learnText(inside, samples, "header", depth + 1);
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
  const header = learnText(decoded(2), samples, "json", depth + 1);
  const payload = learnText(decoded(3), samples, "json", depth + 1);
  if (!header || !payload) return undefined;
  const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  const lengths = part(4).map((text) => text.length);
  const signature: Shape = { kind: "chars", segments: [{ alphabet, lengths }], isPadded: false };
  const [quote = ""] = part(1);
  const made: Piece = { shape: { kind: "jwt", header, payload, signature }, scope: "answer" };
  return quote === "" ? [made] : [quote, made, quote];
}
