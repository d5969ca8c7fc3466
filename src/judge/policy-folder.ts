/** The policies folder on disk: its sources, its lists, and a fingerprint that tells whether anything changed. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { stat } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { ListPort, SourceFile } from "../../dsl/index.ts";
import { AppError } from "../app-error.ts";

/** Bounds of a folder: files, bytes of a policy file, of all of them, and of a list file, depth of folders. */
const bounds = {
  files: 2_000,
  fileBytes: 1_048_576,
  allBytes: 67_108_864,
  listBytes: 16_777_216,
  depth: 4,
} as const;

/** A folder of `.policy` files; list files may lie anywhere below it. */
export class PolicyFolder implements ListPort {
  readonly path: string;

  constructor(path: string) {
    this.path = resolve(path);
  }

  /** The text of one file of the folder; throws AppError `policies_unreadable`. */
  text(name: string): string {
    return readBounded(join(this.path, name), bounds.fileBytes);
  }

  /** All `.policy` files in order of their names; throws AppError `policies_unreadable`. */
  sources(): SourceFile[] {
    try {
      let room: number = bounds.allBytes;
      return this.#walk()
        .filter((file) => file.endsWith(".policy"))
        .map((file) => {
          const text = readBounded(file, bounds.fileBytes);
          room -= text.length;
          if (room >= 0) return { name: relative(this.path, file), text };
          throw new AppError(
            "policies_unreadable",
            `more than ${bounds.allBytes} characters below ${this.path}`,
          );
        });
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      throw new AppError("policies_unreadable", `cannot read the policies in ${this.path}`, cause);
    }
  }

  /** Changes whenever a file below the folder is added, removed or written; "" when the folder cannot be read. */
  async signature(): Promise<string> {
    try {
      const files = this.#walk();
      const stats = await Promise.all(files.map((file) => stat(file)));
      return stats
        .map(({ mtimeMs, size, ino }, index) => `${files[index]}:${mtimeMs}:${size}:${ino}`)
        .join("\n");
    } catch {
      // A file that vanished while it was looked at: the next look sees the settled folder.
      return "";
    }
  }

  read(name: string): string | undefined {
    try {
      const file = realpathSync(join(this.path, name));
      // A symbolic link must not lead a list out of the folder.
      if (!file.startsWith(realpathSync(this.path) + sep)) return undefined;
      return readBounded(file, bounds.listBytes);
    } catch {
      return undefined;
    }
  }

  #walk(folder = this.path, depth = 0): string[] {
    const found: string[] = [];
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.name.startsWith(".")) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory() && depth < bounds.depth) found.push(...this.#walk(path, depth + 1));
      else if (entry.isFile() && /\.(policy|txt|csv|netset)$/.test(entry.name)) found.push(path);
      if (found.length > bounds.files) {
        throw new AppError("policies_unreadable", `more than ${bounds.files} files below ${this.path}`);
      }
    }
    return found.sort();
  }
}

/** A file's text; pipes and devices, which may never end, are not read. Throws AppError `policies_unreadable`. */
function readBounded(file: string, maxBytes: number): string {
  const stats = statSync(file);
  if (!stats.isFile()) throw new AppError("policies_unreadable", `${file} is no file`);
  if (stats.size > maxBytes)
    throw new AppError("policies_unreadable", `${file} is larger than ${maxBytes} bytes`);
  return readFileSync(file, "utf8");
}
