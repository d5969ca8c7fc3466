/**
 * What all captured heads of one browser have in common. Chromium writes the headers of scripts and pictures in an order
 * that their number changes, so no captured order is demanded as a whole: only pairs that never stood otherwise.
 */
import type { Facts } from "../describe/facts.ts";
import type { RequestKind } from "../describe/request-kind.ts";
import type { CapturedHead } from "./browser-heads.ts";
import { headerRole } from "./header-roles.ts";

/** Documents are asked for by other code than what pages load. */
type Group = "document" | "part";
const groupOf: Readonly<Record<RequestKind, Group>> = {
  navigation: "document",
  form: "document",
  fetch: "part",
  asset: "part",
  api: "part",
};

interface GroupRules {
  /** For each name's bit, those of the names that never came before it in the captures. */
  readonly later: readonly number[];
  readonly always: Readonly<Record<CapturedHead["http"], readonly string[]>>;
}

/** What a head is held to. */
export interface HeadRules {
  readonly bits: ReadonlyMap<string, number>;
  readonly groups: Readonly<Record<Group, GroupRules>>;
  /** Spellings of names on HTTP/1.1 that pages cannot choose. */
  readonly spellings: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Never left out by a setting, a page or an extension that leaves the browser what it is. */
const dependable = [
  "host",
  "connection",
  "user-agent",
  "accept",
  "accept-encoding",
  "accept-language",
  "sec-fetch-site",
  "sec-fetch-mode",
  "sec-fetch-dest",
];
/** Names that only the browser writes (Fetch §2.2.2, forbidden request-headers). */
const ownSpelling =
  /^(?:host|connection|accept-encoding|content-length|origin|te|upgrade-insecure-requests|sec-.*)$/;

/** Names beyond it are held to nothing: masks are 32-bit numbers. */
const mostNames = 30;
/** A pair that was seen less often may be chance. */
const leastSeen = 2;

interface Split {
  readonly head: CapturedHead;
  readonly lowerNames: readonly string[];
}

/** Finds what the heads have in common. */
export function rulesOf(heads: readonly CapturedHead[]): HeadRules {
  const split = heads.map((head) => ({ head, lowerNames: stackNames(head.names) }));
  const names = [...new Set(split.flatMap(({ lowerNames }) => lowerNames))].slice(0, mostNames);
  const bits = new Map(names.map((name, index) => [name, index] as const));
  const groups = {
    document: groupRules(split, "document", names),
    part: groupRules(split, "part", names),
  };
  return { bits, groups, spellings: spellingsOf(heads) };
}

function stackNames(names: string): string[] {
  return names
    .toLowerCase()
    .split(" ")
    .filter((name) => headerRole(name) === "stack");
}

function groupRules(all: readonly Split[], group: Group, names: readonly string[]): GroupRules {
  const inGroup = all.filter(({ head }) => groupOf[head.kind] === group);
  const later = names.map((name) => {
    let mask = 0;
    names.forEach((other, bit) => {
      if (other !== name && alwaysBefore(inGroup, name, other)) mask |= 1 << bit;
    });
    return mask;
  });
  const always = (http: CapturedHead["http"]) => {
    const heads = inGroup.filter(({ head }) => head.http === http);
    return dependable.filter(
      (name) => heads.length > 0 && heads.every(({ lowerNames }) => lowerNames.includes(name)),
    );
  };
  return { later, always: { "1.1": always("1.1"), "2": always("2") } };
}

function alwaysBefore(heads: readonly Split[], name: string, other: string): boolean {
  const both = heads.filter(({ lowerNames }) => lowerNames.includes(name) && lowerNames.includes(other));
  return (
    both.length >= leastSeen &&
    both.every(({ lowerNames }) => lowerNames.indexOf(name) < lowerNames.indexOf(other))
  );
}

function spellingsOf(heads: readonly CapturedHead[]): HeadRules["spellings"] {
  const spellings = new Map<string, Set<string>>();
  for (const name of heads.filter(({ http }) => http === "1.1").flatMap(({ names }) => names.split(" "))) {
    const lowerName = name.toLowerCase();
    if (!ownSpelling.test(lowerName)) continue;
    const seen = spellings.get(lowerName) ?? new Set();
    spellings.set(lowerName, seen.add(name));
  }
  return spellings;
}

/** True if the request's head could be one of the browser's. */
export function keepsTo({ bits, groups, spellings }: HeadRules, { request, requestKind }: Facts): boolean {
  const { names, lowerNames, httpVersion } = request;
  const { later, always } = groups[groupOf[requestKind]];
  let seen = 0;
  for (let index = 0; index < lowerNames.length; index++) {
    const lowerName = lowerNames[index] ?? "";
    const bit = bits.get(lowerName);
    if (bit !== undefined) {
      if ((seen & (later[bit] ?? 0)) !== 0) return false;
      seen |= 1 << bit;
    }
    if (httpVersion !== 11) continue;
    const known = spellings.get(lowerName);
    if (known && !known.has(names[index] ?? "")) return false;
  }
  return always[httpVersion === 20 ? "2" : "1.1"].every((name) => lowerNames.includes(name));
}
