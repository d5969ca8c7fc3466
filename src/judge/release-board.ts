/** Whom people have released from being stopped, as the judge asks for it: in memory, kept in step with the database. */
import type { Decision } from "../../dsl/index.ts";
import { type Cidr, cidrContains, parseCidr } from "../accept/cidr.ts";
import type { Facts } from "../describe/facts.ts";
import type { Release } from "../store/account-rows.ts";

/** How often the database is asked, ms: the command line reaches a running process through it, within a second. */
const lookMs = 400;

/** Where releases are kept. */
export interface ReleaseBoardOptions {
  read(): Promise<readonly Release[]>;
  /** The keyed hash of an account. */
  hashAccount(username: string): string;
  /** The database could not be asked: what is known stays in force. */
  failed(error: unknown): void;
}

/** Lets released people through; costs a comparison where nobody is released. */
export class ReleaseBoard {
  readonly #options: ReleaseBoardOptions;
  readonly #watch: Timer;
  #all: readonly Release[] = [];
  #accounts = new Map<string, Release>();
  #addresses: { readonly cidr: Cidr; readonly release: Release }[] = [];
  #looking: Promise<void> | undefined;
  #isFailing = false;

  constructor(options: ReleaseBoardOptions) {
    this.#options = options;
    this.#watch = setInterval(() => void (this.#looking ??= this.#look()), lookMs);
  }

  /** The decision, or for somebody released the one that lets him through: it says what would have been. */
  apply(facts: Facts, decision: Decision): Decision {
    if (this.#all.length === 0 || decision.action.kind === "allow" || !this.#isReleased(facts))
      return decision;
    const matches = decision.matches.map((match) =>
      match.applied && match.effect !== "allow" && match.effect !== "observe"
        ? Object.assign({ ...match }, { applied: false, withheld: "released" as const })
        : match,
    );
    // Neither delayed nor told of.
    const { labels, marks } = decision;
    return { action: { kind: "allow" }, decider: undefined, matches, labels, ...(marks && { marks }) };
  }

  /** Who is released now. */
  get releases(): readonly Release[] {
    const now = Date.now();
    return this.#all.filter(({ until }) => now < until);
  }

  /** Asks the database; what was written before the call is in force when it resolves. Never rejects. */
  async refresh(): Promise<void> {
    // A look that began earlier may have read before the write.
    await this.#looking;
    await (this.#looking ??= this.#look());
  }

  /** Stops asking. */
  close(): void {
    clearInterval(this.#watch);
  }

  #isReleased(facts: Facts): boolean {
    const now = Date.now();
    const isNow = ({ until }: Release) => now < until;
    if (this.#addresses.some(({ cidr, release }) => isNow(release) && cidrContains(cidr, facts.ip)))
      return true;
    if (this.#accounts.size === 0) return false;
    const names = facts.usernames ?? [facts.subject];
    // A batch passes only if it speaks for nobody else.
    return names.every((name) => {
      const release = name === undefined ? undefined : this.#accounts.get(this.#options.hashAccount(name));
      return release !== undefined && isNow(release);
    });
  }

  async #look(): Promise<void> {
    try {
      const found = await this.#options.read();
      this.#isFailing = false;
      if (JSON.stringify(found) !== JSON.stringify(this.#all)) this.#take(found);
    } catch (error) {
      // Told once, not five times in two seconds.
      if (!this.#isFailing) this.#options.failed(error);
      this.#isFailing = true;
    } finally {
      this.#looking = undefined;
    }
  }

  #take(all: readonly Release[]): void {
    this.#all = all;
    this.#accounts = new Map(
      all.filter(({ kind }) => kind === "account").map((release) => [release.key, release]),
    );
    this.#addresses = all
      .filter(({ kind }) => kind === "address")
      .flatMap((release) => {
        const cidr = parseCidr(release.key);
        return cidr ? [{ cidr, release }] : [];
      });
  }
}
