/** Recognises tokens: identifiers, addresses, and characters of some alphabet with their fixed parts. */
import type { CharsSegment, Shape } from "../perform/answer-template.ts";

const digits = "0123456789";
const lower = "abcdefghijklmnopqrstuvwxyz";
const upper = lower.toUpperCase();
/** From narrow to wide: the first that holds all characters is taken. */
const alphabets = [
  digits,
  `${digits}abcdef`,
  `${digits}ABCDEF`,
  lower,
  upper,
  `${upper}234567`,
  digits + lower,
  digits + upper,
  lower + upper,
  digits + lower + upper,
  `${digits}${lower}${upper}-_`,
  `${digits}${lower}${upper}+/`,
];
const email = /^[\w.%+'-]+@[\w-]+(?:\.[\w-]+)+$/;
/** Characters of a token, its stretches between signs, and the lengths remembered, at most. */
const longestToken = 4096;
const mostSegments = 24;
const mostLengths = 32;

/** The shape of identifiers whose form is known; undefined for others. */
export function identifierShape(texts: readonly string[]): Shape | undefined {
  return uuidShape(texts) ?? emailShape(texts);
}

function uuidShape(texts: readonly string[]): Shape | undefined {
  const versions = new Set<string>();
  for (const text of texts) {
    const match = /^[\da-f]{8}-[\da-f]{4}-([\da-f])[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i.exec(text);
    if (!match) return undefined;
    versions.add(match[1] ?? "");
  }
  const [version = "4"] = versions;
  return versions.size === 1
    ? { kind: "uuid", version, isUpper: texts.every((text) => text === text.toUpperCase()) }
    : undefined;
}

function emailShape(texts: readonly string[]): Shape | undefined {
  return texts.every((text) => text.length < 256 && email.test(text)) ? { kind: "email" } : undefined;
}

/** The shape of tokens of any alphabet; undefined for texts with gaps between words. */
export function charsShape(texts: readonly string[]): Shape | undefined {
  if (texts.some((text) => text.length > longestToken || !/^[\x21-\x7e]*$/.test(text))) return undefined;
  const isPadded =
    texts.some((text) => text.endsWith("=")) &&
    texts.every((text) => text.length % 4 === 0 && /^[\w+/-]*={0,2}$/.test(text));
  const bare = isPadded ? texts.map((text) => text.replace(/=+$/, "")) : texts;
  const signs = new Set(bare.map((text) => text.replaceAll(/[\da-z]+/gi, "a")));
  const isDivided = signs.size === 1 && bare.every((text) => text.split(/[^\da-z]/i).length <= mostSegments);
  if (!isDivided) return { kind: "chars", segments: segmentOf(bare), isPadded };
  const parts = bare.map((text) => text.match(/[\da-z]+|[^\da-z]+/gi) ?? []);
  const [first = []] = parts;
  const segments = first.flatMap((_, at) => segmentOf(parts.map((part) => part[at] ?? "")));
  return { kind: "chars", segments, isPadded };
}

/** What they begin and end with alike stays, where that is more than chance. */
function segmentOf(texts: readonly string[]): CharsSegment[] {
  const [first = ""] = texts;
  if (texts.every((text) => text === first)) return first === "" ? [] : [first];
  const prefix = commonPrefix(texts);
  const rests = texts.map((text) => text.slice(prefix.length));
  const isCapital = prefix === "" && rests.every((text) => /^[A-Z][a-z]*$/.test(text));
  const all = new Set((isCapital ? rests.map((text) => text.toLowerCase()) : rests).join(""));
  const alphabet = alphabets.find((one) => [...all].every((char) => one.includes(char))) ?? [...all].join("");
  const lengths = rests.map((text) => text.length).slice(-mostLengths);
  return [...(prefix === "" ? [] : [prefix]), { alphabet, lengths, ...(isCapital && { isCapital }) }];
}

/** What all begin with. */
export function commonPrefix(texts: readonly string[]): string {
  const [first = ""] = texts;
  let length = first.length;
  for (const text of texts) while (!text.startsWith(first.slice(0, length))) length--;
  return first.slice(0, length);
}
