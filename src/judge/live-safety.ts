/** The live host of caps, guards and freezes: their counts outlive a revision, and what they do is told. */
import type { SafetyChange, SafetyPort, SwitchedOff } from "../../dsl/index.ts";

/** What it is made of. */
export interface LiveSafetyOptions {
  switched(policy: string, app: string): SwitchedOff | undefined;
  /** A cap, guard or freeze began or ended. */
  changed(change: SafetyChange): void;
}

/** Keeps counts over revisions; those that a new revision has no use for are let go. */
export class LiveSafety {
  readonly #options: LiveSafetyOptions;
  #kept = new Map<string, object>();

  constructor(options: LiveSafetyOptions) {
    this.#options = options;
  }

  /** The port for linking a set; `finish` after it lets go of what the set did not ask for. */
  open(): { readonly port: SafetyPort; finish(): void } {
    const next = new Map<string, object>();
    const port: SafetyPort = {
      switched: (policy, app) => this.#options.switched(policy, app),
      changed: (change) => this.#options.changed(change),
      keep: <T extends object>(id: string, make: () => T): T => {
        // INVARIANT: an id names the class of what is kept under it.
        const value = ((next.get(id) ?? this.#kept.get(id)) as T | undefined) ?? make();
        next.set(id, value);
        return value;
      },
    };
    return {
      port,
      finish: () => {
        this.#kept = next;
      },
    };
  }
}
