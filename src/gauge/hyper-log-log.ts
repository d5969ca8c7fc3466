/** Estimating how many different values were seen from 256 small registers (Flajolet et al.; error 6.5 %). */

/** Registers of one sketch; each is a byte. */
export const registers = 256;

// A value's 32-bit hash gives 8 bits to the register and 24 to the rank.
const maxRank = 25;
const histogram = new Uint16Array(maxRank + 1);
const scale = (registers * registers) / (2 * Math.LN2);

/** The register that a value's hash falls in. */
export function registerOf(hash: number): number {
  return hash & (registers - 1);
}

/** The rank of a value's hash: 1 and the leading zeros of its other 24 bits. */
export function rankOf(hash: number): number {
  return Math.clz32(hash >>> 8) - 7;
}

/** The estimate over a sketch whose registers lie in `bytes` from `at` on (Ertl 2017, algorithm 6: no bias at any size). */
export function estimateDistinct(bytes: Uint8Array, at: number): number {
  histogram.fill(0);
  for (let index = at; index < at + registers; index++) {
    const rank = bytes[index] ?? 0;
    histogram[rank] = (histogram[rank] ?? 0) + 1;
  }
  let sum = registers * tau(1 - (histogram[maxRank] ?? 0) / registers);
  for (let rank = maxRank - 1; rank >= 1; rank--) sum = (sum + (histogram[rank] ?? 0)) / 2;
  sum += registers * sigma((histogram[0] ?? 0) / registers);
  return scale / sum;
}

function sigma(start: number): number {
  if (start === 1) return Number.POSITIVE_INFINITY;
  let [x, y, z] = [start, 1, start];
  for (let previous = Number.NaN; z !== previous; ) {
    x *= x;
    previous = z;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(start: number): number {
  if (start === 0 || start === 1) return 0;
  let [x, y, z] = [start, 1, 1 - start];
  for (let previous = Number.NaN; z !== previous; ) {
    x = Math.sqrt(x);
    previous = z;
    y /= 2;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
