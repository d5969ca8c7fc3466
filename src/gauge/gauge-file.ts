/** Measures on disk: saved now and then and at the end, so that a restart does not give every attacker a fresh start. */
import { chmod, rename, unlink } from "node:fs/promises";
import type { GaugeStore } from "./gauge-store.ts";

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
    const unfinished = `${this.#path}.new`;
    try {
      const writer = Bun.file(unfinished).writer();
      for (const part of this.#store.snapshotParts(now)) {
        await writer.write(part);
        await writer.flush();
      }
      await writer.end();
      // Whom it is about is hashed or sealed; all the same it is nobody else's.
      await chmod(unfinished, 0o600);
      await rename(unfinished, this.#path);
    } catch (error) {
      await unlink(unfinished).catch(() => undefined);
      throw error;
    } finally {
      this.#isSaving = false;
    }
  }
}
