/** Texts that live outside of the policies: certificates, keys, secrets. A changed file is read again. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";

/** A certificate chain or a key is never longer, bytes. */
const mostBytes = 1_048_576;

/** Where a text is kept. */
export interface TextPlace {
  readonly from: "env" | "file";
  readonly name: string;
}

/** One text; reading it anew when its file has changed. */
export class KeptText {
  readonly place: TextPlace;
  readonly #path: string;
  #stamp = "";
  /** Undefined while it cannot be read; the last good text stays when a file goes away. */
  text: string | undefined;
  /** Why it could not be read last, if so. */
  problem: string | undefined;

  /** `folder`: what names of files are relative to. */
  constructor(place: TextPlace, folder: string) {
    this.place = place;
    this.#path = resolve(folder, place.name);
    if (place.from === "env") {
      this.text = process.env[place.name];
      if (this.text === undefined) this.problem = `the environment has no \`${place.name}\``;
    } else this.refresh();
  }

  /** Reads a changed file; true when it has changed. */
  refresh(): boolean {
    if (this.place.from === "env") return false;
    try {
      const found = statSync(this.#path);
      const { mtimeMs, size, ino } = found;
      // A pipe would be waited for, and a device read, for ever.
      if (!found.isFile()) throw new Error("it is no file");
      const stamp = `${mtimeMs} ${size} ${ino}`;
      if (stamp === this.#stamp) return false;
      this.#stamp = stamp;
      if (size > mostBytes) throw new Error("too large");
      this.text = readFileSync(this.#path, "utf8");
      this.problem = undefined;
      return true;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const problem = `${this.#path} cannot be read: ${reason}`;
      const isNew = problem !== this.problem;
      this.problem = problem;
      return isNew;
    }
  }
}
