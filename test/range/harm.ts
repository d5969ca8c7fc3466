/** How many customers were harmed, with the bound that the numbers allow. */

/** People of one group, and how many of them were stopped at least once. */
export interface GroupHarm {
  readonly group: string;
  readonly people: number;
  readonly stopped: number;
  /** The share's one-sided 95 % upper bound. */
  readonly upper: number;
}

/** Makes the figure of one group. */
export function groupHarm(group: string, people: number, stopped: number): GroupHarm {
  return { group, people, stopped, upper: upperBound(stopped, people) };
}

/**
 * The exact one-sided 95 % upper bound of a share (Clopper and Pearson 1934): the share at which so few cases would be
 * seen in 5 % of samples. 1 for an empty sample.
 */
export function upperBound(cases: number, sample: number): number {
  if (sample === 0 || cases >= sample) return 1;
  let low = cases / sample;
  let high = 1;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (probabilityOfAtMost(cases, sample, middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

/** The binomial distribution, summed in logarithms so that it holds for large samples. */
function probabilityOfAtMost(cases: number, sample: number, share: number): number {
  let logTerm = sample * Math.log1p(-share);
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= cases; k++) {
    logTerm += Math.log((sample - k + 1) / k) + Math.log(share) - Math.log1p(-share);
    sum += Math.exp(logTerm);
  }
  return sum;
}
