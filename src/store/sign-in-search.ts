/**
 * Looks for sign-ins that nobody minded when they came: by what attacks come from, by what policies count by, and by what
 * their sessions did. What is convicted is looked for again for a while, since of late ones that is known only afterwards.
 */
import type { Database } from "bun:sqlite";
import type { AttackMatch, Conviction, Deed } from "./account-rows.ts";
import { type AttackKey, AttackKeys, type ConvictedKey } from "./attack-keys.ts";
import { type EventRow, eventIdsPerMs, eventTime } from "./event-row.ts";
import { type AttackSpan, leftAtOnce } from "./left-at-once.ts";
import { OpenSearches } from "./open-searches.ts";
import { type FoundSignIn, isConvictable, lastSignInOf, signInsIn, signInsOf } from "./sign-in-rows.ts";

/** How far back sign-ins are found, ms. */
export const lookBackMs = 24 * 3_600_000;
const mostFound = 2000;
/** What is convicted is looked for until sessions that were opened meanwhile went on or did not. */
const openForMs = 15 * 60_000;
const mostOpen = 500;
const mostSpans = 50;
/** Software is convicted by what was stopped in the sessions of so many accounts, back to an hour before the first of them. */
const fewestDoers = 5;
const beforeDeedsMs = 3_600_000;
const afterDeedsMs = 600_000;
const mostDone = 200;

/** A conviction whose sign-ins are still looked for. */
type OpenSearch =
  | { readonly kind: "key"; readonly key: ConvictedKey }
  | { readonly kind: "cluster"; readonly conviction: Conviction };

/** Software that an attack goes through a list with. */
interface OpenSpan {
  readonly span: AttackSpan;
  readonly attack: AttackMatch;
  readonly mostFound: number;
}

/** Whose sessions were opened with one piece of software, and had something stopped in them. */
interface Done {
  readonly accounts: Set<string>;
  readonly firstAt: number;
  lastAt: number;
}

/** What is new since the last search. */
interface News {
  readonly convictions: readonly Conviction[];
  readonly deeds: readonly Deed[];
  /** Of some sign-ins it is known by now whether their sessions went on. */
  readonly isMoreKnown: boolean;
}

/** Convicts one; gives how much is new in the outbox. */
type Convict = (row: FoundSignIn, attack: AttackMatch, now: number) => number;

/** What is convicted, and what is found by it. */
export class SignInSearch {
  readonly #database: Database;
  readonly #convictOne: Convict;
  readonly #keys = new AttackKeys();
  readonly #open = new OpenSearches<OpenSearch>(mostOpen);
  readonly #spans = new OpenSearches<OpenSpan>(mostSpans);
  readonly #done = new Map<string, Done>();

  constructor(database: Database, convict: Convict) {
    this.#database = database;
    this.#convictOne = convict;
  }

  /** Counts one attempt to sign in at `now` (ms). */
  note(row: EventRow, attack: AttackMatch | undefined, now: number): void {
    this.#keys.note(row, attack, now);
  }

  /** The search that is due, to be run in a transaction; gives how much is new in the outbox. */
  due(now: number, { convictions, deeds, isMoreKnown }: News): (() => number) | undefined {
    if (isMoreKnown) for (const open of [this.#open, this.#spans]) open.noteNews();
    const searches = [...this.#fresh(now, convictions), ...this.#open.takeDue(now)];
    // Many sign-ins may have to be counted for one: that waits for its turn, whatever is new.
    const spans = this.#spans.takeDue(now);
    if (searches.length + spans.length + deeds.length === 0) return undefined;
    return () => {
      let told = 0;
      for (const search of searches) {
        told += search.kind === "key" ? this.#find(search.key, now) : this.#findIn(search.conviction, now);
      }
      for (const span of spans) told += this.#findLeft(span, now);
      for (const deed of deeds) told += this.#findDoer(deed, now);
      return told;
    };
  }

  /** What is newly convicted, which from now on is looked for again and again. */
  #fresh(now: number, convictions: readonly Conviction[]): OpenSearch[] {
    const fresh: OpenSearch[] = [
      ...this.#keys.takeDue(now).map((key) => ({ kind: "key", key }) as const),
      ...convictions.map((conviction) => ({ kind: "cluster", conviction }) as const),
    ];
    for (const search of fresh) this.#open.put(nameOf(search), search, now + openForMs, now);
    for (const { attack, software, since, until, mostFound: allowed } of convictions) {
      for (const one of software) {
        const span = { ...one, since: Math.max(since, now - lookBackMs), until };
        const name = `${one.app} ${one.skeleton} ${one.stack} ${attack.policy}`;
        this.#spans.put(name, { span, attack, mostFound: allowed }, until + openForMs);
      }
    }
    return fresh;
  }

  #find({ key, attack, mostFound: allowed }: ConvictedKey, now: number): number {
    const since = (now - lookBackMs) * eventIdsPerMs;
    const found = signInsOf(this.#database, key, since, mostFound).filter((row) => isConvictable(row, false));
    // People share it after all: what they did before this process began to count says so.
    if (found.length > allowed) return 0;
    const why = whyOf(key);
    const reason = `signed in ${why}, whose other sign-ins ${attack.policy} convicted: ${attack.reason}`;
    return this.#convict(found, { ...attack, reason }, now);
  }

  /** Sign-ins that the policy would have minded had its measures come so far. */
  #findIn({ cluster, isWide, attack, since, mostFound: allowed }: Conviction, now: number): number {
    const from = Math.max(since, now - lookBackMs) * eventIdsPerMs;
    const found = signInsIn(this.#database, cluster, from, mostFound).filter((row) =>
      isConvictable(row, isWide),
    );
    if (found.length > allowed) return 0;
    const reason = `signed in before ${attack.policy} knew what it came to know: ${attack.reason}`;
    return this.#convict(found, { ...attack, reason }, now);
  }

  /** Sign-ins that it would not have minded, with the same software. */
  #findLeft({ span, attack, mostFound: allowed }: OpenSpan, now: number): number {
    const found = leftAtOnce(this.#database, span, mostFound);
    if (found.length > allowed) return 0;
    const reason = `signed in and left at once, with software that ${attack.policy} convicted meanwhile: ${attack.reason}`;
    return this.#convict(found, { ...attack, reason }, now);
  }

  /** The sign-in of the session in which something was stopped: the account's last one from there. */
  #findDoer(deed: Deed, now: number): number {
    const found = lastSignInOf(this.#database, deed);
    if (!found) return 0;
    const { account, attack } = deed;
    const reason = `signed in, and ${attack.policy} stopped what was done then: ${attack.reason}`;
    this.#noteDone(found, account, attack);
    return this.#convict([found], { ...attack, reason }, now);
  }

  /** What several accounts' sessions have in common is looked for among those in which nothing was stopped. */
  #noteDone({ app, event, skeleton, stack }: FoundSignIn, account: string, attack: AttackMatch): void {
    const at = eventTime(event);
    const name = `${app} ${skeleton} ${stack} ${attack.policy}`;
    const known = this.#done.get(name);
    const isOn = known && at - known.lastAt < beforeDeedsMs;
    const done = isOn ? known : { accounts: new Set<string>(), firstAt: at, lastAt: at };
    this.#done.delete(name);
    if (this.#done.size < mostDone) this.#done.set(name, done);
    if (done.accounts.size < mostFound) done.accounts.add(account);
    done.lastAt = Math.max(done.lastAt, at);
    if (done.accounts.size < fewestDoers) return;
    const until = done.lastAt + afterDeedsMs;
    const span = { app, skeleton, stack, since: done.firstAt - beforeDeedsMs, until };
    this.#spans.put(name, { span, attack, mostFound: mostFoundFor(done) }, until + openForMs);
  }

  #convict(found: readonly FoundSignIn[], attack: AttackMatch, now: number): number {
    return found.reduce((told, row) => told + this.#convictOne(row, attack, now), 0);
  }
}

/** As many got by as were stopped twice over: beyond that the policy may be wrong. */
function mostFoundFor({ accounts }: Done): number {
  return Math.max(10, 2 * accounts.size);
}

/** What a sign-in has in common with those that were convicted. */
function whyOf(key: AttackKey): string {
  switch (key.kind) {
    case "address":
      return `by the same software from ${key.ip}`;
    case "place":
      return `from ${key.ip} and left at once`;
    case "print":
      return `by ${key.skeleton} in AS${key.asn ?? "?"}`;
  }
}

function nameOf(search: OpenSearch): string {
  if (search.kind === "cluster") return `cluster ${search.conviction.cluster}`;
  const { key } = search.key;
  switch (key.kind) {
    case "address":
      return `address ${key.ip} ${key.skeleton}`;
    case "place":
      return `place ${key.ip}`;
    case "print":
      return `print ${key.skeleton} ${key.stack} ${key.asn ?? ""}`;
  }
}
