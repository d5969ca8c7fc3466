/** All live measures of the process, within one bound of memory. */
import type { Gauge, GaugePort, GaugeSpec } from "../../dsl/index.ts";
import { CountGauge } from "./count-gauge.ts";
import { DistinctGauge } from "./distinct-gauge.ts";
import { KeyHash } from "./key-hash.ts";
import type { KeyTable } from "./key-table.ts";
import { type MemoryAccount, MemoryBudget } from "./memory-budget.ts";
import { WindowClock } from "./window-clock.ts";

/** What one measure holds. */
export interface GaugeUsage {
  readonly name: string;
  readonly keys: number;
  readonly bytes: number;
  /** Keys that left before their time to make room. */
  readonly evicted: number;
  /** Within the last window something found no room or had to leave: readings may be too low, never too high. */
  readonly saturated: boolean;
}

interface OpenGauge {
  readonly name: string;
  readonly gauge: Gauge & { readonly table: KeyTable };
  readonly clock: WindowClock;
  readonly account: MemoryAccount;
}

/** Bounds and secrets of a store. */
export interface GaugeStoreOptions {
  /** For all gauges together; each may hold 64 KiB beyond it. */
  readonly maxBytes: number;
  /** 8 bytes that key the hashes; random unless state is to outlive the process. */
  readonly seed?: Uint8Array;
}

/** Opens gauges by id; an id's state lasts until `retain` lets it go. */
export class GaugeStore implements GaugePort {
  readonly #hashes: { readonly keys: KeyHash; readonly values: KeyHash };
  readonly #budget: MemoryBudget;
  readonly #gauges = new Map<string, OpenGauge>();
  #sweepAt = 0;

  constructor(options: GaugeStoreOptions) {
    const seed = options.seed ?? crypto.getRandomValues(new Uint8Array(8));
    this.#hashes = { keys: new KeyHash(seed), values: new KeyHash(seed) };
    this.#budget = new MemoryBudget(options.maxBytes);
    this.#budget.onShortage = () => this.#sweepNext();
  }

  open(spec: GaugeSpec): Gauge {
    const known = this.#gauges.get(spec.id);
    if (known) return known.gauge;
    const account = this.#budget.open();
    const clock = new WindowClock(spec.windowMs);
    const gauge = this.#create(spec, clock, account);
    this.#gauges.set(spec.id, { name: spec.name, gauge, clock, account });
    return gauge;
  }

  /** Forgets every gauge but those of these ids: what no live, shadow or draft policy reads any more. */
  retain(ids: ReadonlySet<string>): void {
    for (const [id, { account }] of this.#gauges) {
      if (ids.has(id)) continue;
      this.#budget.close(account);
      this.#gauges.delete(id);
    }
  }

  /** One row a measure, in the order opened. */
  usage(): GaugeUsage[] {
    return [...this.#gauges.values()].map(({ name, gauge: { table }, clock, account }) => ({
      name,
      keys: table.keys,
      bytes: account.bytes,
      evicted: table.evicted,
      saturated: table.isSaturatedAt(clock.epoch),
    }));
  }

  #create(spec: GaugeSpec, clock: WindowClock, account: MemoryAccount): OpenGauge["gauge"] {
    switch (spec.kind) {
      case "count":
        return new CountGauge(this.#hashes.keys, clock, this.#budget, account);
      case "distinct":
        return new DistinctGauge(this.#hashes, clock, this.#budget, account);
    }
  }

  // A gauge that nobody asks any more would keep its memory for ever.
  #sweepNext(): void {
    const open = [...this.#gauges.values()];
    const next = open[this.#sweepAt++ % open.length];
    if (!next) return;
    next.clock.advance(Math.max(...open.map(({ clock }) => clock.now)));
    next.gauge.table.sweep(next.clock.epoch);
  }
}
