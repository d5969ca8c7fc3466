/** A measured figure, as one JSON line on stdout; everything for people goes to stderr. */

/** A figure; `must` is its budget (DESIGN.md §8), left out where the figure only informs. */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly must?: number;
  readonly better: "lower" | "higher";
}

const missed: string[] = [];

/** Prints a figure and remembers whether it missed its budget. */
export function printFigure(figure: Figure): void {
  const { figure: name, unit, must, better } = figure;
  const value = Number(figure.value.toPrecision(4));
  console.log(JSON.stringify({ figure: name, value, unit, ...(must === undefined ? {} : { must }), better }));
  const isMissed = must !== undefined && !(better === "lower" ? value <= must : value >= must);
  if (isMissed) missed.push(`${name} is ${value} ${unit}, and must be ${must} or ${better}`);
}

/** Figures that missed their budget so far, one sentence each. */
export function missedBudgets(): readonly string[] {
  return missed;
}

/** Tells a person how it goes. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** The median; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value below which `share` (0 to 1) of the values lie; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
