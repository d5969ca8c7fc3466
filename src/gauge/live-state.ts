/** What the store needs to know of a kind of state in order to bound, sweep, save and restore it. */
import { type KeyTable, skipTable } from "./key-table.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";

/** State in tables of rows, or of a fixed size. */
export interface LiveState {
  readonly tables: readonly KeyTable[];
  readonly words?: Uint32Array;
}

/** Writes a section: whose it is, its words and its tables. */
export function* saveSection(id: string, state: LiveState, out: SnapshotWriter): Generator<Uint8Array> {
  out.text(id);
  out.word(state.words?.length ?? 0);
  if (state.words) out.words(state.words);
  out.word(state.tables.length);
  for (const table of state.tables) yield* table.save(out);
  if (out.isFull) yield out.take();
}

/** Fills new state from a section whose id has been read; false when it was of another shape. */
export function loadSection(state: LiveState, from: SnapshotReader): boolean {
  const words = from.words(from.word());
  if (words.length !== (state.words?.length ?? 0)) return false;
  state.words?.set(words);
  if (from.word() !== state.tables.length) return false;
  return state.tables.every((table) => table.load(from));
}

/** Goes to the end of a section whose id has been read. */
export function skipSection(from: SnapshotReader): void {
  from.words(from.word());
  for (let tables = from.word(); tables > 0; tables--) skipTable(from);
}
