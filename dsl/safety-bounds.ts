/** What caps and guards may say, and what holds where they say nothing; README.md gives the reasons. */

const dayMs = 86_400_000;

/** Shortest and longest windows of caps and guards, ms. */
export const capWindow = { least: 60_000, most: dayMs } as const;
export const guardWindow = { least: 60_000, most: 7 * dayMs } as const;

/** The cap of a policy that stops and has none. */
export const defaultCap = { knownGoodPercent: 1, trafficPercent: 50, windowMs: 600_000 } as const;

/** The window and the fewest people of a guard that does not say. */
export const defaultGuard = { windowMs: 900_000, atLeast: 30 } as const;

/** Longest `later … within`, ms. */
export const longestLaterMs = 30 * dayMs;

/** The name of the cohort that is there without being declared. */
export const knownGoodName = "known_good";

/** The name of a target's normal volume. */
export const trafficName = "traffic";
