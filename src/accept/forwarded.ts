/** The hops of Forwarded (RFC 7239), read from the right: its left is written by whoever sent the request. */
import { type IpAddress, parseIpAddress } from "./ip-address.ts";

/** A hop; undefined when it says no address ("unknown", "_hidden", nothing, or no Forwarded element at all). */
export type ForwardedHop = IpAddress | undefined;

/**
 * The `for` of the last elements of a field value, rightmost first, at most `limit` of them.
 * Reading backwards, an open quote on the left, which a client can send, cannot swallow what a front appended.
 */
export function forwardedHops(value: string, limit: number): ForwardedHop[] {
  const hops: ForwardedHop[] = [];
  let end = value.length;
  while (hops.length < limit && end >= 0) {
    const start = elementStart(value, end);
    hops.push(elementHop(value.slice(start, end)));
    end = start - 1;
  }
  return hops;
}

/** Where the element that ends before `end` begins: after the nearest comma that is in no quoted string. */
function elementStart(value: string, end: number): number {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at--) {
    const character = value[at];
    if (character === '"' && !isEscaped(value, at)) isQuoted = !isQuoted;
    else if (character === "," && !isQuoted) return at + 1;
  }
  return 0;
}

/** RFC 9110 §5.6.4: a quoted pair; bounded, since only a hostile value has many backslashes. */
function isEscaped(value: string, at: number): boolean {
  let slashes = 0;
  while (slashes < 8 && value[at - 1 - slashes] === "\\") slashes++;
  return slashes % 2 === 1;
}

const token = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
// RFC 7239 §4; the unquoted form lets colons and brackets through, which fronts forget to quote.
const pair = new RegExp(`^[ \\t]*(?:(${token})=("(?:[^"\\\\]|\\\\.)*"|[^\\s",;]+))?[ \\t]*(?:;|$)`, "s");
/** Parameters read of one element: four are defined. */
const maxPairs = 16;
/** Characters read of one element. */
const maxElement = 1_024;

function elementHop(element: string): ForwardedHop {
  if (element.length > maxElement) return undefined;
  let rest = element;
  let node: string | undefined;
  for (let pairs = 0; rest !== ""; pairs++) {
    const match = pairs < maxPairs ? pair.exec(rest) : null;
    if (!match) return undefined;
    if (match[1]?.toLowerCase() === "for") {
      // RFC 7239 §4: no parameter more than once.
      if (node !== undefined) return undefined;
      node = unquoted(match[2] ?? "");
    }
    rest = rest.slice(match[0].length);
  }
  return node === undefined ? undefined : parseNode(node);
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/gs, "$1") : text;
}

/** RFC 7239 §6: IPv4, or IPv6 in brackets, either with a port; "unknown" and obfuscated identifiers are no address. */
function parseNode(node: string): IpAddress | undefined {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([\d.]+))(?::(?:\d{1,5}|_[\w.-]+))?$/.exec(node);
  if (!match) return undefined;
  const [, bracketed, bare] = match;
  if (bracketed !== undefined) return bracketed.includes(":") ? parseIpAddress(bracketed) : undefined;
  return parseIpAddress(bare ?? "");
}
