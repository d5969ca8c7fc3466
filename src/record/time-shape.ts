/** Recognises times: texts that all lie about as far from the moment of their answers. */
import type { Shape, TimeFormat } from "../perform/answer-template.ts";
import { zoneMinutes } from "../perform/time-text.ts";

const dayMs = 86_400_000;
/** Numbers are only taken for times within this of their answer; more would make a clock of any id. */
const nearMs = 800 * dayMs;
/** Differences below this come from rounding. */
const roundingMs = 2500;

const imf = /^[A-Z][a-z]{2}, \d\d ([A-Z][a-z]{2}) \d{4} \d\d:\d\d:\d\d GMT$/;
const imfDash = /^[A-Z][a-z]{2}, \d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d GMT$/;
const iso = /^\d{4}-\d\d-\d\d(?:([T ])\d\d:\d\d(:\d\d)?(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?)?$/;

/** The shape of times; undefined when they are none, or are written in several ways. `at`: when each answer came. */
export function timeShape(texts: readonly string[], at: readonly number[]): Shape | undefined {
  const format = formatOf(texts[0] ?? "");
  if (!format) return undefined;
  const key = JSON.stringify(format);
  if (!texts.every((text) => JSON.stringify(formatOf(text)) === key)) return undefined;
  const offsets = texts.map((text, index) => momentOf(format, text) - (at[index] ?? 0));
  if (!offsets.every((offset) => Number.isFinite(offset))) return undefined;
  const isNumber = format.kind === "seconds" || format.kind === "millis";
  if (isNumber && offsets.some((offset) => Math.abs(offset) > nearMs)) return undefined;
  const sorted = offsets.toSorted((one, other) => one - other);
  const [low = 0, high = 0] = [sorted[0], sorted.at(-1)];
  if (high - low > roundingMs) return { kind: "time", format, low, high };
  // Cut to whole seconds: the latest one is nearest to the true distance.
  const steady = unitOf(format) === 1 ? sorted[Math.floor(sorted.length / 2)]! : high;
  return { kind: "time", format, low: steady, high: steady };
}

function unitOf(format: TimeFormat): number {
  return format.kind === "millis" || (format.kind === "iso" && format.fraction > 0) ? 1 : 1000;
}

function formatOf(text: string): TimeFormat | undefined {
  if (imf.test(text)) return { kind: "imf" };
  if (imfDash.test(text)) return { kind: "imfDash" };
  if (/^1\d{9}$/.test(text)) return { kind: "seconds" };
  if (/^1\d{12}$/.test(text)) return { kind: "millis" };
  const match = iso.exec(text);
  if (!match) return undefined;
  const [, separator = "", seconds, fraction = "", zone = ""] = match;
  const time = separator === "" ? 0 : seconds === undefined ? 2 : 3;
  return { kind: "iso", separator, time, fraction: fraction.length, zone };
}

function momentOf(format: TimeFormat, text: string): number {
  switch (format.kind) {
    case "imf":
      return Date.parse(text);
    case "imfDash":
      return Date.parse(text.replaceAll("-", " "));
    case "seconds":
      return Number(text) * 1000;
    case "millis":
      return Number(text);
    case "iso": {
      const plain = text.slice(0, text.length - format.zone.length).replace(" ", "T");
      const clock = format.time === 0 ? `${plain}T00:00:00` : format.time === 2 ? `${plain}:00` : plain;
      return Date.parse(`${clock.replace(/(\.\d{3})\d+$/, "$1")}Z`) - zoneMinutes(format.zone) * 60_000;
    }
  }
}
