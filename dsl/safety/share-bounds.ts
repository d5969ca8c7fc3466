/** How sure one can be of a share that was counted: a policy is not given up for two people out of four. */

/** One-sided 95 %. */
const z = 1.645;

/** The share is higher than this with 95 % certainty (Wilson 1927, one-sided); 0 without any observation. */
export function lowestShare(hits: number, of: number): number {
  return of <= 0 ? 0 : Math.max(0, centre(hits, of) - spread(hits, of));
}

/** The share is lower than this with 95 % certainty; 1 without any observation. */
export function highestShare(hits: number, of: number): number {
  return of <= 0 ? 1 : Math.min(1, centre(hits, of) + spread(hits, of));
}

function centre(hits: number, of: number): number {
  return (hits / of + (z * z) / (2 * of)) / (1 + (z * z) / of);
}

function spread(hits: number, of: number): number {
  const share = hits / of;
  return (z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of))) / (1 + (z * z) / of);
}
