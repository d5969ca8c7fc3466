/** The members of a JSON object: a few in lists, since sign-ins have few, and many by a map. */

/** Objects with more members are searched by a map. */
const mostListed = 12;

const nothing: ReadonlySet<string> = new Set();

/** Members in the order in which their keys first came; of a key that came twice the last value. */
export class JsonMembers<T> {
  private readonly names: string[] = [];
  private readonly values: T[] = [];
  /** Hashes of the keys' spellings; the index of each spelling once there are many. */
  private readonly hashes: number[] = [];
  private places: Map<string, number> | undefined;
  private bySpelling: Map<string, number> | undefined;
  private doubtful: Set<string> | undefined;

  get size(): number {
    return this.names.length;
  }

  /** Keys that came twice, or in two cases. */
  get ambiguous(): ReadonlySet<string> {
    return this.doubtful ?? nothing;
  }

  get(name: string): T | undefined {
    const at = this.placeOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  keys(): readonly string[] {
    return this.names;
  }

  *[Symbol.iterator](): Iterator<[string, T]> {
    for (const [index, name] of this.names.entries()) yield [name, this.values[index]!];
  }

  /** Adds a member; `hash` is its name's. */
  add(name: string, value: T, hash = spellingHash(name, 0, name.length)): void {
    const earlier = this.earlier(name, hash);
    if (earlier >= 0 && this.isRepeated(name, value, earlier)) return;
    const at = this.names.push(name) - 1;
    this.values.push(value);
    this.hashes.push(hash);
    if (this.places && this.bySpelling) {
      this.places.set(name, at);
      this.bySpelling.set(name.toLowerCase(), at);
    } else if (at === mostListed) this.index();
  }

  /** Where the last key of the same spelling is; -1 if there is none. */
  private earlier(name: string, hash: number): number {
    if (this.bySpelling) return this.bySpelling.get(name.toLowerCase()) ?? -1;
    const { names, hashes } = this;
    for (let at = hashes.length - 1; at >= 0; at--) {
      if (hashes[at] === hash && names[at]!.toLowerCase() === name.toLowerCase()) return at;
    }
    return -1;
  }

  private placeOf(name: string): number {
    if (this.places) return this.places.get(name) ?? -1;
    const { names, hashes } = this;
    const hash = spellingHash(name, 0, name.length);
    for (let at = 0; at < hashes.length; at++) if (hashes[at] === hash && names[at] === name) return at;
    return -1;
  }

  // Some readers match keys without regard to case, and of two they take the last, others the first.
  private isRepeated(name: string, value: T, earlier: number): boolean {
    this.doubtful ??= new Set();
    this.doubtful.add(this.names[earlier]!).add(name);
    const at = this.placeOf(name);
    if (at < 0) return false;
    this.values[at] = value;
    return true;
  }

  private index(): void {
    this.places = new Map(this.names.map((name, at) => [name, at]));
    this.bySpelling = new Map(this.names.map((name, at) => [name.toLowerCase(), at]));
  }
}

const firstBeyondAscii = 0x80;

/**
 * A hash of the name that stands in `text` from `start` to before `end`: equal for names that differ in case only;
 * others may share it, so that it decides nothing alone.
 */
export function spellingHash(text: string, start: number, end: number): number {
  let hash = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    // Letters beyond ASCII may change their length with their case, and some become ASCII.
    if (code >= firstBeyondAscii) return hashOf(text.slice(start, end).toLowerCase());
    hash = (Math.imul(hash, 31) + (code | 0x20)) | 0;
  }
  return hash;
}

function hashOf(spelling: string): number {
  let hash = 0;
  for (let at = 0; at < spelling.length; at++) {
    hash = (Math.imul(hash, 31) + (spelling.charCodeAt(at) | 0x20)) | 0;
  }
  return hash;
}
