/** Measures on disk: saved now and then and at the end, so that a restart does not give every attacker a fresh start. */
import type { GaugeStore } from "./gauge-store.ts";
import { replaceFile } from "./replace-file.ts";

/** Saves a store's state to one file and takes it up again. */
export class GaugeFile {
  readonly #path: string;
  readonly #store: GaugeStore;
  #isSaving = false;

  constructor(path: string, store: GaugeStore) {
    this.#path = path;
    this.#store = store;
  }

  /** Takes up the file, if it is there; call before measures are opened. Returns why it was left alone, for the log. */
  async restore(now: number): Promise<string | undefined> {
    const file = Bun.file(this.#path);
    if (!(await file.exists())) return undefined;
    return this.#store.restore(await file.bytes(), now);
  }

  /** Writes the state beside the file and puts it in its place; rejects when the disk will not have it. A save under way is not doubled. */
  async save(now: number): Promise<void> {
    if (this.#isSaving) return;
    this.#isSaving = true;
    try {
      await replaceFile(this.#path, this.#store.snapshotParts(now));
    } finally {
      this.#isSaving = false;
    }
  }
}
