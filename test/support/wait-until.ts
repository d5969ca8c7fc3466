/** Waits for a condition instead of for a time. */

const lookMs = 20;

/** Resolves with the first answer that is not false or undefined; rejects naming `what` when the time is up. */
export async function waitUntil<T>(
  what: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  timeoutMs = 20_000,
): Promise<T> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const answer = await look();
    if (answer !== false && answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`waited ${timeoutMs} ms in vain until ${what}`);
    await Bun.sleep(lookMs);
  }
}
