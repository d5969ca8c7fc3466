/**
 * Many texts looked for in one pass over a field (Aho and Corasick, 1975): the cost is that of the field's length,
 * whatever the number of policies that ask what it contains.
 */
import type { Evaluation } from "./evaluation.ts";

/** Most entries of the transition table (4 bytes each); texts beyond it are looked for one by one. */
const mostEntries = 2_000_000;

const ascii = 128;
const mostRemembered = 512;
const longestRemembered = 512;

/** The texts that policies look for in one field. */
export class TextSearch {
  private readonly evaluation: Evaluation;
  /** Classes of characters: 0 is every character in no text. */
  private readonly asciiClasses = new Uint16Array(ascii);
  private readonly otherClasses = new Map<number, number>();
  private classes = 1;
  /** The state after each state and class. */
  private next: Int32Array;
  /** Indices of the texts that end in each state. */
  private readonly ends: number[][] = [[]];
  private readonly foundAt: Uint32Array;
  private found: readonly number[] = [];
  /** What was found in values seen lately: most requests send one of few. */
  private readonly recent = new Map<string, readonly number[]>();
  private stamp = 0;

  /** The texts must not be empty, nor more than `fitting` allows. */
  constructor(texts: readonly string[], evaluation: Evaluation) {
    this.evaluation = evaluation;
    this.foundAt = evaluation.stampsFor(texts.length);
    for (const text of texts) for (let at = 0; at < text.length; at++) this.classify(text.charCodeAt(at));
    const states = texts.reduce((sum, text) => sum + text.length, 1);
    this.next = new Int32Array(states * this.classes).fill(-1);
    for (const [index, text] of texts.entries()) this.insert(text, index);
    this.next = this.next.slice(0, this.ends.length * this.classes);
    this.connect();
  }

  /** How many of the texts, from the first, one search can hold. */
  static fitting(texts: readonly string[]): number {
    const characters = new Set<string>();
    let states = 1;
    for (const [index, text] of texts.entries()) {
      for (let at = 0; at < text.length; at++) characters.add(text[at]!);
      states += text.length;
      if (states * (characters.size + 1) > mostEntries) return index;
    }
    return texts.length;
  }

  /** The indices of the texts that a field's value contains, each once; valid until the next request. */
  foundIn(value: string): readonly number[] {
    const { epoch } = this.evaluation;
    if (this.stamp === epoch) return this.found;
    this.stamp = epoch;
    this.found = this.recent.get(value) ?? this.search(value);
    for (let at = 0; at < this.found.length; at++) this.foundAt[this.found[at]!] = epoch;
    return this.found;
  }

  /** True when a field's value in the request being judged contains a text; the first call looks for all of them. */
  finds(index: number, value: string): boolean {
    if (this.stamp !== this.evaluation.epoch) this.foundIn(value);
    return this.foundAt[index] === this.stamp;
  }

  private search(value: string): readonly number[] {
    const found = [...this.scan(value)];
    if (value.length > longestRemembered) return found;
    if (this.recent.size >= mostRemembered) this.recent.clear();
    this.recent.set(value, found);
    return found;
  }

  private scan(value: string): Set<number> {
    const { next, ends, classes, asciiClasses } = this;
    const found = new Set<number>();
    let state = 0;
    for (let at = 0; at < value.length; at++) {
      const code = value.charCodeAt(at);
      const character = code < ascii ? asciiClasses[code]! : (this.otherClasses.get(code) ?? 0);
      state = next[state * classes + character]!;
      const ended = ends[state]!;
      for (let end = 0; end < ended.length; end++) found.add(ended[end]!);
    }
    return found;
  }

  private classify(code: number): void {
    if (code < ascii) {
      if (this.asciiClasses[code] === 0) this.asciiClasses[code] = this.classes++;
    } else if (!this.otherClasses.has(code)) this.otherClasses.set(code, this.classes++);
  }

  private classOf(code: number): number {
    return code < ascii ? this.asciiClasses[code]! : (this.otherClasses.get(code) ?? 0);
  }

  private insert(text: string, index: number): void {
    let state = 0;
    for (let at = 0; at < text.length; at++) {
      const entry = state * this.classes + this.classOf(text.charCodeAt(at));
      let following = this.next[entry]!;
      if (following < 0) {
        following = this.ends.length;
        this.ends.push([]);
        this.next[entry] = following;
      }
      state = following;
    }
    this.ends[state]!.push(index);
  }

  /** Fills the gaps of the tree: where a text breaks off, the search goes on with the longest ending that starts another. */
  private connect(): void {
    const fallbacks = new Int32Array(this.ends.length);
    const queue = [0];
    for (const state of queue) {
      const fallback = fallbacks[state]!;
      if (state !== 0) this.ends[state]!.push(...this.ends[fallback]!);
      for (let character = 0; character < this.classes; character++) {
        const entry = state * this.classes + character;
        const following = this.next[entry]!;
        const other = state === 0 ? 0 : this.next[fallback * this.classes + character]!;
        if (following < 0) this.next[entry] = other;
        else {
          fallbacks[following] = other;
          queue.push(following);
        }
      }
    }
  }
}
