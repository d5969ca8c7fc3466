/** Room on the disk that is kept for people: where it is full they must still be able to sign in, and to switch off. */
import { closeSync, ftruncateSync, openSync, statfsSync, statSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";

/** All of it, what one use frees, and how much must be free before any is taken, bytes. */
const reserveBytes = 4_194_304;
const shareBytes = 262_144;
const leastFreeBytes = 4 * reserveBytes;

/** One file beside the database. */
export class DiskReserve {
  readonly #path: string;

  constructor(databaseFile: string) {
    this.#path = join(dirname(databaseFile), "reserve");
  }

  /** Fills it where there is room enough; never throws. */
  keep(): void {
    try {
      const size = statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
      const { bavail, bsize } = statfsSync(dirname(this.#path));
      if (size >= reserveBytes || bavail * bsize < leastFreeBytes) return;
      const file = openSync(this.#path, "a", 0o600);
      try {
        // Written and not only lengthened: a hole would take no room.
        writeSync(file, new Uint8Array(reserveBytes - size).fill(0x2e));
      } finally {
        closeSync(file);
      }
    } catch {
      // It is there for bad times only; what is wrong with the disk is told by the writes that matter.
    }
  }

  /** Gives a share back to the disk; false when there is none. Never throws. */
  release(): boolean {
    try {
      const size = statSync(this.#path).size;
      if (size === 0) return false;
      const file = openSync(this.#path, "r+");
      try {
        ftruncateSync(file, Math.max(0, size - shareBytes));
      } finally {
        closeSync(file);
      }
      return true;
    } catch {
      return false;
    }
  }

  /** The command, tried again with a share of the reserve where the disk is full. */
  over<Arguments extends readonly unknown[], Result>(
    command: (...given: Arguments) => Result,
  ): (...given: Arguments) => Result {
    return (...given) => {
      try {
        return command(...given);
      } catch (error) {
        if (!isDiskFull(error) || !this.release()) throw error;
        return command(...given);
      }
    };
  }
}

/** SQLite's word for it, or what it says of the system's when the log cannot grow. */
function isDiskFull(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && String(cause.code).startsWith("SQLITE_FULL")) return true;
  }
  return false;
}
