/**
 * State that can be begun anew under a set that stays linked: linking a large set takes far longer than judging the few
 * requests after which all of its state is to be forgotten.
 */
import type { Baseline, Gauge } from "../gauge-port.ts";
import type { Hold, RateLimit } from "../hold-port.ts";
import type { AccountMemory } from "../memory-port.ts";
import type { Sequence } from "../sequence-port.ts";
import type { StatePorts } from "../state-ports.ts";

/** Hands everything on to the state that was begun last; what nobody asks is not opened there. */
export class FreshState implements StatePorts {
  private state: StatePorts;
  private generation = 0;

  constructor(state: StatePorts) {
    this.state = state;
  }

  /** From now on all state is kept in, and comes from, these ports. */
  begin(state: StatePorts): void {
    this.state = state;
    this.generation++;
  }

  open(spec: Parameters<StatePorts["open"]>[0]): Gauge {
    const gauge = this.current((state) => state.open(spec));
    return {
      observe: (...given) => gauge().observe(...given),
      read: (...given) => gauge().read(...given),
      takeBack: (...given) => gauge().takeBack?.(...given),
      has: (...given) => gauge().has?.(...given) ?? false,
      isSaturated: (...given) => gauge().isSaturated?.(...given) ?? false,
    };
  }

  openBaseline(spec: Parameters<StatePorts["openBaseline"]>[0]): Baseline {
    const baseline = this.current((state) => state.openBaseline(spec));
    return {
      observe: (...given) => baseline().observe(...given),
      usual: (...given) => baseline().usual(...given),
      support: (...given) => baseline().support(...given),
      forget: (...given) => baseline().forget(...given),
    };
  }

  openMemory(spec: Parameters<StatePorts["openMemory"]>[0]): AccountMemory {
    const memory = this.current((state) => state.openMemory(spec));
    return {
      remember: (...given) => memory().remember(...given),
      isKnown: (...given) => memory().isKnown(...given),
      isNew: (...given) => memory().isNew(...given),
      differs: (...given) => memory().differs(...given),
      isSaturated: (...given) => memory().isSaturated(...given),
    };
  }

  openSequence(spec: Parameters<StatePorts["openSequence"]>[0]): Sequence {
    const sequence = this.current((state) => state.openSequence(spec));
    return {
      advance: (...given) => sequence().advance(...given),
      interrupt: (...given) => sequence().interrupt(...given),
      isComplete: (...given) => sequence().isComplete(...given),
      isSaturated: (...given) => sequence().isSaturated(...given),
    };
  }

  openHold(spec: Parameters<StatePorts["openHold"]>[0]): Hold {
    const hold = this.current((state) => state.openHold(spec));
    return {
      hold: (...given) => hold().hold(...given),
      isHeld: (...given) => hold().isHeld(...given),
      release: (...given) => hold().release(...given),
      isSaturated: (...given) => hold().isSaturated(...given),
    };
  }

  openRate(spec: Parameters<StatePorts["openRate"]>[0]): RateLimit {
    const rate = this.current((state) => state.openRate(spec));
    return {
      take: (...given) => rate().take(...given),
      isOver: (...given) => rate().isOver(...given),
      waitMs: (...given) => rate().waitMs(...given),
      isSaturated: (...given) => rate().isSaturated(...given),
    };
  }

  /** What `open` gives of the state begun last, opened at its first use. */
  private current<T>(open: (state: StatePorts) => T): () => T {
    let opened: T | undefined;
    let since = -1;
    return () => {
      if (opened === undefined || since !== this.generation) {
        opened = open(this.state);
        since = this.generation;
      }
      return opened;
    };
  }
}
