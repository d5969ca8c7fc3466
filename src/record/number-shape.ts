/** Recognises numbers: those that count up with time, and those that are spread over a range. */
import type { Shape } from "../perform/answer-template.ts";

const steps = 16;
const fewestCounted = 6;

/** The shape of numbers; undefined when one is none (a leading zero makes a code of it). */
export function numberShape(texts: readonly string[], at: readonly number[]): Shape | undefined {
  if (!texts.every((text) => /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,9})?$/.test(text))) return undefined;
  const decimals = texts.map((text) => text.split(".")[1]?.length ?? 0);
  const most = Math.max(...decimals);
  return (
    (most === 0 ? counterShape(texts.map(Number), at) : undefined) ?? {
      kind: "number",
      decimals: most,
      isTrimmed: decimals.some((count) => count !== most),
      quantiles: quantilesOf(texts.map(Number), steps),
    }
  );
}

function counterShape(values: readonly number[], at: readonly number[]): Shape | undefined {
  const ordered = values
    .map((value, index) => ({ value, at: at[index] ?? 0 }))
    .sort((one, other) => one.at - other.at || one.value - other.value);
  const [first, last] = [ordered[0], ordered.at(-1)];
  if (!first || !last || ordered.length < fewestCounted || last.at <= first.at) return undefined;
  const isRising = ordered.every((one, index) => index === 0 || one.value > ordered[index - 1]!.value);
  if (!isRising) return undefined;
  const perMs = (last.value - first.value) / (last.at - first.at);
  return { kind: "counter", base: last.value, at: last.at, perMs };
}

/** The values at equal steps of their order, `count + 1` of them, in between interpolated. */
export function quantilesOf(values: readonly number[], count: number): number[] {
  const sorted = values.toSorted((one, other) => one - other);
  if (sorted.length === 0) return [];
  return Array.from({ length: count + 1 }, (_, step) => {
    const position = (step / count) * (sorted.length - 1);
    const index = Math.floor(position);
    const low = sorted[index]!;
    return low + ((sorted[index + 1] ?? low) - low) * (position - index);
  });
}
