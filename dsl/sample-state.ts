/** State for tests: exact, unbounded, and forgotten by time alone. */
import type { Baseline, BaselineSpec, Gauge, GaugeSpec } from "./gauge-port.ts";
import type { Hold, HoldSpec, RateLimit, RateSpec } from "./hold-port.ts";
import type { AccountMemory, MemorySpec } from "./memory-port.ts";
import type { Sequence, SequenceSpec } from "./sequence-port.ts";
import type { StatePorts } from "./state-ports.ts";

interface Occurrence {
  readonly at: number;
  readonly value: string;
}

/** Ports that keep every occurrence; one call is one store. */
export function sampleGauges(): StatePorts {
  return {
    open: shared(gauge),
    openBaseline: shared(baseline),
    openMemory: shared(memory),
    openSequence: shared(sequence),
    openHold: shared(hold),
    openRate: shared(rate),
  };
}

function shared<S extends { readonly id: string }, T>(make: (spec: S) => T): (spec: S) => T {
  const open = new Map<string, T>();
  return (spec) => {
    const known = open.get(spec.id) ?? make(spec);
    open.set(spec.id, known);
    return known;
  };
}

function occurrences(): { of(key: string): Occurrence[] } {
  const byKey = new Map<string, Occurrence[]>();
  return {
    of: (key) => {
      const found = byKey.get(key) ?? [];
      byKey.set(key, found);
      return found;
    },
  };
}

function gauge(spec: GaugeSpec): Gauge {
  const seen = occurrences();
  return {
    observe: (key, value, at) => void seen.of(key).push({ at, value }),
    read: (key, now) => reading(spec, seen.of(key), now),
    takeBack: (key, value) => {
      const all = seen.of(key);
      const left = spec.kind === "distinct" ? all.filter((one) => one.value !== value) : all.slice(0, -1);
      all.splice(0, all.length, ...left);
    },
    has: (key, value, now) => seen.of(key).some((one) => one.value === value && one.at > now - spec.windowMs),
    isSaturated: () => false,
  };
}

function reading(spec: GaugeSpec, all: readonly Occurrence[], now: number): number | undefined {
  const live = all.filter(({ at }) => at > now - spec.windowMs);
  switch (spec.kind) {
    case "count":
      return live.length;
    case "distinct":
      return new Set(live.map(({ value }) => value)).size;
    case "share":
      if (live.length < (spec.atLeast ?? 1)) return undefined;
      return live.filter(({ value }) => value !== "").length / live.length;
    case "new":
      return live.filter((one) => all.find(({ value }) => value === one.value) === one).length;
    case "gap": {
      const gaps = live.slice(1).map(({ at }, index) => at - (live[index]?.at ?? at));
      gaps.sort((left, right) => left - right);
      if (live.length < Math.max(spec.atLeast ?? 2, 2)) return undefined;
      return spec.statistic === "shortest" ? gaps[0] : gaps[Math.floor((gaps.length - 1) / 2)];
    }
  }
}

/** What is usual is here what was read last. */
function baseline({ floor, prior }: BaselineSpec): Baseline {
  let last: number | undefined;
  return {
    observe: (_key, value, _now, isCampaign) => {
      if (!isCampaign) last = value;
    },
    usual: () => {
      const usual = last ?? prior;
      return usual === undefined ? undefined : Math.max(usual, floor);
    },
    support: () => ({ source: last === undefined ? "prior" : "overall", hours: 0 }),
    forget: () => {
      last = undefined;
    },
  };
}

function memory({ forMs }: MemorySpec): AccountMemory {
  const seen = occurrences();
  const live = (key: string, now: number) => seen.of(key).filter(({ at }) => at > now - forMs);
  const isKnown = (key: string, value: string, now: number) =>
    live(key, now).some((one) => one.value === value);
  return {
    remember: (key, value, at) => void seen.of(key).push({ at, value }),
    isKnown,
    isNew: (key, value, now) => !isKnown(key, value, now),
    differs: (key, value, now) => (live(key, now).length === 0 ? undefined : !isKnown(key, value, now)),
    isSaturated: () => false,
  };
}

function sequence({ steps, withinMs }: SequenceSpec): Sequence {
  const ends: number[] = [];
  for (const { atLeast } of steps) ends.push((ends.at(-1) ?? 0) + atLeast);
  const places = ends.at(-1) ?? 0;
  const runs = new Map<string, number[]>();
  const of = (key: string) => {
    // When the latest run began that has come to each place.
    const found = runs.get(key) ?? Array.from({ length: places }, () => -Infinity);
    runs.set(key, found);
    return found;
  };
  return {
    advance: (key, step, now) => {
      const row = of(key);
      for (let place = ends[step]! - 1; place >= (ends[step - 1] ?? 0); place--) {
        const start = place === 0 ? now : row[place - 1]!;
        if (now - start <= withinMs) row[place] = Math.max(row[place]!, start);
      }
    },
    interrupt: (key, step) => {
      of(key).fill(-Infinity, Math.max((ends[step - 1] ?? 0) - 1, 0), ends[step]! - 1);
    },
    isComplete: (key, now) => now - of(key)[places - 1]! <= withinMs,
    isSaturated: () => false,
  };
}

function hold({ forMs }: HoldSpec): Hold {
  const until = new Map<string, number>();
  return {
    hold: (key, now) => void until.set(key, now + forMs),
    isHeld: (key, now) => (until.get(key) ?? 0) > now,
    release: (key) => void until.delete(key),
    isSaturated: () => false,
  };
}

function rate({ limit, windowMs }: RateSpec): RateLimit {
  const seen = occurrences();
  const live = (key: string, now: number) => seen.of(key).filter(({ at }) => at > now - windowMs);
  const isOver = (key: string, now: number) => live(key, now).length >= limit;
  return {
    take: (key, now) => {
      if (isOver(key, now)) return false;
      seen.of(key).push({ at: now, value: "" });
      return true;
    },
    isOver,
    waitMs: (key, now) => (isOver(key, now) ? (live(key, now)[0]?.at ?? now) + windowMs - now : 0),
    isSaturated: () => false,
  };
}
