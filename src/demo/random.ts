/** Repeatable randomness for seeding: the same seed and topic always give the same shop. */

/** A source of numbers in [0, 1) that depends on nothing but its arguments; not for secrets. */
export function seededRandom(seed: number, topic: string, index: number): () => number {
  let state = Number(Bun.hash.wyhash(`${topic}:${index}`, BigInt(Math.trunc(seed))) & 0xffff_ffffn);
  return () => {
    // mulberry32, by Tommy Ettinger (public domain): small, and good enough for a catalogue.
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One entry of a list that is not empty. */
export function pick<T>(random: () => number, list: readonly T[]): T {
  return list[Math.floor(random() * list.length)]!;
}
