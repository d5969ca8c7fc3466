/** IP addresses as four 32-bit words, so that ranges compare as integers and nothing re-parses text. */

/** One address. IPv4 lies in `d` (a, b and c are 0); IPv6 is a:b:c:d, most significant first, each unsigned. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  /** Canonical text: dotted decimal, or RFC 5952. */
  readonly text: string;
}

/** Parses IPv4, IPv6 and IPv4-mapped IPv6 (which becomes IPv4); undefined when it is none of them. No zone, no port. */
export function parseIpAddress(text: string): IpAddress | undefined {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): IpAddress | undefined {
  const value = ipv4Word(text);
  // What was read has one spelling, the canonical one.
  return value === undefined ? undefined : { family: 4, a: 0, b: 0, c: 0, d: value, text };
}

/** The IPv4 address of an unsigned 32-bit word. */
export function ipv4FromWord(word: number): IpAddress {
  const text = `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
  return { family: 4, a: 0, b: 0, c: 0, d: word >>> 0, text };
}

function ipv4Word(text: string): number | undefined {
  if (text.length > 15) return undefined;
  let word = 0;
  let dots = 0;
  let octet = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0x2e) {
      if (digits === 0 || ++dots > 3) return undefined;
      word = word * 256 + octet;
      octet = 0;
      digits = 0;
      continue;
    }
    if (code < 0x30 || code > 0x39) return undefined;
    // RFC 6943 §3.1.1: a leading zero is read as octal by some and decimal by others.
    if (digits > 0 && octet === 0) return undefined;
    octet = octet * 10 + code - 0x30;
    digits++;
    if (octet > 255) return undefined;
  }
  return dots === 3 && digits > 0 ? word * 256 + octet : undefined;
}

function parseIpv6(text: string): IpAddress | undefined {
  const groups = ipv6Groups(text);
  return groups && ipv6FromGroups(groups);
}

/** The address in the 16 bytes from `from` on; IPv4-mapped becomes IPv4. */
export function ipv6FromBytes(bytes: Buffer, from: number): IpAddress {
  return ipv6FromGroups(Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(from + 2 * index)));
}

function ipv6FromGroups(groups: number[]): IpAddress {
  const word = (index: number) => ((groups[index] ?? 0) * 65536 + (groups[index + 1] ?? 0)) >>> 0;
  const [a, b, c, d] = [word(0), word(2), word(4), word(6)];
  // RFC 4291 §2.5.5.2: ::ffff:0:0/96 is the IPv4 address itself.
  if (a === 0 && b === 0 && c === 0xffff) return ipv4FromWord(d);
  return { family: 6, a, b, c, d, text: formatIpv6(groups) };
}

function ipv6Groups(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const isCompressed = halves.length === 2;
  const head = groupsOf(halves[0] ?? "", !isCompressed);
  const tail = isCompressed ? groupsOf(halves[1] ?? "", true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (isCompressed ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** RFC 4291 §2.2: only the last 32 bits of an address may be written in dotted decimal. */
function groupsOf(text: string, endsAddress: boolean): number[] | undefined {
  if (text === "") return [];
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    if (endsAddress && index === parts.length - 1 && part.includes(".")) {
      const word = ipv4Word(part);
      if (word === undefined) return undefined;
      groups.push(word >>> 16, word & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

// RFC 5952 §4: lower case, no leading zeros, the longest run of two or more zero groups becomes "::".
function formatIpv6(groups: number[]): string {
  let bestStart = -1;
  let bestLength = 1;
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > bestLength) [bestStart, bestLength] = [start, length];
  }
  const hex = groups.map((group) => group.toString(16));
  if (bestStart < 0) return hex.join(":");
  return `${hex.slice(0, bestStart).join(":")}::${hex.slice(bestStart + bestLength).join(":")}`;
}

/** The network key of an address: IPv4 whole, IPv6 its /64 (`ip.net` in the language). */
export function networkKey(ip: IpAddress): string {
  if (ip.family === 4) return ip.text;
  return `${ip.a.toString(16)}:${ip.b.toString(16)}/64`;
}
