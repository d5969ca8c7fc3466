/**
 * What follows a node of the route table, by the fixed segment that leads there. Segments are looked up where they stand
 * in the path: cutting each one out would cost more than all the rest of routing.
 */

interface Row<T> {
  readonly segment: string;
  readonly value: T;
}

const [upperA, upperZ, firstBeyondAscii] = [0x41, 0x5a, 0x80];
/** FNV-1a over UTF-16 units. */
const [firstHash, hashFactor] = [0x811c9dc5 | 0, 0x01000193];

/** Values by segment, compared without regard to case unless told otherwise. */
export class SegmentTable<T> {
  private readonly isCaseSensitive: boolean;
  private readonly byText = new Map<string, T>();
  private readonly byHash = new Map<number, Row<T>[]>();

  constructor(isCaseSensitive: boolean) {
    this.isCaseSensitive = isCaseSensitive;
  }

  /** The value of a segment; made by `make` if there is none yet. */
  at(segment: string, make: () => T): T {
    const folded = this.isCaseSensitive ? segment : segment.toLowerCase();
    const known = this.byText.get(folded);
    if (known !== undefined) return known;
    const value = make();
    this.byText.set(folded, value);
    const hash = this.hash(folded, 0, folded.length);
    if (hash === undefined) return value;
    const rows = this.byHash.get(hash);
    const row = { segment: folded, value };
    if (rows) rows.push(row);
    else this.byHash.set(hash, [row]);
    return value;
  }

  /** The value of the segment that stands in `path` from `start` to before `end`. */
  find(path: string, start: number, end: number): T | undefined {
    if (this.byText.size === 0) return undefined;
    const hash = this.hash(path, start, end);
    if (hash === undefined) {
      const segment = path.slice(start, end);
      return this.byText.get(this.isCaseSensitive ? segment : segment.toLowerCase());
    }
    const rows = this.byHash.get(hash);
    if (rows === undefined) return undefined;
    for (let at = 0; at < rows.length; at++) {
      const { segment, value } = rows[at]!;
      if (segment.length === end - start && this.stands(segment, path, start)) return value;
    }
    return undefined;
  }

  /** A hash of ASCII text as it is compared; undefined of other text, whose case only the engine's tables know. */
  private hash(text: string, start: number, end: number): number | undefined {
    let hash = firstHash;
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code >= firstBeyondAscii) return undefined;
      hash = Math.imul(hash ^ this.folded(code), hashFactor);
    }
    return hash;
  }

  private stands(segment: string, path: string, start: number): boolean {
    for (let at = 0; at < segment.length; at++) {
      if (segment.charCodeAt(at) !== this.folded(path.charCodeAt(start + at))) return false;
    }
    return true;
  }

  private folded(code: number): number {
    return code >= upperA && code <= upperZ && !this.isCaseSensitive ? code | 0x20 : code;
  }
}
