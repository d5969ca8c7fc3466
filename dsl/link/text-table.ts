/**
 * Hundreds of thousands of texts as one text and a table of where they stand. A `Set` of so many would have to be filled
 * on the thread that serves; this is made on another one, handed over as it is, and takes a third of the memory.
 */

/** The texts in a form that another thread can hand over. */
export interface TextWords {
  /** All texts one after the other, and where each of them ends. */
  readonly text: string;
  readonly ends: Uint32Array;
  /** The place of a text plus one by its hash, the next free slot if that is taken; empty where there is no table. */
  readonly slots: Uint32Array;
  readonly seed: number;
}

/** Seeds that are tried before texts count as made to collide. */
const mostSeeds = 4;
/** Slots that a look-up passes at the most; a table that is half empty has far shorter rows. */
const mostPassed = 64;
const leastSlots = 16;

/** Puts texts together, with a table if there are more than `fewest` of them. */
export function textWords(texts: readonly string[], fewest: number): TextWords {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (const [index, text] of texts.entries()) {
    end += text.length;
    ends[index] = end;
  }
  const text = texts.join("");
  for (let tried = 0; texts.length > fewest && tried < mostSeeds; tried++) {
    const [seed = 0] = crypto.getRandomValues(new Uint32Array(1));
    const slots = slotsOf(texts, seed);
    if (slots) return { text, ends, slots, seed };
  }
  return { text, ends, slots: new Uint32Array(0), seed: 0 };
}

/** The texts of a table, as a set has them. */
export class TextTable {
  private readonly words: TextWords;
  private readonly mask: number;

  /** `words` has slots. */
  constructor(words: TextWords) {
    this.words = words;
    this.mask = words.slots.length - 1;
  }

  has(value: string | number): boolean {
    if (typeof value !== "string") return false;
    const { text, ends, slots, seed } = this.words;
    for (let slot = hashOf(value, seed) & this.mask; slots[slot] !== 0; slot = (slot + 1) & this.mask) {
      const index = slots[slot]! - 1;
      const start = index === 0 ? 0 : ends[index - 1]!;
      if (ends[index]! - start === value.length && text.startsWith(value, start)) return true;
    }
    return false;
  }
}

/** Half of the slots stay empty; undefined when too many texts want the same ones. */
function slotsOf(texts: readonly string[], seed: number): Uint32Array | undefined {
  let size = leastSlots;
  while (size < texts.length * 2) size *= 2;
  const mask = size - 1;
  const slots = new Uint32Array(size);
  for (const [index, text] of texts.entries()) {
    let slot = hashOf(text, seed) & mask;
    let passed = 0;
    while (slots[slot] !== 0 && texts[slots[slot]! - 1] !== text) {
      if (++passed > mostPassed) return undefined;
      slot = (slot + 1) & mask;
    }
    slots[slot] = index + 1;
  }
  return slots;
}

// The seed is drawn anew for each table, so that nobody can choose texts that collide.
function hashOf(text: string, seed: number): number {
  let hash = seed | 0;
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ (hash >>> 13), 0x85ebca6b);
  return hash ^ (hash >>> 16);
}
