/**
 * The PROXY protocol, versions 1 and 2 (HAProxy's proxy-protocol.txt): what a front says of the connection that it
 * carries, in the first bytes, before TLS and before HTTP. Sections named here are those of that text.
 */
import { crc32c } from "./crc32c.ts";
import { type IpAddress, ipv4FromWord, ipv6FromBytes, parseIpAddress } from "./ip-address.ts";
import { PendingBytes } from "./pending-bytes.ts";

/** A complete header. */
export interface ProxyHeader {
  /** The client; undefined when the front speaks for itself or for a client without an IP address: it is the peer then. */
  readonly source: IpAddress | undefined;
  /** What came after the header. */
  readonly rest: Buffer | undefined;
}

/** What the bytes so far are; a text says why they are no header. */
export type ProxyReading = ProxyHeader | "incomplete" | { readonly problem: string };

/** §2.1: the longest line, its CRLF included. */
const maxLineBytes = 107;
/** §2.2: signature, version and command, family and transport, length. */
const fixedBytes = 16;
/** Beyond the addresses only TLVs follow; fronts send some hundred bytes of them. */
const maxBlockBytes = 4_096;

const textStart = Buffer.from("PROXY ");
const signature = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");
const tlvHeaderBytes = 3;
const checksumTlv = 0x03;

/** Bytes of both addresses and ports, by the family's number. */
const addressBytes: readonly (number | undefined)[] = [0, 12, 36, 216];

/** Reads one connection's header; the outcome does not depend on how the bytes were split. */
export class ProxyHeaderReader {
  readonly #pending = new PendingBytes();

  /** True until the first byte. */
  get isEmpty(): boolean {
    return this.#pending.length === 0;
  }

  /** Takes a chunk; anything but "incomplete" is final. Never throws. */
  push(chunk: Uint8Array): ProxyReading {
    this.#pending.append(chunk);
    const bytes = this.#pending.view;
    if (!bytes) return "incomplete";
    if (startsAlike(bytes, textStart)) return this.#readLine(bytes);
    if (startsAlike(bytes, signature)) return this.#readBinary(bytes);
    return { problem: "the connection does not begin with a PROXY header" };
  }

  #readLine(bytes: Buffer): ProxyReading {
    const end = bytes.subarray(0, maxLineBytes).indexOf(10);
    if (end < 0) {
      return bytes.length < maxLineBytes ? "incomplete" : { problem: "PROXY line too long (§2.1)" };
    }
    if (bytes[end - 1] !== 13) return { problem: "bare LF in the PROXY line (§2.1)" };
    const source = sourceOfLine(bytes.toString("latin1", 0, end - 1));
    return typeof source === "string" ? { problem: source } : this.#header(source, end + 1);
  }

  #readBinary(bytes: Buffer): ProxyReading {
    const kind = bytes[signature.length];
    if (kind === undefined) return "incomplete";
    // §2.2: other versions and commands must be dropped.
    if (kind !== 0x20 && kind !== 0x21) return { problem: "unknown PROXY version or command (§2.2)" };
    if (bytes.length < fixedBytes) return "incomplete";
    const length = bytes.readUInt16BE(14);
    if (length > maxBlockBytes) return { problem: "PROXY header too long" };
    const end = fixedBytes + length;
    if (bytes.length < end) return "incomplete";
    // §2.2: LOCAL says nothing of a client, and its block, the family included, is skipped.
    if (kind === 0x20) return this.#header({ address: undefined }, end);
    const source = sourceOfBlock(bytes.subarray(0, end));
    return typeof source === "string" ? { problem: source } : this.#header(source, end);
  }

  #header(source: NamedSource, bytes: number): ProxyHeader {
    this.#pending.consume(bytes);
    return { source: source.address, rest: this.#pending.view };
  }
}

interface NamedSource {
  readonly address: IpAddress | undefined;
}

/** True while the bytes are, or may become, something that starts with `start`. */
function startsAlike(bytes: Buffer, start: Buffer): boolean {
  const shared = Math.min(bytes.length, start.length);
  return bytes.compare(start, 0, shared, 0, shared) === 0;
}

/** §2.1, without the CRLF. A text says what is wrong. */
function sourceOfLine(line: string): NamedSource | string {
  const parts = line.split(" ");
  const protocol = parts[1];
  // §2.1: whatever follows UNKNOWN is ignored.
  if (protocol === "UNKNOWN") return { address: undefined };
  if (protocol !== "TCP4" && protocol !== "TCP6") return "unknown protocol in the PROXY line (§2.1)";
  const [, , from = "", to = "", fromPort = "", toPort = ""] = parts;
  if (parts.length !== 6 || !isPort(fromPort) || !isPort(toPort))
    return "malformed PROXY line: addresses and ports (§2.1)";
  const isIpv6 = protocol === "TCP6";
  const [source, target] = [from, to].map((text) =>
    text.includes(":") === isIpv6 ? parseIpAddress(text) : undefined,
  );
  if (!source || !target) return "malformed PROXY line: no addresses of its protocol (§2.1)";
  return { address: source };
}

/** §2.1: no leading zeros. */
function isPort(text: string): boolean {
  return /^(0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}

/** §2.2, a whole PROXY command. A text says what is wrong. */
function sourceOfBlock(header: Buffer): NamedSource | string {
  const family = header[13]! >>> 4;
  const transport = header[13]! & 15;
  const size = addressBytes[family];
  if (size === undefined || transport > 2) return "unknown PROXY family or transport (§2.2)";
  if (header.length < fixedBytes + size) return "PROXY header too short for its addresses (§2.2)";
  const problem = tlvProblem(header, fixedBytes + size);
  if (problem !== undefined) return problem;
  // §2.2: what is no stream of IP has no address for us; the connection itself is then the client's.
  if (transport !== 1) return { address: undefined };
  if (family === 1) return { address: ipv4FromWord(header.readUInt32BE(fixedBytes)) };
  if (family === 2) return { address: ipv6FromBytes(header, fixedBytes) };
  return { address: undefined };
}

/** §2.2.1 to §2.2.4: the TLVs fill the block exactly, and a checksum among them is right. */
function tlvProblem(header: Buffer, from: number): string | undefined {
  let at = from;
  while (at < header.length) {
    if (at + tlvHeaderBytes > header.length) return "cut PROXY TLV (§2.2)";
    const length = header.readUInt16BE(at + 1);
    const value = at + tlvHeaderBytes;
    if (value + length > header.length) return "PROXY TLV longer than the header (§2.2)";
    if (header[at] === checksumTlv && !isChecksumRight(header, value, length))
      return "wrong PROXY checksum (§2.2.3)";
    at = value + length;
  }
  return undefined;
}

/** §2.2.3: CRC32c over the whole header with the checksum itself as zeros. */
function isChecksumRight(header: Buffer, at: number, length: number): boolean {
  if (length !== 4) return false;
  const zeroed = Buffer.from(header);
  zeroed.fill(0, at, at + 4);
  return crc32c(zeroed) === header.readUInt32BE(at);
}
