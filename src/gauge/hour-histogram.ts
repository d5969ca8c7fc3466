/** The median of one hour's readings, from a histogram with 16 logarithmic steps an octave (error at most 2.2 %). */

const perOctave = 16;
const offset = 16 * perOctave;
/** Words of a histogram: nothing, then 2^-16 to 2^32. */
export const histogramWords = 48 * perOctave + 1;

/** Counts a reading, 0 or more. */
export function addReading(words: Uint32Array, value: number): void {
  const index = value > 0 ? Math.round(Math.log2(value) * perOctave) + offset : 0;
  const bounded = value > 0 ? Math.min(Math.max(index, 1), histogramWords - 1) : 0;
  words[bounded] = (words[bounded] ?? 0) + 1;
}

/** The median of the readings counted; undefined when they are fewer than `atLeast`. */
export function medianReading(words: Uint32Array, atLeast: number): number | undefined {
  let count = 0;
  for (let index = 0; index < histogramWords; index++) count += words[index] ?? 0;
  if (count < atLeast) return undefined;
  let passed = 0;
  let index = 0;
  while (index < histogramWords - 1) {
    passed += words[index] ?? 0;
    if (passed * 2 >= count) break;
    index++;
  }
  return index === 0 ? 0 : 2 ** ((index - offset) / perOctave);
}
