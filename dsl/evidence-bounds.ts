/** What measures, memories and sequences may span, and what they fall back on; the ports' own limits included. */

const dayMs = 86_400_000;

/** Shortest span of anything that is remembered, ms. */
export const shortestMs = 1000;

/** Longest spans, ms. */
export const longestMs = { measure: 7 * dayMs, remember: 90 * dayMs, sequence: 90 * dayMs } as const;

/** Fields of a key, and fields that are remembered together. */
export const mostKeyFields = 4;

/** Bounds of `at least`, by the kinds of measures that take one. */
export const supportBounds = { share: { least: 1, most: 1_000_000 }, gap: { least: 2, most: 28 } } as const;

/** `at least` where none is written. */
export const defaultSupport = { share: 20, gap: 5 } as const;

/** All numbers of a sequence's steps together. */
export const mostEvents = 64;
