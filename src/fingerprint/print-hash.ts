/** From a readable vector to a short print. */

/**
 * A version prefix and 16 hex characters. xxHash64 with seed 0 is a published algorithm, so that prints stay equal
 * over releases and machines (Bun's default hash promises that to nobody); prints are no secrets and need no key.
 */
export function printHash(version: string, vector: string): string {
  return `${version}:${Bun.hash.xxHash64(vector, 0n).toString(16).padStart(16, "0")}`;
}
