/**
 * Sign-ins that succeeded, on their way into the ledger. They do not go with the events, which may be sampled: one that
 * belongs to an attack is on disk, with the call about it, a few milliseconds after the answer. The others, but for
 * people who come as they always do, are kept for a day with their calls made ready, for what is convicted later.
 */
import type { Cluster, Decision, Outcome, Place } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import type { AttackMatch, Deed, SignIn, SignInUse, SoftwareName } from "../store/account-rows.ts";
import type { AlertGrowth } from "../store/outbox-rows.ts";
import type { StoreCommands } from "../store/store-commands.ts";
import type { AccountKey } from "./account-key.ts";
import { attackMatch, attackMatches, deedMatch } from "./attack-match.ts";
import { Convictions } from "./convictions.ts";
import { PeopleSoftware } from "./people-software.ts";
import { SessionWatch } from "./session-watch.ts";

const attackMs = 3;
const ordinaryMs = 200;
const searchMs = 1000;
const retryMs = 1000;
const mostABatch = 500;
const mostDeeds = 5000;
/** Ordinary ones are left out beyond so many that wait, those of attacks far later. */
const mostOrdinary = 20_000;
const mostWaiting = 100_000;
const alertEveryMs = 3_600_000;

/** What the keeper needs. */
export interface SignInKeeperOptions {
  readonly commands: Pick<StoreCommands, "keepSignIns" | "searchLedger">;
  readonly accounts: AccountKey;
  /** Seals a call's body under its id, which is made of the entry's parts alone. */
  seal(id: string, body: string): Uint8Array;
  idOf(...parts: readonly string[]): string;
  /** A keyed hash of 48 bits. */
  numberOf(text: string): number;
  /** Something new is in the outbox. */
  stored(): void;
  /** Somebody got into an account within an attack, as a policy in force says. */
  tookOver(app: string, account: string): void;
  fault(error: unknown): void;
}

/** A sign-in's request. */
export interface SignedIn {
  readonly id: number;
  readonly facts: Facts;
  readonly place: Place<Facts>;
  readonly decision: Decision | undefined;
}

/** Collects and stores sign-ins, and has the ledger look for earlier ones. */
export class SignInKeeper {
  readonly #options: SignInKeeperOptions;
  readonly #convictions = new Convictions();
  readonly #sessions = new SessionWatch();
  readonly #people = new PeopleSoftware();
  readonly #search: Timer;
  #waiting: SignIn[] = [];
  #timer: Timer | undefined;
  #dueAt = Infinity;
  #writing: Promise<void> | undefined;
  #searching: Promise<void> | undefined;
  /** What storage did not take yet. */
  #uses: SignInUse[] = [];
  readonly #deeds = new Map<string, Deed>();
  #shared: SoftwareName[] = [];

  constructor(options: SignInKeeperOptions) {
    this.#options = options;
    this.#search = setInterval(() => void (this.#searching ??= this.#find()), searchMs);
  }

  /**
   * Takes a request that policies matched. At a sign-in, what they take for an attack is looked for among earlier ones;
   * elsewhere what they stop in a session may say that somebody else than its account's owner opened it.
   */
  judged({ facts, place }: SignedIn, decision: Decision): void {
    if (place.bucket.event !== "login") {
      this.#acted(facts, place, decision);
      return;
    }
    const username = facts.placement?.username;
    if (decision.matches.length === 0 || username === undefined || facts.usernames) return;
    const software = softwareOf(facts, place);
    for (const attack of attackMatches(decision, place.atRisk)) {
      if (!attack.isInForce) continue;
      const matched = { attack, software, account: username, now: facts.now };
      for (const cluster of place.bucket.clustersOf(attack.policy, facts))
        this.#convictions.note({ ...matched, cluster });
    }
  }

  /** Takes a request whose answer came, before it counts as a success itself; returns the webhook by which the ledger tells of it, if it does. */
  answered(request: SignedIn, outcome: Outcome | undefined): string | undefined {
    const { place, decision } = request;
    const username = provenName(request, outcome);
    if (username === undefined) return undefined;
    const attack = decision && attackMatch(decision, place.atRisk);
    // What is in force is told now; all else may be convicted later, but for people who come as they always do.
    const clusters = attack?.isInForce ? [] : place.bucket.clusters(request.facts);
    if (!clusters) this.#noteKnown(request, username);
    if ((!attack && !clusters) || !this.#hasRoom(attack)) return undefined;
    const account = this.#options.accounts.hash(username);
    const signIn = {
      ...this.#signIn(request, account, attack),
      clusters: this.#numbersOf(clusters ?? []),
      // Known good people are known with their software; a new release of it at home is no new place.
      isNewPlace: clusters !== undefined && request.facts.accountPast.hasNewNetwork !== false,
    };
    if (attack?.isInForce) this.#options.tookOver(place.app.name, account);
    else this.#sessions.expect({ event: request.id, software: softwareOf(request.facts, place) });
    this.#waiting.push(signIn);
    this.#flushIn(attack ? attackMs : ordinaryMs);
    return attack?.isInForce ? signIn.call?.target : undefined;
  }

  /** Takes each request once it is over: whether the sessions of sign-ins go on tells people from programs. */
  ended(id: number, facts: Facts, status: number): void {
    this.#sessions.ended(id, facts, status, Date.now());
  }

  /** Resolves when everything taken so far is stored. */
  async close(): Promise<void> {
    clearInterval(this.#search);
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
    while (this.#waiting.length > 0 || this.#writing) await (this.#writing ?? this.#write());
  }

  /** A process that starts knows nobody's software: what it took for nobody's until now is put right. */
  #noteKnown({ facts, place }: SignedIn, username: string): void {
    const software = softwareOf(facts, place);
    if (this.#people.note(software, username, facts.now)) this.#shared.push(software);
  }

  #acted(facts: Facts, place: Place<Facts>, decision: Decision): void {
    const attack = deedMatch(decision, place.atRisk);
    const account = attack && facts.sessionAccount;
    if (account === undefined || !attack) return;
    const app = place.app.name;
    const hash = this.#options.accounts.hash(account);
    const { text: ip } = facts.ip;
    if (this.#deeds.size < mostDeeds)
      this.#deeds.set(`${app} ${hash} ${ip}`, { app, account: hash, ip, attack });
  }

  #hasRoom(attack: AttackMatch | undefined): boolean {
    if (this.#waiting.length < (attack ? mostWaiting : mostOrdinary)) return true;
    if (attack) this.#options.fault(new Error("a sign-in is lost to the ledger: storage takes none"));
    return false;
  }

  #signIn(
    { id: event, facts, place }: SignedIn,
    account: string,
    attack: AttackMatch | undefined,
  ): Omit<SignIn, "clusters" | "isNewPlace"> {
    const { app, atRisk } = place;
    const { ip, network, prints } = facts;
    const call = atRisk?.call?.(facts);
    const id = call && this.#options.idOf("account", app.name, account, String(event));
    const body = call && (call.payload ?? ownBody(app.name, event, facts.now));
    return {
      event,
      app: app.name,
      account,
      ip: ip.text,
      asn: network.asn,
      skeleton: prints.skeleton,
      stack: prints.stack ?? "",
      isShared: this.#people.has(softwareOf(facts, place)),
      call:
        call && id !== undefined && body !== undefined
          ? { id, target: `webhook ${call.webhook}`, body: this.#options.seal(id, body) }
          : undefined,
      attack,
      alert: atRisk?.channel === undefined ? undefined : alertOf(atRisk.channel, app.name, account, facts),
    };
  }

  #numbersOf(clusters: readonly Cluster[]): number[] {
    return clusters.map(({ id }) => this.#options.numberOf(id));
  }

  #flushIn(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#dueAt) return;
    this.#dueAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#dueAt = Infinity;
      if (!this.#writing) void this.#write();
    }, ms);
  }

  #write(): Promise<void> {
    const batch = this.#waiting.splice(0, mostABatch);
    this.#writing = this.#store(batch).finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0)
        this.#flushIn(this.#waiting.some(({ attack }) => attack) ? 0 : ordinaryMs);
    });
    return this.#writing;
  }

  /** Tries until storage has them; what is stored twice is once in the ledger. */
  async #store(batch: readonly SignIn[]): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        if ((await this.#options.commands.keepSignIns(batch)) > 0) this.#options.stored();
        return;
      } catch (error) {
        if (tries === 1) this.#options.fault(error);
        await Bun.sleep(retryMs);
      }
    }
  }

  async #find(): Promise<void> {
    const options = this.#options;
    const due = this.#convictions.takeDue((id) => options.numberOf(id));
    for (const { event, software, wentOn } of this.#sessions.takeEnds(Date.now()))
      this.#uses.push({ event, wentOn, isShared: this.#people.has(software) });
    const uses = this.#uses;
    this.#uses = [];
    const deeds = [...this.#deeds];
    this.#deeds.clear();
    const shared = this.#shared;
    this.#shared = [];
    try {
      // A session may have gone on before its sign-in is stored.
      if (uses.length + deeds.length + shared.length > 0) await this.#storeWaiting();
      const known = { uses, shared, deeds: deeds.map(([, deed]) => deed) };
      if ((await options.commands.searchLedger([...due.values()], known)) > 0) options.stored();
    } catch (error) {
      this.#convictions.again(due.keys());
      if (uses.length < mostOrdinary) this.#uses.unshift(...uses);
      this.#shared.unshift(...shared);
      for (const [key, deed] of deeds) this.#deeds.set(key, deed);
      options.fault(error);
    } finally {
      this.#searching = undefined;
    }
  }

  /** Resolves when the oldest of those that wait are stored. */
  async #storeWaiting(): Promise<void> {
    await this.#writing;
    if (this.#waiting.length > 0) await (this.#writing ?? this.#write());
  }
}

function softwareOf({ prints }: Facts, { app }: Place<Facts>): SoftwareName {
  return { app: app.name, skeleton: prints.skeleton, stack: prints.stack ?? "" };
}

/** The account that a login has just proven. A batch of logins proves nobody: whose of them succeeded is not known. */
function provenName({ facts }: SignedIn, outcome: Outcome | undefined): string | undefined {
  if (outcome?.event !== "login" || outcome.kind !== "success" || facts.usernames) return undefined;
  return facts.placement?.username;
}

/** What is said where the app writes no body. */
function ownBody(app: string, event: number, at: number): string {
  return JSON.stringify({ type: "sallyport.account_at_risk", app, event, at: new Date(at).toISOString() });
}

function alertOf(channel: string, app: string, account: string, { now, network, ipNet }: Facts): AlertGrowth {
  const evidence: Record<string, Record<string, number>> = {
    addresses: { [ipNet]: 1 },
    accounts: { [account]: 1 },
  };
  if (network.asn !== undefined) {
    evidence["networks"] = { [`AS${network.asn} ${network.asName ?? ""}`.trim()]: 1 };
  }
  return {
    channel: `channel ${channel}`,
    // Whoever convicts it says so when it is told.
    policy: "",
    app,
    key: new Uint8Array(),
    severity: "high",
    everyMs: alertEveryMs,
    count: 1,
    firstAt: now,
    lastAt: now,
    evidence,
  };
}
