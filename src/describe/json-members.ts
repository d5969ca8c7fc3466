/** The members of a JSON object: a few in lists, since sign-ins have few, and many by a map. */

/** Objects with more members are searched by a map. */
const mostListed = 12;

const nothing: ReadonlySet<string> = new Set();

/** Members in the order in which their keys first came; of a key that came twice the last value. */
export class JsonMembers<T> {
  private readonly names: string[] = [];
  private readonly values: T[] = [];
  /** Keys in lower case; the index of each once there are many. */
  private readonly spellings: string[] = [];
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
    const at = this.places ? (this.places.get(name) ?? -1) : this.names.indexOf(name);
    return at < 0 ? undefined : this.values[at];
  }

  keys(): readonly string[] {
    return this.names;
  }

  *[Symbol.iterator](): Iterator<[string, T]> {
    for (const [index, name] of this.names.entries()) yield [name, this.values[index]!];
  }

  add(name: string, value: T): void {
    const spelling = name.toLowerCase();
    const earlier = this.bySpelling
      ? (this.bySpelling.get(spelling) ?? -1)
      : this.spellings.lastIndexOf(spelling);
    if (earlier >= 0 && this.isRepeated(name, value, earlier)) return;
    const at = this.names.push(name) - 1;
    this.values.push(value);
    this.spellings.push(spelling);
    if (this.places && this.bySpelling) {
      this.places.set(name, at);
      this.bySpelling.set(spelling, at);
    } else if (at === mostListed) this.index();
  }

  // Some readers match keys without regard to case, and of two they take the last, others the first.
  private isRepeated(name: string, value: T, earlier: number): boolean {
    this.doubtful ??= new Set();
    this.doubtful.add(this.names[earlier]!).add(name);
    const at = this.places ? (this.places.get(name) ?? -1) : this.names.indexOf(name);
    if (at < 0) return false;
    this.values[at] = value;
    return true;
  }

  private index(): void {
    this.places = new Map(this.names.map((name, at) => [name, at]));
    this.bySpelling = new Map(this.spellings.map((spelling, at) => [spelling, at]));
  }
}
