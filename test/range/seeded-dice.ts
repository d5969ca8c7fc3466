/** Chance that a seed repeats: every choice in the range comes from one of these. Not for secrets. */

/** A seeded source of choices; `fork` gives an independent one, so that one actor's number of throws moves no other's. */
export class Dice {
  readonly #seed: string;
  #state: number;

  constructor(seed: string) {
    this.#seed = seed;
    this.#state = Number(Bun.hash.wyhash(seed) & 0xffff_ffffn);
  }

  fork(topic: string | number): Dice {
    return new Dice(`${this.#seed}/${topic}`);
  }

  /** In [0, 1). Mulberry32, by Tommy Ettinger (public domain). */
  chance(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.chance() * (most - least + 1));
  }

  is(probability: number): boolean {
    return this.chance() < probability;
  }

  /** One entry of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.chance() * list.length)]!;
  }

  /** A waiting time with this mean, as between independent events. */
  wait(mean: number): number {
    return -Math.log(1 - this.chance()) * mean;
  }

  shuffle<T>(list: readonly T[]): T[] {
    const mixed = [...list];
    for (let last = mixed.length - 1; last > 0; last--) {
      const other = this.between(0, last);
      [mixed[last], mixed[other]] = [mixed[other]!, mixed[last]!];
    }
    return mixed;
  }
}
