/** The ways in which each case's bytes are sent: what a request means must not depend on its segments. */

type Split = (bytes: Buffer) => Buffer[];

/** Whole, byte by byte, and in random pieces. */
export const splits: readonly (readonly [name: string, split: Split])[] = [
  ["whole", (bytes) => (bytes.length === 0 ? [] : [bytes])],
  ["byte by byte", (bytes) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1))],
  ["in random pieces, seed 1", (bytes) => randomPieces(bytes, 1)],
  ["in random pieces, seed 2", (bytes) => randomPieces(bytes, 2)],
  ["in random pieces, seed 3", (bytes) => randomPieces(bytes, 3)],
];

function randomPieces(bytes: Buffer, seed: number): Buffer[] {
  const pieces: Buffer[] = [];
  let state = seed;
  for (let at = 0; at < bytes.length; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const size = 1 + ((state >>> 16) % Math.max(8, bytes.length >>> 3));
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}
