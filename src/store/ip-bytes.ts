/** Addresses as 4 or 16 bytes: a fifth of their text, and a network is a range of them. */
import ipaddr from "ipaddr.js";

/** The bytes of an address in network order; undefined when the text is none. */
export function ipToBytes(text: string): Uint8Array | undefined {
  // Looser forms (octal, one number, a zone) would be another address than the one that was written.
  const isStrict =
    ipaddr.IPv4.isValidFourPartDecimal(text) || (ipaddr.IPv6.isValid(text) && !text.includes("%"));
  if (!isStrict) return undefined;
  return Uint8Array.from(ipaddr.process(text).toByteArray());
}

/** Canonical text of 4 or 16 bytes (dotted decimal, RFC 5952). */
export function bytesToIp(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  return new ipaddr.IPv6([...bytes]).toRFC5952String();
}

/** First and last address of an address or CIDR network; undefined when the text is neither. */
export function ipRange(text: string): { readonly first: Uint8Array; readonly last: Uint8Array } | undefined {
  const [address = "", length, ...rest] = text.split("/");
  const first = ipToBytes(address);
  if (!first || rest.length > 0) return undefined;
  if (length === undefined) return { first, last: first };
  const bits = /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (!(bits <= first.length * 8)) return undefined;
  const last = first.slice();
  for (let index = 0; index < first.length; index++) {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    const hostMask = 0xff >> kept;
    first[index] = (first[index] ?? 0) & ~hostMask;
    last[index] = (last[index] ?? 0) | hostMask;
  }
  return { first, last };
}
