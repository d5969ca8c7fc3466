/** One bound for the memory of all gauges, shared out so that a flooded gauge cannot starve the others. */

/** What one gauge holds, in bytes. */
export interface MemoryAccount {
  bytes: number;
}

/** A gauge may always hold so much, however full the rest is. */
const floorBytes = 65_536;
/** What memory is for: rows of keys, or the many values of few keys. */
export type MemoryUse = "rows" | "values";

/**
 * Parts of everything that may be taken. A flood of keys fills the rows; the values of a key that was let in still
 * find room, and so do the sketches that decide who is let in and are never refused.
 */
const shares: Record<MemoryUse, number> = { rows: 0.7, values: 0.85 };
/** Past its fair share a gauge takes no more than this part of that. */
const contestedShare = 0.75;

/** Grants and takes back memory; it counts, callers allocate. */
export class MemoryBudget {
  readonly maxBytes: number;
  usedBytes = 0;
  /** Called at most once a turn of the event loop while requests for memory are refused. */
  onShortage: (() => void) | undefined = undefined;
  readonly #accounts = new Set<MemoryAccount>();
  #isShort = false;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  open(): MemoryAccount {
    const account = { bytes: 0 };
    this.#accounts.add(account);
    return account;
  }

  /** Gives back all that an account holds. */
  close(account: MemoryAccount): void {
    this.take(account, -account.bytes);
    this.#accounts.delete(account);
  }

  /** True when the account may take `bytes` more; they are then counted. */
  reserve(account: MemoryAccount, bytes: number, use: MemoryUse): boolean {
    if (!this.#accounts.has(account)) return false;
    const own = account.bytes + bytes;
    const share = this.maxBytes * shares[use];
    const limit = own <= share / this.#accounts.size ? share : share * contestedShare;
    if (this.usedBytes + bytes > limit && own > floorBytes) {
      this.#reportShortage();
      return false;
    }
    this.take(account, bytes);
    return true;
  }

  /** Counts memory that may not be refused; nothing is counted for a closed account. */
  take(account: MemoryAccount, bytes: number): void {
    if (!this.#accounts.has(account)) return;
    this.usedBytes += bytes;
    account.bytes += bytes;
  }

  release(account: MemoryAccount, bytes: number): void {
    this.take(account, -bytes);
  }

  // Later, since whoever asks is in the middle of changing a table.
  #reportShortage(): void {
    if (this.#isShort) return;
    this.#isShort = true;
    queueMicrotask(() => {
      this.onShortage?.();
      // Only now: what mends a shortage may meet it again.
      this.#isShort = false;
    });
  }
}
