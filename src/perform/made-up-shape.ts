/** Makes up values of a learned shape. */
import type { CharsSegment, Shape } from "./answer-template.ts";
import type { SeededDraw } from "./seeded-draw.ts";
import { timeText } from "./time-text.ts";

type PlainShape = Exclude<Shape, { kind: "jwt" | "choice" }>;

/** A value of the shape; `now` in ms since the epoch. */
export function madeUpShape(shape: PlainShape, draw: SeededDraw, now: number): string {
  switch (shape.kind) {
    case "uuid":
      return uuid(shape.version, shape.isUpper, draw, now);
    case "email":
      // RFC 2606 §3: nobody's mailbox.
      return `${charsOf(lower, 5 + draw.below(6), draw)}${draw.below(100)}@example.com`;
    case "time":
      return timeText(shape.format, now + shape.low + draw.share() * (shape.high - shape.low));
    case "number":
      return numberText(shape, draw);
    case "counter":
      return String(Math.round(shape.base + Math.max(0, now - shape.at) * shape.perMs));
    case "chars":
      return chars(shape, draw);
  }
}

const hex = "0123456789abcdef";
const lower = "abcdefghijklmnopqrstuvwxyz";

function charsOf(alphabet: string, length: number, draw: SeededDraw): string {
  let text = "";
  for (let index = 0; index < length; index++) text += alphabet[draw.below(alphabet.length)] ?? "";
  return text;
}

/** RFC 9562 §5; versions 1 and 7 begin with the time, the others are as good as random. */
function uuid(version: string, isUpper: boolean, draw: SeededDraw, now: number): string {
  const head = version === "7" ? Math.floor(now).toString(16).padStart(12, "0") : charsOf(hex, 12, draw);
  const variant = "89ab"[draw.below(4)] ?? "8";
  const text = `${head.slice(0, 8)}-${head.slice(8)}-${version}${charsOf(hex, 3, draw)}-${variant}${charsOf(hex, 3, draw)}-${charsOf(hex, 12, draw)}`;
  return isUpper ? text.toUpperCase() : text;
}

function numberText(
  { decimals, isTrimmed, quantiles }: Extract<Shape, { kind: "number" }>,
  draw: SeededDraw,
): string {
  const text = quantileAt(quantiles, draw.share()).toFixed(decimals);
  return isTrimmed && text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** The value at a part of 1 of a distribution in equal steps. */
export function quantileAt(quantiles: readonly number[], part: number): number {
  const position = part * (quantiles.length - 1);
  const index = Math.floor(position);
  const low = quantiles[index] ?? 0;
  return low + ((quantiles[index + 1] ?? low) - low) * (position - index);
}

function chars({ segments, isPadded }: Extract<Shape, { kind: "chars" }>, draw: SeededDraw): string {
  const text = segments.map((segment) => segmentText(segment, draw)).join("");
  // RFC 4648 §4.
  return isPadded ? text + "=".repeat((4 - (text.length % 4)) % 4) : text;
}

function segmentText(segment: CharsSegment, draw: SeededDraw): string {
  if (typeof segment === "string") return segment;
  const text = charsOf(segment.alphabet, draw.pick(segment.lengths) ?? 0, draw);
  return segment.isCapital ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
}
