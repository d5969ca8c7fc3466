/** What `remember` needs of the host: values that accounts or sessions were seen with, kept for long. */

/** A memory to keep; the same `id` is the same memory across revisions. */
export interface MemorySpec {
  readonly id: string;
  readonly name: string;
  /** How long a value is remembered after it was last seen; a hundred-and-twenty-eighth longer at most. */
  readonly forMs: number;
}

/** Remembers the last six values of each key. A key that found no room reads as one of which nothing is remembered. */
export interface AccountMemory {
  /** Call it for what is proven only (a success): what anyone may write, anyone may flood. */
  remember(key: string, value: string, now: number): void;
  /** The key was seen with this value. */
  isKnown(key: string, value: string, now: number): boolean;
  /** The key was not seen with this value, or nothing of it is remembered. */
  isNew(key: string, value: string, now: number): boolean;
  /** The key was seen with other values only; undefined when nothing of it is remembered. */
  differs(key: string, value: string, now: number): boolean | undefined;
  /** True when within `forMs` a key found no room or had to leave: who is unknown may once have been known. */
  isSaturated(now: number): boolean;
}

/** Opens memories by their spec; the same id gives the same memory. */
export interface MemoryPort {
  openMemory(spec: MemorySpec): AccountMemory;
}
