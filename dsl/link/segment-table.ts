/**
 * What follows a node of the route table, by the fixed segment that leads there. Segments are looked up where they stand
 * in the path: cutting each one out would cost more than all the rest of routing.
 */

interface Row<T> {
  readonly segment: string;
  readonly hash: number;
  readonly value: T;
}

const [slash, upperA, upperZ, firstBeyondAscii] = [0x2f, 0x41, 0x5a, 0x80];
/** FNV-1a over UTF-16 units. */
const [firstHash, hashFactor] = [0x811c9dc5 | 0, 0x01000193];
const leastSlots = 4;

/** The segment of a path that is looked at. */
export class Segment {
  readonly isCaseSensitive: boolean;
  path = "";
  start = 0;
  /** Of the slash behind it, or of the path. */
  end = 0;
  /** Of ASCII text as it is compared; of other text only the engine's tables know the case. */
  hash = 0;
  isAscii = true;

  /** Segments are compared without regard to case unless `isCaseSensitive`. */
  constructor(isCaseSensitive: boolean) {
    this.isCaseSensitive = isCaseSensitive;
  }

  /** Goes to the segment that begins at `start`, behind a slash. */
  read(path: string, start: number): void {
    const { isCaseSensitive } = this;
    let hash = firstHash;
    let units = 0;
    let at = start;
    for (; at < path.length; at++) {
      const code = path.charCodeAt(at);
      if (code === slash) break;
      units |= code;
      hash = Math.imul(hash ^ folded(code, isCaseSensitive), hashFactor);
    }
    this.path = path;
    this.start = start;
    this.end = at;
    this.hash = hash;
    this.isAscii = units < firstBeyondAscii;
  }

  /** Its text, as sent. */
  get text(): string {
    return this.path.slice(this.start, this.end);
  }

  /** True where it is this ASCII text, written as it is compared. */
  is(text: string): boolean {
    const { path, start, isCaseSensitive } = this;
    if (text.length !== this.end - start) return false;
    for (let at = 0; at < text.length; at++) {
      if (text.charCodeAt(at) !== folded(path.charCodeAt(start + at), isCaseSensitive)) return false;
    }
    return true;
  }
}

function folded(code: number, isCaseSensitive: boolean): number {
  return code >= upperA && code <= upperZ && !isCaseSensitive ? code | 0x20 : code;
}

/** Values by segment. */
export class SegmentTable<T> {
  private readonly byText = new Map<string, T>();
  private rows: Row<T>[] = [];
  /** The place of a row plus one by its hash, the next free slot if that is taken. At least half of them are free. */
  private slots = new Uint32Array(leastSlots);

  /** The value of the segment that is looked at; made by `make` if there is none yet. */
  at(segment: Segment, make: () => T): T {
    const text = textOf(segment);
    const known = this.byText.get(text);
    if (known !== undefined) return known;
    const value = make();
    this.byText.set(text, value);
    if (segment.isAscii) this.add({ segment: text, hash: segment.hash, value });
    return value;
  }

  /** The value of the segment that is looked at. */
  find(segment: Segment): T | undefined {
    const { slots, rows } = this;
    if (!segment.isAscii) return this.byText.get(textOf(segment));
    const mask = slots.length - 1;
    const { hash } = segment;
    for (let slot = hash & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const row = rows[slots[slot]! - 1]!;
      if (row.hash === hash && segment.is(row.segment)) return row.value;
    }
    return undefined;
  }

  private add(row: Row<T>): void {
    this.rows.push(row);
    if (this.rows.length * 2 <= this.slots.length) {
      this.take(this.rows.length - 1);
      return;
    }
    this.slots = new Uint32Array(this.slots.length * 2);
    for (let index = 0; index < this.rows.length; index++) this.take(index);
  }

  private take(index: number): void {
    const mask = this.slots.length - 1;
    let slot = this.rows[index]!.hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = index + 1;
  }
}

function textOf({ text, isCaseSensitive }: Segment): string {
  return isCaseSensitive ? text : text.toLowerCase();
}
