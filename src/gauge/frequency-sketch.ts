/**
 * How often keys that found no room were seen of late: a count-min sketch with conservative update, whose cells are
 * halved a few at a time (TinyLFU, Einziger, Friedman, Manes), so that no single call has to age them all.
 */

const depth = 4;
/** Cells halved at each count; a whole pass takes a quarter as many counts as there are cells in a row. */
const agedPerCount = 16;

/** Never reports less than was counted since the last halvings; with a flood of single keys seldom more than 2. */
export class FrequencySketch {
  readonly #cells: Uint8Array;
  readonly #mask: number;
  #cursor = 0;

  /** `keys` is how many keys the table beside it holds. */
  constructor(keys: number) {
    const width = 2 ** Math.ceil(Math.log2(Math.max(keys, 1024) * 2));
    this.#cells = new Uint8Array(width * depth);
    this.#mask = width - 1;
  }

  get bytes(): number {
    return this.#cells.length;
  }

  /** Counts a key once and returns the estimate of how often it was seen, this time included; at most 255. */
  count(low: number, high: number): number {
    const cells = this.#cells;
    const step = high | 1;
    let least = 255;
    for (let row = 0; row < depth; row++) {
      const value = cells[this.#cell(row, low, step)] ?? 0;
      if (value < least) least = value;
    }
    if (least < 255) {
      for (let row = 0; row < depth; row++) {
        const cell = this.#cell(row, low, step);
        if (cells[cell] === least) cells[cell] = least + 1;
      }
    }
    this.#age();
    return Math.min(least + 1, 255);
  }

  #cell(row: number, low: number, step: number): number {
    const mixed = Math.imul(low + Math.imul(row, step), 0x9e3779b1);
    return row * (this.#mask + 1) + ((mixed ^ (mixed >>> 15)) & this.#mask);
  }

  #age(): void {
    const cells = this.#cells;
    for (let index = this.#cursor; index < this.#cursor + agedPerCount; index++) {
      cells[index] = (cells[index] ?? 0) >>> 1;
    }
    this.#cursor = (this.#cursor + agedPerCount) % cells.length;
  }
}
