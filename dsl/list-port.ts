/** How lists that live in files are reached; the host decides what may be read. */

/** Reads list files. Must not throw. */
export interface ListPort {
  /** Text of a list's file, named relative to the policies folder; undefined if missing or outside. */
  read(name: string): string | undefined;
  /** Told while linking of a file that is missing, has bad entries or too many; what there is of it is used. */
  unsound?(name: string): void;
}
