/** PROXY headers as fronts write them, and as nobody should (HAProxy's proxy-protocol.txt). */
import { crc32c } from "../../src/accept/crc32c.ts";

/** The parts of a version 2 header; what is left out is that of a right one. */
export interface BinaryHeader {
  /** Version in the high half, command in the low one: 0x21 is PROXY, 0x20 LOCAL. */
  readonly command?: number;
  /** Family in the high half, transport in the low one: 0x11 is TCP over IPv4. */
  readonly family?: number;
  readonly addresses?: readonly number[];
  readonly tlvs?: readonly (readonly [type: number, value: readonly number[]])[];
  /** The length field, where it shall lie. */
  readonly length?: number;
  /** Append the checksum TLV. */
  readonly checksum?: "right" | "wrong";
}

/** 192.0.2.33:4660 to 198.51.100.1:443. */
export const ipv4Addresses: readonly number[] = [192, 0, 2, 33, 198, 51, 100, 1, 0x12, 0x34, 1, 187];
/** [2001:db8::33]:4660 to [2001:db8::1]:443. */
export const ipv6Addresses: readonly number[] = Buffer.from(
  "20010db800000000000000000000003320010db8000000000000000000000001123401bb",
  "hex",
).toJSON().data;

const signature = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10];

/** A version 2 header. */
export function binaryHeader(parts: BinaryHeader = {}): Buffer {
  const { command = 0x21, family = 0x11, addresses = ipv4Addresses, tlvs = [] } = parts;
  const all = parts.checksum ? [...tlvs, [3, [0, 0, 0, 0]] as const] : tlvs;
  const extra: number[] = [];
  for (const [type, value] of all) extra.push(type, value.length >> 8, value.length & 255, ...value);
  const length = parts.length ?? addresses.length + extra.length;
  const header = Buffer.from([
    ...signature,
    command,
    family,
    length >> 8,
    length & 255,
    ...addresses,
    ...extra,
  ]);
  if (parts.checksum) {
    header.writeUInt32BE((crc32c(header) + (parts.checksum === "wrong" ? 1 : 0)) >>> 0, header.length - 4);
  }
  return header;
}
