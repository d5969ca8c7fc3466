/** What a sieve looks at, in one array: rows with a bit for each policy, and tables that lead to them. */

/** Policies in a word. */
export const bitsPerWord = 32;

/** Puts the words of a sieve together. */
export class SieveWords {
  /** Words of a row. */
  readonly width: number;
  private readonly policies: number;
  private readonly words: number[] = [];

  constructor(policies: number) {
    this.policies = policies;
    this.width = Math.ceil(policies / bitsPerWord);
  }

  get size(): number {
    return this.words.length;
  }

  /** Adds so many words; where they begin. */
  add(count: number): number {
    const at = this.words.length;
    for (let word = 0; word < count; word++) this.words.push(0);
    return at;
  }

  addCopy(row: number): number {
    const copy = this.add(this.width);
    for (let word = 0; word < this.width; word++) this.words[copy + word] = this.words[row + word]!;
    return copy;
  }

  /** Adds a row with all policies that another one lacks, or with all. */
  addOthers(than: number | undefined): number {
    const row = this.add(this.width);
    for (let place = 0; place < this.policies; place++) {
      if (than === undefined || !this.hasPolicy(than, place)) this.setPolicy(row, place);
    }
    return row;
  }

  setPolicy(row: number, place: number): void {
    const word = row + Math.floor(place / bitsPerWord);
    this.words[word] = this.words[word]! | (1 << (place % bitsPerWord));
  }

  /** Adds a table from numbers above 0 to rows; half of it stays empty, so that what is not in it is soon known. */
  addTable(rows: ReadonlyMap<number, number>): { readonly table: number; readonly mask: number } {
    let pairs = 2;
    while (pairs < rows.size * 2) pairs *= 2;
    const mask = pairs - 1;
    const table = this.add(pairs * 2);
    for (const [number, row] of rows) {
      let pair = number & mask;
      while (this.words[table + 2 * pair] !== 0) pair = (pair + 1) & mask;
      this.words[table + 2 * pair] = number;
      this.words[table + 2 * pair + 1] = row;
    }
    return { table, mask };
  }

  all(): Int32Array {
    return Int32Array.from(this.words);
  }

  private hasPolicy(row: number, place: number): boolean {
    return (this.words[row + Math.floor(place / bitsPerWord)]! & (1 << (place % bitsPerWord))) !== 0;
  }
}
