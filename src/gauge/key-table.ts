/**
 * Rows of state by 64-bit key: open addressing over typed arrays, in 256 shards so that growing one never pauses
 * traffic for long. A key that is expired makes room; when memory is at its bound, a new key must have been seen
 * more often than the coldest of a few it could replace.
 */
import { FrequencySketch } from "./frequency-sketch.ts";
import type { MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import type { SnapshotReader } from "./snapshot-reader.ts";
import type { SnapshotWriter } from "./snapshot-writer.ts";
import type { WindowClock } from "./window-clock.ts";

/** What a row means; the table knows only its key and when it was last touched. */
export interface RowKind {
  /** 32-bit words of a row, with the three of the table: key low, key high, last epoch (0 is an empty slot). */
  readonly words: number;
  /** Epochs after the last touch at which a row is worth nothing. */
  readonly livesFor: number;
  /** How much would be lost with this row; compared with how often a newcomer was seen. */
  weigh(rows: Uint32Array, at: number): number;
  /** Gives back what the row holds outside the table. */
  release?(rows: Uint32Array, at: number): void;
  /** What the row holds outside the table, to be saved beside it. */
  spilled?(rows: Uint32Array, at: number): Uint32Array | undefined;
  /** Gives a restored row again what it had outside the table. */
  refill?(rows: Uint32Array, at: number, from: Uint32Array, start: number, count: number): void;
}

/** Key low, key high, last epoch. */
const headWords = 3;
const shardCount = 256;
const smallestShard = 8;
const fullAt = 0.7;
const growth = 1.5;
/** Rows come in the order of their slots: into a shard that grows meanwhile they would all crowd at its beginning. */
const loadedTo = 0.6;
/** Set in the word before a saved shard, with its number; no row is so long. */
const shardMark = 0x80000000;
const sampled = 6;
/** Between two attempts of a full shard to clean up or grow. */
const denialsPerRetry = 256;

interface Shard {
  rows: Uint32Array;
  capacity: number;
  live: number;
  denials: number;
}

/** The rows of one gauge. After `find` or `claim`, `rows` is the array that the returned offset lies in. */
export class KeyTable {
  rows: Uint32Array = new Uint32Array(0);
  keys = 0;
  /** Keys that had to leave for others before their time. */
  evicted = 0;
  readonly #kind: RowKind;
  readonly #clock: WindowClock;
  readonly #budget: MemoryBudget;
  readonly #account: MemoryAccount;
  readonly #shards: (Shard | undefined)[] = Array.from({ length: shardCount }, () => undefined);
  #sketch: FrequencySketch | undefined = undefined;
  #random = 0x2545f491;
  #sweepAt = 0;
  #lostAt = 0;

  /** `clock` says which epoch it is; whoever calls the table has advanced it. */
  constructor(kind: RowKind, clock: WindowClock, budget: MemoryBudget, account: MemoryAccount) {
    this.#kind = kind;
    this.#clock = clock;
    this.#budget = budget;
    this.#account = account;
  }

  /** Offset of the key's row, or -1. */
  find(low: number, high: number): number {
    const shard = this.#shards[high >>> 24];
    if (!shard) return -1;
    this.rows = shard.rows;
    const at = this.#probe(shard, low, high);
    return shard.rows[at + 2] === 0 || this.#isExpired(shard.rows, at) ? -1 : at;
  }

  /** Removes the key's row; false when there is none. */
  forget(low: number, high: number): boolean {
    const shard = this.#shards[high >>> 24];
    const at = shard ? this.#probe(shard, low, high) : -1;
    if (!shard || shard.rows[at + 2] === 0) return false;
    this.#remove(shard, at);
    return true;
  }

  /**
   * Offset of the key's row, made anew if there is none or it is expired (all words 0 but key and epoch); -1 when there
   * is no room for it. The epoch of a row that lives is the caller's to move on.
   */
  claim(low: number, high: number): number {
    const shard = this.#shards[high >>> 24] ?? this.#openShard(high >>> 24);
    if (!shard) return this.#deny();
    let at = this.#probe(shard, low, high);
    if (shard.rows[at + 2] === 0) {
      if (shard.live + 1 > shard.capacity * fullAt) {
        if (!this.#makeRoom(shard, low, high)) return this.#deny();
        at = this.#probe(shard, low, high);
      }
      shard.rows[at] = low;
      shard.rows[at + 1] = high;
      shard.rows[at + 2] = this.#clock.epoch;
      shard.live++;
      this.keys++;
    } else if (this.#isExpired(shard.rows, at)) {
      this.#kind.release?.(shard.rows, at);
      shard.rows.fill(0, at + headWords, at + this.#kind.words);
      shard.rows[at + 2] = this.#clock.epoch;
    }
    this.rows = shard.rows;
    return at;
  }

  /** Cleans one shard, the next in turn, of what is expired at `now`. */
  sweep(now: number): void {
    this.#clock.advance(now);
    const shard = this.#shards[this.#sweepAt];
    if (shard) {
      this.#rebuild(shard);
      if (shard.live === 0) {
        this.#budget.release(this.#account, shard.rows.byteLength);
        this.#shards[this.#sweepAt] = undefined;
      }
    }
    this.#sweepAt = (this.#sweepAt + 1) % shardCount;
  }

  /** Records that something is not counted. */
  lose(): void {
    this.#lostAt = this.#clock.epoch;
  }

  /** True when within a row's life before `now` something was not counted or had to leave. */
  isSaturated(now: number): boolean {
    this.#clock.advance(now);
    return this.#lostAt > 0 && this.#clock.epoch - this.#lostAt <= this.#kind.livesFor;
  }

  /** The latest time the table has seen. */
  get now(): number {
    return this.#clock.now;
  }

  /** Saves clock and living rows; parts come whenever the writer is full, and rows may change between two of them. */
  *save(out: SnapshotWriter): Generator<Uint8Array> {
    const { words } = this.#kind;
    out.double(this.#clock.bucketMs);
    out.double(this.#clock.origin ?? Number.NaN);
    out.double(this.#clock.now);
    out.word(this.#lostAt);
    out.word(words);
    for (const [index, shard] of this.#shards.entries()) {
      if (!shard) continue;
      const { rows } = shard;
      out.word(shardMark + index);
      out.word(shard.live);
      for (let at = 0; at < rows.length; at += words) {
        if (rows[at + 2] === 0 || this.#isExpired(rows, at)) continue;
        const spilled = this.#kind.spilled?.(rows, at);
        out.word(words + (spilled?.length ?? 0));
        out.words(rows.subarray(at, at + words));
        if (spilled) out.words(spilled);
      }
      // A shard at a time, so that no row is saved twice or left out because it moved meanwhile.
      if (out.isFull) yield out.take();
    }
    out.word(0);
    out.double(this.#clock.now);
  }

  /** Takes up what `save` wrote for a table of the same shape; a new table only. False when the shape is another. */
  load(from: SnapshotReader): boolean {
    const { words } = this.#kind;
    const bucketMs = from.double();
    const origin = from.double();
    const now = from.double();
    const lostAt = from.word();
    if (from.word() !== words || bucketMs !== this.#clock.bucketMs) return false;
    // Not a number when nothing was ever counted; then there are no rows either.
    if (!Number.isNaN(origin)) this.#clock.resume(origin, now);
    this.#lostAt = lostAt;
    for (let length = from.word(); length > 0; length = from.word()) {
      if (length >= shardMark) {
        this.#openShard(length & (shardCount - 1), Math.ceil(from.word() / loadedTo));
        continue;
      }
      const row = from.pass(length);
      const { frame } = from;
      if (length < words || frame[row + 2] === 0) continue;
      const at = this.claim(frame[row] ?? 0, frame[row + 1] ?? 0);
      if (at < 0) continue;
      copyRow(frame, row, this.rows, at, words);
      this.#kind.refill?.(this.rows, at, frame, row + words, length - words);
    }
    const end = from.double();
    if (!Number.isNaN(origin)) this.#clock.advance(end);
    return true;
  }

  #deny(): number {
    this.lose();
    return -1;
  }

  #openShard(index: number, wanted = smallestShard): Shard | undefined {
    const capacity = Math.max(wanted, smallestShard);
    const words = capacity * this.#kind.words;
    if (!this.#budget.reserve(this.#account, words * 4, "rows")) return undefined;
    const shard = { rows: new Uint32Array(words), capacity, live: 0, denials: 0 };
    this.#shards[index] = shard;
    return shard;
  }

  /** Where the key is, or the empty slot where it would go. */
  #probe(shard: Shard, low: number, high: number): number {
    const { rows } = shard;
    const { words } = this.#kind;
    const end = rows.length;
    let at = homeOf(low, shard.capacity) * words;
    while (rows[at + 2] !== 0 && (rows[at] !== low || rows[at + 1] !== high)) {
      at += words;
      if (at === end) at = 0;
    }
    return at;
  }

  #makeRoom(shard: Shard, low: number, high: number): boolean {
    if (shard.denials++ % denialsPerRetry === 0) {
      this.#rebuild(shard);
      if (shard.live + 1 <= shard.capacity * fullAt) {
        shard.denials = 0;
        return true;
      }
    }
    const victim = this.#coldest(shard);
    const isExpired = this.#isExpired(shard.rows, victim);
    const seen = this.#sketchFor().count(low, high);
    if (!isExpired && seen <= this.#kind.weigh(shard.rows, victim)) return false;
    if (!isExpired) {
      this.evicted++;
      this.lose();
    }
    this.#remove(shard, victim);
    return true;
  }

  #sketchFor(): FrequencySketch {
    if (!this.#sketch) {
      this.#sketch = new FrequencySketch(this.keys);
      this.#budget.take(this.#account, this.#sketch.bytes);
    }
    return this.#sketch;
  }

  /** The offset of an expired row, or of the one with the least weight, among a few from a random place on. */
  #coldest(shard: Shard): number {
    this.#random ^= this.#random << 13;
    this.#random ^= this.#random >>> 17;
    this.#random ^= this.#random << 5;
    const { words } = this.#kind;
    let at = homeOf(this.#random >>> 0, shard.capacity) * words;
    let best = -1;
    let bestWeight = Number.POSITIVE_INFINITY;
    for (let found = 0; found < sampled; at = at + words === shard.rows.length ? 0 : at + words) {
      if (shard.rows[at + 2] === 0) continue;
      found++;
      if (this.#isExpired(shard.rows, at)) return at;
      const weight = this.#kind.weigh(shard.rows, at);
      if (weight < bestWeight) {
        best = at;
        bestWeight = weight;
      }
    }
    return best;
  }

  #isExpired(rows: Uint32Array, at: number): boolean {
    return this.#clock.epoch - (rows[at + 2] ?? 0) > this.#kind.livesFor;
  }

  /** Removes a row and moves those behind it up, so that no probe meets a gap (Knuth 6.4, algorithm R). */
  #remove(shard: Shard, victim: number): void {
    const { rows } = shard;
    const { words } = this.#kind;
    this.#kind.release?.(rows, victim);
    let hole = victim;
    for (let at = this.#next(shard, hole); rows[at + 2] !== 0; at = this.#next(shard, at)) {
      const home = homeOf(rows[at] ?? 0, shard.capacity) * words;
      const staysReachable = hole <= at ? hole < home && home <= at : hole < home || home <= at;
      if (staysReachable) continue;
      rows.copyWithin(hole, at, at + words);
      hole = at;
    }
    rows.fill(0, hole, hole + words);
    shard.live--;
    this.keys--;
  }

  #next(shard: Shard, at: number): number {
    const next = at + this.#kind.words;
    return next === shard.rows.length ? 0 : next;
  }

  /** Drops expired rows; grows where still crowded and memory allows, shrinks where most went. */
  #rebuild(shard: Shard): void {
    const { words } = this.#kind;
    const old = shard.rows;
    let live = 0;
    for (let at = 0; at < old.length; at += words) {
      if (old[at + 2] === 0) continue;
      if (!this.#isExpired(old, at)) live++;
    }
    const capacity = this.#wantedCapacity(shard, live);
    if (capacity === shard.capacity && live === shard.live) return;
    const rows = new Uint32Array(capacity * words);
    this.keys += live - shard.live;
    shard.rows = rows;
    shard.capacity = capacity;
    shard.live = live;
    for (let at = 0; at < old.length; at += words) {
      if (old[at + 2] === 0) continue;
      if (this.#isExpired(old, at)) this.#kind.release?.(old, at);
      else copyRow(old, at, rows, this.#probe(shard, old[at] ?? 0, old[at + 1] ?? 0), words);
    }
  }

  /** The capacity for so many rows, with the memory for it already reserved or given back. */
  #wantedCapacity(shard: Shard, live: number): number {
    const { words } = this.#kind;
    const { capacity } = shard;
    if (live > capacity * fullAt * 0.8) {
      const grown = Math.ceil(capacity * growth);
      return this.#budget.reserve(this.#account, (grown - capacity) * words * 4, "rows") ? grown : capacity;
    }
    if (live >= capacity / 4 || capacity === smallestShard) return capacity;
    const shrunk = Math.max(smallestShard, Math.ceil(live * 2));
    this.#budget.release(this.#account, (capacity - shrunk) * words * 4);
    return shrunk;
  }
}

/** Goes to the end of what `save` wrote. */
export function skipTable(from: SnapshotReader): void {
  from.words(8);
  for (let length = from.word(); length > 0; length = from.word())
    from.pass(length >= shardMark ? 1 : length);
  from.double();
}

// The high half picks the shard, the low half the slot; multiplying spreads it over any capacity without division.
function homeOf(low: number, capacity: number): number {
  return Math.floor((low * capacity) / 4_294_967_296);
}

function copyRow(from: Uint32Array, at: number, to: Uint32Array, target: number, words: number): void {
  for (let word = 0; word < words; word++) to[target + word] = from[at + word] ?? 0;
}
