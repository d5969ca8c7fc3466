/** `print.skeleton`: which headers a client's software sends, in which order and spelling; values play no part. */
import type { Facts } from "../describe/facts.ts";
import { headerRole } from "./header-roles.ts";
import { printHash } from "./print-hash.ts";

const version = "s1";

/** The print; the same software sending the same kind of request has the same one, signed in or not. */
export function printSkeleton(facts: Facts): string {
  const { connection, names } = facts.request;
  const kind = facts.requestKind;
  const memo = connection.skeletonMemo;
  // The same lists on the same connection: HTTP version and spelling are the same too.
  if (memo?.names === names && memo.kind === kind) return memo.print;
  const print = printHash(version, skeletonVector(facts));
  connection.skeletonMemo = { names, kind, print };
  return print;
}

/** What the print is made of, readable: `1.1 navigation Host/T user-agent/l … +1` (the last is unknown headers, bucketed). */
export function skeletonVector(facts: Facts): string {
  const { names, lowerNames, httpVersion } = facts.request;
  return vectorOf(`${httpVersions[httpVersion]} ${facts.requestKind}`, names, lowerNames);
}

/** The print that this version makes of a stored header vector; undefined for one that cannot be read. */
export function skeletonOfHeaders(headers: string): string | undefined {
  const [httpVersion, kind, ...names] = headers.split(" ");
  if (httpVersion === undefined || kind === undefined) return undefined;
  const lowerNames = names.map((name) => name.toLowerCase());
  return printHash(version, vectorOf(`${httpVersion} ${kind}`, names, lowerNames));
}

function vectorOf(start: string, names: readonly string[], lowerNames: readonly string[]): string {
  let vector = start;
  let unknown = 0;
  for (let index = 0; index < names.length; index++) {
    const name = names[index] ?? "";
    const token = tokens.get(name) ?? learnToken(name, lowerNames[index] ?? "");
    if (token === undefined) unknown++;
    else vector += token;
  }
  return `${vector} +${unknownBucket(unknown)}`;
}

const httpVersions = { 10: "1.0", 11: "1.1", 20: "2" } as const;

/** What a header adds to the vector, by its name as sent; there are few spellings, and hostile ones end the learning. */
const tokens = new Map<string, string>();
const maxTokens = 1024;

function learnToken(name: string, lowerName: string): string | undefined {
  const role = headerRole(lowerName);
  if (role === "unknown") return undefined;
  const token = role === "stack" ? ` ${lowerName}/${spelling(name, lowerName)}` : "";
  if (tokens.size < maxTokens) tokens.set(name, token);
  return token;
}

// Exact counts would let a padded request have as many prints as it likes.
function unknownBucket(count: number): string {
  if (count <= 2) return String(count);
  return count <= 5 ? "3-5" : "6+";
}

/** l lower, U upper, T Title-Case, o anything else (`Sec-GPC`, `uSER-aGENT`). */
function spelling(name: string, lowerName: string): "l" | "U" | "T" | "o" {
  if (name === lowerName) return "l";
  let startsWord = true;
  let isTitle = true;
  let isUpper = true;
  for (let index = 0; index < name.length; index++) {
    const code = name.charCodeAt(index);
    const isUpperLetter = code >= 0x41 && code <= 0x5a;
    const isLetter = isUpperLetter || (code >= 0x61 && code <= 0x7a);
    if (isLetter && !isUpperLetter) isUpper = false;
    if (isLetter && isUpperLetter !== startsWord) isTitle = false;
    startsWord = code === 0x2d;
  }
  // "Te" and "TE" differ; of a one-letter word title and upper are the same and title wins.
  if (isTitle) return "T";
  return isUpper ? "U" : "o";
}
