/** All state behind the live policies: measures, usual values, memories, sequences, holds; within bounds of memory. */
import type { Gauge, GaugePort, GaugeSpec } from "../../dsl/index.ts";
import { AccountBook } from "./account-book.ts";
import { AccountHistory } from "./account-history.ts";
import { CountGauge } from "./count-gauge.ts";
import { DistinctGauge } from "./distinct-gauge.ts";
import { GapGauge } from "./gap-gauge.ts";
import { HoldTable } from "./hold-table.ts";
import { KeyHash } from "./key-hash.ts";
import { type LiveState, loadSection, saveSection, skipSection } from "./live-state.ts";
import { type MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { NewGauge } from "./new-gauge.ts";
import { RateTable } from "./rate-table.ts";
import { ShareGauge } from "./share-gauge.ts";
import { type SnapshotPlace, SnapshotReader, type SnapshotRefusal } from "./snapshot-reader.ts";
import { SnapshotWriter, snapshotMagic, snapshotVersion } from "./snapshot-writer.ts";
import { type StepSpec, StepTable } from "./step-table.ts";
import { type UsualSpec, UsualValue } from "./usual-value.ts";
import { WindowClock } from "./window-clock.ts";

/** What one measure, memory, sequence or hold holds. */
export interface GaugeUsage {
  readonly name: string;
  readonly keys: number;
  readonly bytes: number;
  /** Keys that left before their time to make room. */
  readonly evicted: number;
  /** Within the last window something found no room or had to leave: readings may be too low, never too high. */
  readonly saturated: boolean;
}

/** A gauge of the store; it always knows whether it is saturated. */
export type LiveGauge = Gauge & LiveState & { isSaturated(now: number): boolean };

/** Bounds and secrets of a store. */
export interface GaugeStoreOptions {
  /** For gauges, sequences and holds together; each may hold 64 KiB beyond it. */
  readonly maxBytes: number;
  /** For account memories together, on top, so that no flood of gauges takes it; half of `maxBytes` unless told. */
  readonly maxMemoryBytes?: number;
  /** 8 bytes that key the hashes; random unless state is to outlive the process. */
  readonly seed?: Uint8Array;
}

interface Named {
  /** Hash of the definition. */
  readonly id: string;
  readonly name: string;
}

interface OpenState {
  readonly id: string;
  readonly name: string;
  readonly state: LiveState;
  readonly budget: MemoryBudget;
  readonly account: MemoryAccount;
}

type Making<T extends LiveState> = (budget: MemoryBudget, account: MemoryAccount) => T;

/** A restored snapshot may be so much younger than the clock says it is now. */
const clockToleranceMs = 3_600_000;

/** Opens state by id; an id's state lasts until `retain` lets it go. */
export class GaugeStore implements GaugePort {
  readonly #hashes: { readonly keys: KeyHash; readonly values: KeyHash };
  readonly #budget: MemoryBudget;
  readonly #memoryBudget: MemoryBudget;
  readonly #open = new Map<string, OpenState>();
  #restored: { readonly reader: SnapshotReader; readonly places: Map<string, SnapshotPlace> } | undefined;
  #sweepAt = 0;

  constructor(options: GaugeStoreOptions) {
    const seed = options.seed ?? crypto.getRandomValues(new Uint8Array(8));
    this.#hashes = { keys: new KeyHash(seed), values: new KeyHash(seed) };
    this.#budget = this.#bound(options.maxBytes);
    this.#memoryBudget = this.#bound(options.maxMemoryBytes ?? options.maxBytes / 2);
  }

  open(spec: GaugeSpec): LiveGauge {
    return this.#find(spec.kind, spec, this.#budget, (budget, account) => {
      return this.#gauge(spec, budget, account);
    });
  }

  /** The usual value of a measure. */
  openBaseline(spec: Named & UsualSpec): UsualValue {
    return this.#find("usual", spec, this.#budget, (budget, account) => {
      const usual = new UsualValue(this.#hashes.keys, spec);
      budget.take(account, usual.words.byteLength);
      return usual;
    });
  }

  /** Forgets all state whose key is this text alone (an account's name); returns how many rows. What it is a part of leaves with its window. */
  forget(key: string): number {
    const { keys } = this.#hashes;
    let forgotten = 0;
    for (const { state } of this.#open.values()) {
      for (const table of state.tables) {
        keys.hash(key);
        if (table.forget(keys.low, keys.high)) forgotten++;
      }
    }
    return forgotten;
  }

  /** What `remember` fills. */
  openMemory(spec: Named & { readonly forMs: number }): AccountBook {
    return this.#find("memory", spec, this.#memoryBudget, (budget, account) => {
      return new AccountBook(this.#hashes, spec.forMs, budget, account);
    });
  }

  /** When and from where accounts got in before. */
  openHistory(spec: Named): AccountHistory {
    return this.#find("history", spec, this.#memoryBudget, (budget, account) => {
      return new AccountHistory(this.#hashes, budget, account);
    });
  }

  openSequence(spec: Named & StepSpec): StepTable {
    return this.#find("sequence", spec, this.#budget, (budget, account) => {
      return new StepTable(this.#hashes.keys, spec, budget, account);
    });
  }

  openHold(spec: Named & { readonly forMs: number }): HoldTable {
    return this.#find("hold", spec, this.#budget, (budget, account) => {
      return new HoldTable(this.#hashes.keys, spec.forMs, budget, account);
    });
  }

  openRate(spec: Named & { readonly limit: number; readonly windowMs: number }): RateTable {
    return this.#find("rate", spec, this.#budget, (budget, account) => {
      return new RateTable(this.#hashes.keys, spec, budget, account);
    });
  }

  /** Forgets all state but that of these ids, restored state included: what no live, shadow or draft policy reads. */
  retain(ids: ReadonlySet<string>): void {
    this.#restored = undefined;
    for (const [key, { id, budget, account }] of this.#open) {
      if (ids.has(id)) continue;
      budget.close(account);
      this.#open.delete(key);
    }
  }

  /** One row a state, in the order opened. */
  usage(): GaugeUsage[] {
    return [...this.#open.values()].map(({ name, state: { tables }, account }) => ({
      name,
      keys: tables.reduce((sum, { keys }) => sum + keys, 0),
      bytes: account.bytes,
      evicted: tables.reduce((sum, { evicted }) => sum + evicted, 0),
      saturated: tables.some((table) => table.isSaturated(table.now)),
    }));
  }

  /** All state as parts of one file. */
  snapshot(now: number): Uint8Array[] {
    return [...this.snapshotParts(now)];
  }

  /** The same, part by part (some 300 KB); traffic may go on between two of them. Nothing else tells that a file is whole. */
  *snapshotParts(now: number): Generator<Uint8Array> {
    const out = new SnapshotWriter();
    out.word(snapshotMagic);
    out.word(snapshotVersion);
    out.words(this.#seedCheck());
    out.double(now);
    yield out.take();
    for (const [key, { state }] of this.#open) yield* saveSection(key, state, out);
    if (!out.isEmpty) yield out.take();
    yield out.take();
  }

  /**
   * Takes up a snapshot's file: state that is opened from now on goes on where it was; what is open already stays as it
   * is. Undefined when it was taken up, otherwise why not; then nothing has changed.
   */
  restore(file: Uint8Array, now: number): SnapshotRefusal | undefined {
    const reader = SnapshotReader.open(file);
    if (typeof reader === "string") return reader;
    const places = new Map<string, SnapshotPlace>();
    const check = this.#seedCheck();
    try {
      if (reader.words(2).some((word, index) => word !== check[index])) return "other_seed";
      if (reader.double() > now + clockToleranceMs) return "from_the_future";
      while (!reader.isAtEnd) {
        const key = reader.text();
        places.set(key, reader.place);
        skipSection(reader);
      }
    } catch {
      return "corrupt";
    }
    this.#restored = { reader, places };
    return undefined;
  }

  #bound(maxBytes: number): MemoryBudget {
    const budget = new MemoryBudget(maxBytes);
    budget.onShortage = () => this.#sweepNext(budget);
    return budget;
  }

  #find<T extends LiveState>(kind: string, { id, name }: Named, budget: MemoryBudget, make: Making<T>): T {
    const key = `${kind} ${id}`;
    const known = this.#open.get(key);
    // INVARIANT: a key begins with its kind, and each kind has one class.
    if (known) return known.state as T;
    let account = budget.open();
    let state = make(budget, account);
    if (!this.#load(key, state)) {
      budget.close(account);
      account = budget.open();
      state = make(budget, account);
    }
    this.#open.set(key, { id, name, state, budget, account });
    return state;
  }

  /** Fills new state from the snapshot where it has some; false when that did not fit. */
  #load(key: string, state: LiveState): boolean {
    const place = this.#restored?.places.get(key);
    if (!this.#restored || !place) return true;
    this.#restored.places.delete(key);
    this.#restored.reader.goTo(place);
    return loadSection(state, this.#restored.reader);
  }

  #gauge(spec: GaugeSpec, budget: MemoryBudget, account: MemoryAccount): LiveGauge {
    const clock = new WindowClock(spec.windowMs);
    const { keys } = this.#hashes;
    switch (spec.kind) {
      case "count":
        return new CountGauge(keys, clock, budget, account);
      case "distinct":
        return new DistinctGauge(this.#hashes, clock, budget, account);
      case "share":
        return new ShareGauge(keys, clock, spec.atLeast ?? 1, budget, account);
      case "new":
        return new NewGauge(this.#hashes, clock, spec, budget, account);
      case "gap":
        return new GapGauge(keys, clock, spec, budget, account);
    }
  }

  // Tells whether two stores hash alike without telling with what.
  #seedCheck(): Uint32Array {
    const { keys } = this.#hashes;
    keys.hash("the seed of this snapshot");
    return new Uint32Array([keys.low, keys.high]);
  }

  // A table that nobody asks any more would keep its memory for ever.
  #sweepNext(budget: MemoryBudget): void {
    const tables = [...this.#open.values()]
      .filter((open) => open.budget === budget)
      .flatMap(({ state }) => state.tables);
    const next = tables[this.#sweepAt++ % tables.length];
    next?.sweep(Math.max(...tables.map(({ now }) => now)));
  }
}
