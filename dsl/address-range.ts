/** Addresses and networks as text to integer ranges; the language's own, since it knows nothing of its host. */

/** An inclusive range of addresses; `low` and `high` are one word for IPv4 and four for IPv6, most significant first. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** Parses `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32`; host bits are ignored. Undefined when it is none of them. */
export function parseAddressRange(text: string): AddressRange | undefined {
  if (text.length > 49) return undefined;
  const slash = text.indexOf("/");
  const words = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (!words) return undefined;
  const width = words.length * 32;
  const prefixText = text.slice(slash + 1);
  if (slash >= 0 && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = slash < 0 ? width : Number(prefixText);
  if (prefix > width) return undefined;
  const low = words.map((word, index) => (word & maskOf(prefix - index * 32)) >>> 0);
  const high = words.map((word, index) => (word | ~maskOf(prefix - index * 32)) >>> 0);
  return { family: words.length === 1 ? 4 : 6, low, high };
}

function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}

/** An address's words: one for IPv4 (mapped addresses too), four for IPv6. */
function parseAddress(text: string): number[] | undefined {
  if (!text.includes(":")) {
    const word = parseIpv4(text);
    return word === undefined ? undefined : [word];
  }
  const words = parseIpv6(text);
  // RFC 4291 §2.5.5.2: ::ffff:0:0/96 is the IPv4 address itself.
  const isMapped = words && words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return isMapped ? words.slice(3) : words;
}

function parseIpv4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let word = 0;
  for (const part of parts) {
    // RFC 6943 §3.1.1: a leading zero is octal to some readers.
    if (!/^(?:0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    word = word * 256 + Number(part);
  }
  return word;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? "");
  const tail = halves.length === 2 ? parseGroups(halves[1] ?? "") : [];
  if (!head || !tail) return undefined;
  const gap = 8 - head.length - tail.length;
  if (halves.length === 2 ? gap < 1 : gap !== 0) return undefined;
  const groups = [...head, ...Array.from({ length: gap }, () => 0), ...tail];
  return [0, 2, 4, 6].map((index) => groups[index]! * 65536 + groups[index + 1]!);
}

function parseGroups(text: string): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (part.includes(".") && index === parts.length - 1) {
      const word = parseIpv4(part);
      if (word === undefined) return undefined;
      groups.push(Math.floor(word / 65536), word % 65536);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}
