/** Sessions on disk, sealed, so that a restart does not forget whose they are. */
import { replaceFile } from "./replace-file.ts";
import type { SessionBook } from "./session-book.ts";

/** Saves a book to one file and takes it up again. */
export class SessionFile {
  readonly #path: string;
  readonly #book: SessionBook;
  #isSaving = false;

  constructor(path: string, book: SessionBook) {
    this.#path = path;
    this.#book = book;
  }

  /** Takes up the file, if it is there; false when it cannot be used. */
  async restore(): Promise<boolean> {
    const file = Bun.file(this.#path);
    return !(await file.exists()) || this.#book.restore(await file.bytes());
  }

  /** Writes the book beside the file and puts it in its place; rejects when the disk will not have it. A save under way is not doubled. */
  async save(): Promise<void> {
    if (this.#isSaving) return;
    this.#isSaving = true;
    try {
      await replaceFile(this.#path, this.#book.snapshotParts());
    } finally {
      this.#isSaving = false;
    }
  }
}
