/** Saved state is whole or not there: written beside the old file and put in its place. */
import { chmod, rename, unlink } from "node:fs/promises";

/** Writes the parts, readable by the owner only; rejects when the disk will not have them, and the old file stays. */
export async function replaceFile(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const unfinished = `${path}.new`;
  try {
    const writer = Bun.file(unfinished).writer();
    for (const part of parts) {
      await writer.write(part);
      await writer.flush();
    }
    await writer.end();
    // Whom it is about is hashed or sealed; all the same it is nobody else's.
    await chmod(unfinished, 0o600);
    await rename(unfinished, path);
  } catch (error) {
    await unlink(unfinished).catch(() => undefined);
    throw error;
  }
}
