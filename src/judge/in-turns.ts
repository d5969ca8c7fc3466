/** Long work between requests: as many steps as fit into a moment, then the event loop has its turn. */

/** A moment, ms; with a step on top it stays far below what a request would notice. */
const momentMs = 1;

/** The event loop has its turn before whoever waits for this goes on. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs steps to their end, turn by turn; `isWanted` is asked before each turn, and false ends them with undefined. */
export async function inTurns<T>(
  steps: Iterator<undefined, T>,
  isWanted: () => boolean = () => true,
): Promise<T | undefined> {
  while (isWanted()) {
    const until = performance.now() + momentMs;
    do {
      const step = steps.next();
      if (step.done) return step.value;
    } while (performance.now() < until);
    await nextTurn();
  }
  return undefined;
}
