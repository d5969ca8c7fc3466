/**
 * What the state behind policies takes of the host's memory, so that no set goes live for which there is none. State is
 * kept as rows by key, in tables that a first few hundred keys open whole; the figures are the host's, whose tests hold
 * them to it.
 */

/** Bytes that a host has for state. */
export interface GaugeRoom {
  /** Measures with what is usual for them, sequences, holds and limits. */
  readonly gauges: number;
  /** What `remember` keeps. */
  readonly memories: number;
}

/** What a server gives. */
export const usualRoom: GaugeRoom = { gauges: 268_435_456, memories: 134_217_728 };

/** The part of the room that rows may fill; the rest is for the values of busy keys and for who may come in. */
export const partForRows = 0.7;

/** Keys of each piece of state that the likely size is reckoned with. */
export const likelyKeys = 10_000;

/** Bytes as soon as keys come, and with `likelyKeys`. */
export interface StateSize {
  readonly least: number;
  readonly likely: number;
}

/** Kinds of state that `sizeOfState` knows. */
export type StateKind = "count" | "distinct" | "share" | "new" | "gap" | "memory" | "hold" | "ratelimit";

const shards = 256;
const smallestShard = 8;
const filled = 0.6;
const wordBytes = 4;
/** A key and when it was last seen. */
const keyWords = 3;
const ringWords = keyWords + 13;

const rowWords: Readonly<Record<StateKind, readonly number[]>> = {
  count: [ringWords],
  share: [ringWords],
  distinct: [ringWords],
  // Births by key, and every value that was seen.
  new: [ringWords, keyWords + 1],
  gap: [keyWords + 29],
  memory: [keyWords + 10],
  hold: [keyWords + 2],
  ratelimit: [ringWords],
};

/** Of the keys of a `distinct`, those with more than a row holds, and those with too many to be counted exactly. */
const busy = { listPart: 0.05, listBytes: 256, sketchPart: 0.01, sketchBytes: 2320, atOnce: 16 } as const;

/** What one piece of state takes. */
export function sizeOfState(kind: StateKind): StateSize {
  const tables = rowWords[kind].map(sizeOfTable);
  const values = kind === "distinct" ? sizeOfValues() : { least: 0, likely: 0 };
  return [...tables, values].reduce((sum, part) => ({
    least: sum.least + part.least,
    likely: sum.likely + part.likely,
  }));
}

/** What a sequence takes whose steps add up to so many events. */
export function sizeOfSequence(events: number): StateSize {
  return sizeOfTable(keyWords + events);
}

/** What a measure's usual value takes, whatever its keys. */
export const usualBytes = 11_852;

function sizeOfTable(words: number): StateSize {
  const least = shards * smallestShard * words * wordBytes;
  return { least, likely: Math.max(least, (likelyKeys / filled) * words * wordBytes) };
}

function sizeOfValues(): StateSize {
  const { listPart, listBytes, sketchPart, sketchBytes, atOnce } = busy;
  return {
    least: atOnce * listBytes,
    likely: likelyKeys * (listPart * listBytes + sketchPart * sketchBytes),
  };
}
