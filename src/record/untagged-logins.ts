/**
 * Login-like traffic that no route was declared for: where an attacker goes once the declared routes are guarded.
 * Names of fields are looked at, never their values; what is kept is bounded, and a flood of paths cannot grow it.
 */
import { type BodyDocument, bodyFieldsLimit } from "../describe/body-fields.ts";
import type { Facts } from "../describe/facts.ts";
import { isUserName, secretNameIn } from "./credential-names.ts";
import { loginWordIn, shapeOfPath } from "./path-shape.ts";

/** One shape of requests that looks like a login. */
export interface UntaggedLogin {
  readonly app: string;
  readonly method: string;
  /** With `:id` where a segment looks like one. */
  readonly path: string;
  /** Requests; at most so many when the table has been full. */
  readonly count: number;
  /** The word of the path that tells it. */
  readonly word: string | undefined;
  /** Dotted names of body fields, where one was looked at. */
  readonly secretField: string | undefined;
  readonly userField: string | undefined;
  /** Answers with 401 or 403, and answers that set a cookie. */
  readonly refusals: number;
  readonly cookies: number;
  /** ms since the epoch. */
  readonly lastAt: number;
}

type Entry = { -readonly [Key in keyof UntaggedLogin]: UntaggedLogin[Key] } & { bodies: number };

/** Shapes kept; of more, the rarest makes room (Metwally et al., Space-Saving: the newcomer inherits its count). */
const mostEntries = 256;
/** Bodies looked at of one shape; later only one in `sampled`. */
const firstBodies = 16;
const sampled = 64;
const mostListed = 50;
const bodyTypes = new Set(["application/json", "application/x-www-form-urlencoded"]);
const writing = new Set(["POST", "PUT", "PATCH"]);
const noBody = Object.freeze({ secret: undefined, user: undefined });

/** Counts; asked only of requests that no declared route took. */
export class UntaggedLogins {
  readonly #entries = new Map<string, Entry>();
  #offRoute = 0;

  /** True when the request's body is worth a look; it is held until it is there, so only some are. */
  wantsBody(facts: Facts, app: string): boolean {
    if (!writing.has(facts.method) || !bodyTypes.has(facts.contentType ?? "")) return false;
    const { length } = facts.request.body;
    if (length === undefined || length > bodyFieldsLimit) return false;
    const entry = this.#entries.get(keyOf(facts, app));
    return (entry !== undefined && entry.bodies < firstBodies) || this.#offRoute++ % sampled < firstBodies;
  }

  /** Takes an answered request. */
  answered(facts: Facts, app: string, status: number, setsCookie: boolean): void {
    if (!writing.has(facts.method)) return;
    const { request } = facts;
    const document =
      request.body.buffered && bodyTypes.has(facts.contentType ?? "") ? facts.bodyDocument : undefined;
    const key = keyOf(facts, app);
    const names = document ? credentialsIn(document) : noBody;
    const entry = this.#entries.get(key) ?? this.#begin(key, facts, app, names.secret !== undefined);
    if (!entry) return;
    entry.count++;
    entry.lastAt = facts.now;
    if (document) entry.bodies++;
    entry.secretField ??= names.secret;
    entry.userField ??= names.user;
    if (status === 401 || status === 403) entry.refusals++;
    if (setsCookie) entry.cookies++;
  }

  /** The shapes that look like logins, the likeliest first, at most 50. */
  list(): readonly UntaggedLogin[] {
    return [...this.#entries.values()]
      .filter((entry) => likeness(entry) > 0)
      .toSorted((left, right) => likeness(right) - likeness(left) || right.count - left.count)
      .slice(0, mostListed)
      .map(({ app, method, path, count, word, secretField, userField, refusals, cookies, lastAt }) => {
        return { app, method, path, count, word, secretField, userField, refusals, cookies, lastAt };
      });
  }

  #begin(key: string, facts: Facts, app: string, hasSecret: boolean): Entry | undefined {
    const path = shapeOfPath(facts.path);
    const word = loginWordIn(path);
    let count = 0;
    if (this.#entries.size >= mostEntries) {
      const rarest = this.#rarest();
      // What tells nothing by itself does not push out what does.
      if (likeness(rarest[1]) > 0 && word === undefined && !hasSecret) return undefined;
      this.#entries.delete(rarest[0]);
      count = rarest[1].count;
    }
    const empty = { secretField: undefined, userField: undefined, refusals: 0, cookies: 0, bodies: 0 };
    const entry: Entry = { app, method: facts.method, path, count, word, lastAt: facts.now, ...empty };
    this.#entries.set(key, entry);
    return entry;
  }

  #rarest(): [string, Entry] {
    let found: [string, Entry] | undefined;
    for (const one of this.#entries) if (!found || rank(one[1]) < rank(found[1])) found = one;
    return found!;
  }
}

function keyOf(facts: Facts, app: string): string {
  return `${app} ${facts.method} ${shapeOfPath(facts.path)}`;
}

/** 0 for what does not look like a login at all. */
function likeness(entry: Entry): number {
  const isTurning = entry.count >= 20 && entry.refusals / entry.count > 0.5;
  return (entry.secretField === undefined ? 0 : 4) + (entry.word === undefined ? 0 : 2) + (isTurning ? 1 : 0);
}

function rank(entry: Entry): number {
  return entry.count + (likeness(entry) > 0 ? 1e6 : 0);
}

function credentialsIn(document: BodyDocument): { secret: string | undefined; user: string | undefined } {
  const names = document.kind === "form" ? [...document.values.keys()] : namesOf(document.root, "", 0);
  return { secret: names.find(secretNameIn), user: names.find(isUserName) };
}

type JsonRoot = Extract<BodyDocument, { kind: "json" }>["root"];

/** Names of the outer two levels, at most 64: no login nests its password deeper. */
function namesOf(node: JsonRoot, prefix: string, depth: number): string[] {
  if (node.kind !== "object") return [];
  const names: string[] = [];
  for (const [name, member] of node.members) {
    if (names.length >= 64) break;
    if (member.kind === "object" && depth < 2) names.push(...namesOf(member, `${prefix}${name}.`, depth + 1));
    else names.push(`${prefix}${name}`);
  }
  return names;
}
