/** One stored request as every layer sees it, and the short text by which people name it. */

/** What was done with a request. */
export type EventDecision = "forward" | "allow" | "block" | "deceive" | "refuse" | "error";

/** Every decision in its stored order: the position is the code in the database and on the wire. */
export const eventDecisions: readonly EventDecision[] = [
  "forward",
  "allow",
  "block",
  "deceive",
  "refuse",
  "error",
];

/** One finished request. Texts may hold anything that an attacker can send; longer ones than stated are cut. */
export interface EventRow {
  /** (ms since the epoch) * 4096 + sequence: unique, and in order of time. */
  readonly id: number;
  readonly durationUs: number;
  readonly app: string;
  readonly route: string | undefined;
  readonly method: string;
  readonly host: string;
  /** Canonical path, at most 256 characters. */
  readonly path: string;
  /** Status sent to the client; 0 when none was sent. */
  readonly status: number;
  readonly decision: EventDecision;
  /** Name of the policy that decided. */
  readonly decider: string | undefined;
  readonly revision: number;
  /** Canonical text of the client's address. */
  readonly ip: string;
  readonly asn: number | undefined;
  readonly asName: string | undefined;
  readonly country: string | undefined;
  readonly networkClass: string | undefined;
  readonly skeleton: string | undefined;
  readonly shape: string | undefined;
  readonly stack: string | undefined;
  readonly ja4: string | undefined;
  /** What the prints are made of, so that a later version can make its own; at most 1,024 characters. Lists of events leave them out. */
  readonly headerVector: string | undefined;
  readonly stackVector: string | undefined;
  readonly shapeVector: string | undefined;
  /** At most 256 characters. */
  readonly userAgent: string | undefined;
  /** Keyed hash of the username: 32 lower-case hex characters. */
  readonly accountHash: string | undefined;
  /** For example `login.failure`. */
  readonly outcome: string | undefined;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** JSON text of { labels, matches }, only when a policy matched; lists of events leave it out. */
  readonly receipt: string | undefined;
  /** It is about an account that was taken over, or moves something of value: the ledger must not miss it. Not stored. */
  readonly isLedgers?: boolean | undefined;
}

/** Ids within one millisecond; an id is ms * eventIdsPerMs + sequence. */
export const eventIdsPerMs = 4096;

/** The moment of an event in ms since the epoch. */
export function eventTime(id: number): number {
  return Math.floor(id / eventIdsPerMs);
}

// Crockford's base32: no I, L, O or U, so that an id survives being read aloud.
const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const textLength = 11;

// Pairs of digits ready made, and the first eight digits of the last id: they change every eight ms.
const pairs = Array.from({ length: 1024 }, (_, value) => `${digits[value >> 5]}${digits[value & 31]}`);
const lowUnit = 32_768;
let lastHigh = -1;
let lastPrefix = "";

/** An event's id as 11 characters of Crockford's base32, in the same order as the numbers. */
export function formatEventId(id: number): string {
  const high = Math.floor(id / lowUnit);
  const low = id - high * lowUnit;
  if (high !== lastHigh) {
    lastHigh = high;
    lastPrefix = formatDigits(high, textLength - 3);
  }
  return lastPrefix + (pairs[low >> 5] ?? "") + (digits[low & 31] ?? "");
}

function formatDigits(value: number, places: number): string {
  const text: string[] = [];
  let rest = value;
  for (let place = 0; place < places; place++) {
    text.unshift(digits[rest % 32] ?? "0");
    rest = Math.floor(rest / 32);
  }
  return text.join("");
}

/** Reads `formatEventId`'s text in either case, with I and L as 1 and O as 0; undefined when it is no id. */
export function parseEventId(text: string): number | undefined {
  if (text.length < textLength || text.length > textLength + 1) return undefined;
  let id = 0;
  for (const character of text.toUpperCase()) {
    const digit = digits.indexOf(character === "O" ? "0" : /[IL]/.test(character) ? "1" : character);
    if (digit < 0) return undefined;
    id = id * 32 + digit;
  }
  return Number.isSafeInteger(id) ? id : undefined;
}
