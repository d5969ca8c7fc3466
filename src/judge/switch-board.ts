/** What people have switched off, as the judge asks for it: in memory, kept in step with the database. */
import type { SwitchedOff } from "../../dsl/index.ts";
import type { EnforcementSwitch } from "../store/enforcement-switch.ts";

/** How often the database is asked, ms: the command line reaches a running process through it, within a second. */
const lookMs = 400;

/** Where switches are kept, and whom to tell. */
export interface SwitchBoardOptions {
  /** As they were when the process started. */
  readonly first: readonly EnforcementSwitch[];
  read(): Promise<readonly EnforcementSwitch[]>;
  /** Something was switched, or a time ran out. */
  changed(switches: readonly EnforcementSwitch[]): void;
  /** The database could not be asked: what is known stays in force. */
  failed(error: unknown): void;
}

/** Answers for every policy that matched, without waiting for anything. */
export class SwitchBoard {
  readonly #options: SwitchBoardOptions;
  readonly #watch: Timer;
  #all: readonly EnforcementSwitch[] = [];
  #panic: EnforcementSwitch | undefined;
  #policies = new Map<string, EnforcementSwitch>();
  #apps = new Map<string, EnforcementSwitch>();
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: SwitchBoardOptions) {
    this.#options = options;
    this.#take(options.first);
    this.#watch = setInterval(() => void (this.#looking ??= this.#look()), lookMs);
  }

  /** Whether a policy, its app or everything is off now. */
  switched(policy: string, app: string): SwitchedOff | undefined {
    if (this.#all.length === 0) return undefined;
    const now = Date.now();
    if (isOff(this.#panic, now)) return "panic";
    return isOff(this.#apps.get(app), now) || isOff(this.#policies.get(policy), now)
      ? "switched_off"
      : undefined;
  }

  /** What is off now, panic first. */
  get switches(): readonly EnforcementSwitch[] {
    const now = Date.now();
    return this.#all.filter((one) => isOff(one, now));
  }

  /** Asks the database; what was written before the call is in force when it resolves. Never rejects. */
  async refresh(): Promise<void> {
    // A look that began earlier may have read before the write.
    await this.#looking;
    await (this.#looking ??= this.#look());
  }

  async #look(): Promise<void> {
    try {
      const found = await this.#options.read();
      this.#isFailing = false;
      if (JSON.stringify(found) === JSON.stringify(this.#all)) return;
      this.#take(found);
      this.#options.changed(found);
    } catch (error) {
      // Told once, not five times in two seconds.
      if (!this.#isFailing) this.#options.failed(error);
      this.#isFailing = true;
    } finally {
      this.#looking = undefined;
    }
  }

  /** Stops asking. */
  close(): void {
    clearInterval(this.#watch);
  }

  #take(all: readonly EnforcementSwitch[]): void {
    this.#all = all;
    this.#panic = all.find(({ kind }) => kind === "panic");
    this.#policies = byName(all, "policy");
    this.#apps = byName(all, "app");
  }
}

function byName(all: readonly EnforcementSwitch[], kind: "policy" | "app"): Map<string, EnforcementSwitch> {
  return new Map(all.filter((one) => one.kind === kind).map((one) => [one.name, one]));
}

function isOff(one: EnforcementSwitch | undefined, now: number): boolean {
  return one !== undefined && (one.until === undefined || now < one.until);
}
