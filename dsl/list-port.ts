/** How lists that live in files are reached; the host decides what may be read. */

/** Reads list files. Must not throw. */
export interface ListPort {
  /** Text of a list's file, named relative to the policies folder; undefined if missing or outside. */
  read(name: string): string | undefined;
}
