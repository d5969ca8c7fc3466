/**
 * Texts of events as small numbers. Much of the text comes from attackers, so a value enters only when it was
 * seen twice within a short while, and never beyond its kind's limit; until then the event itself holds the text.
 */
import type { Database } from "bun:sqlite";

/** What the texts are; the number is stored and never changes. */
export const dictionaryKinds = {
  app: 0,
  route: 1,
  method: 2,
  host: 3,
  path: 4,
  decider: 5,
  skeleton: 6,
  shape: 7,
  userAgent: 8,
  outcome: 9,
  stack: 10,
  ja4: 11,
} as const;

/** A kind of text that has its own numbering. */
export type DictionaryKind = keyof typeof dictionaryKinds;

/** Values a kind may hold: 0.6 million in all, some 100 MB at the very worst. */
const limits: Record<DictionaryKind, number> = {
  app: 10_000,
  route: 50_000,
  method: 200,
  host: 20_000,
  path: 100_000,
  decider: 50_000,
  skeleton: 100_000,
  shape: 50_000,
  userAgent: 100_000,
  outcome: 10_000,
  stack: 50_000,
  ja4: 50_000,
};

/** Kinds whose values policies name, so that no request can invent one. */
const isOurs: Partial<Record<DictionaryKind, true>> = {
  app: true,
  route: true,
  decider: true,
  outcome: true,
};

const recentSlots = 1 << 16;

/** The writer's side of the dictionary. */
export class Dictionary {
  readonly #ids = new Map<DictionaryKind, Map<string, number>>();
  readonly #recent = new Uint32Array(recentSlots);
  readonly #insert;
  readonly #all;

  constructor(database: Database) {
    this.#insert = database.prepare<undefined, [number, number, string]>(
      "INSERT INTO dictionary (kind, id, value) VALUES (?, ?, ?)",
    );
    this.#all = database.prepare<{ id: number; value: string }, [number]>(
      "SELECT id, value FROM dictionary WHERE kind = ?",
    );
    this.reload();
  }

  /** Takes the database's state as the truth; needed after a transaction was rolled back. */
  reload(): void {
    for (const [kind, code] of Object.entries(dictionaryKinds)) {
      const ids = new Map<string, number>();
      for (const row of this.#all.all(code)) ids.set(row.value, row.id);
      this.#ids.set(kind as DictionaryKind, ids);
    }
  }

  /** The value's number, or the value itself while it has none; null for a missing value. */
  encode(kind: DictionaryKind, value: string | undefined): number | string | null {
    if (value === undefined) return null;
    const ids = this.#ids.get(kind)!;
    const known = ids.get(value);
    if (known !== undefined) return known;
    if (ids.size >= limits[kind] || !(isOurs[kind] || this.#isSecondSight(kind, value))) return value;
    const id = ids.size + 1;
    this.#insert.run(dictionaryKinds[kind], id, value);
    ids.set(value, id);
    return id;
  }

  #isSecondSight(kind: DictionaryKind, value: string): boolean {
    const hash = Bun.hash.xxHash32(value, dictionaryKinds[kind] + 1) | 1;
    const slot = (hash >>> 8) % recentSlots;
    if (this.#recent[slot] === hash >>> 0) return true;
    this.#recent[slot] = hash;
    return false;
  }
}

/** The readers' side: numbers back to texts, remembered. */
export class DictionaryReader {
  readonly #texts = new Map<number, Map<number, string>>();
  readonly #find;

  constructor(database: Database) {
    this.#find = database.prepare<{ value: string }, [number, number]>(
      "SELECT value FROM dictionary WHERE kind = ? AND id = ?",
    );
  }

  /** The text of what `encode` gave. */
  decode(kind: DictionaryKind, stored: number | string | null): string | undefined {
    if (stored === null) return undefined;
    if (typeof stored === "string") return stored;
    const code = dictionaryKinds[kind];
    const texts = this.#texts.get(code) ?? new Map<number, string>();
    this.#texts.set(code, texts);
    const known = texts.get(stored);
    if (known !== undefined) return known;
    const text = this.#find.get(code, stored)?.value;
    if (text !== undefined) texts.set(stored, text);
    return text;
  }
}
