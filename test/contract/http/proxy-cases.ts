/** What a front may send before the request, by the sections of HAProxy's proxy-protocol.txt. */
import { type BinaryHeader, binaryHeader, ipv4Addresses, ipv6Addresses } from "../../support/proxy-header.ts";

/** One header, and whom it names: an address, the front itself, or nobody because it is refused. */
export interface ProxyCase {
  readonly name: string;
  readonly header: Buffer;
  /** An address; "front"; "refused". */
  readonly client: string;
}

const line = (name: string, text: string, client: string): ProxyCase => ({
  name: `§2.1: ${name}`,
  header: Buffer.from(text, "latin1"),
  client,
});
const binary = (name: string, parts: BinaryHeader, client: string): ProxyCase => ({
  name: `§2.2: ${name}`,
  header: binaryHeader(parts),
  client,
});

const longest =
  "PROXY UNKNOWN ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n";
const mapped = [...Array.from({ length: 10 }, () => 0), 0xff, 0xff, 192, 0, 2, 7];
const unixAddresses = Array.from({ length: 216 }, () => 0x61);
const noise = Array.from({ length: 900 }, (_, at) => at & 255);

/** Each is also sent byte by byte, and before TLS. */
export const proxyCases: readonly ProxyCase[] = [
  line("TCP4", "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443\r\n", "192.0.2.33"),
  line("TCP6", "PROXY TCP6 2001:db8::33 2001:db8::1 4660 443\r\n", "2001:db8::33"),
  line("TCP6 in full", "PROXY TCP6 2001:0db8:0:0:0:0:0:0033 ::1 0 65535\r\n", "2001:db8::33"),
  line("TCP6, mapped", "PROXY TCP6 ::ffff:192.0.2.7 ::ffff:192.0.2.8 1 2\r\n", "192.0.2.7"),
  line("UNKNOWN", "PROXY UNKNOWN\r\n", "front"),
  line("UNKNOWN and whatever, to 107 bytes", longest, "front"),
  line("longer than 107 bytes", `PROXY UNKNOWN ${"x".repeat(92)}\r\n`, "refused"),
  line("a line that does not end", "PROXY UNKNOWN ".padEnd(200, "y"), "refused"),
  line("bare LF", "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443\n", "refused"),
  line("CR without LF", "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443\r \r\n", "refused"),
  line("lower case", "proxy tcp4 192.0.2.33 198.51.100.1 4660 443\r\n", "refused"),
  line("no protocol", "PROXY \r\n", "refused"),
  line("no space after PROXY", "PROXY\r\n", "refused"),
  line("UDP4", "PROXY UDP4 192.0.2.33 198.51.100.1 4660 443\r\n", "refused"),
  line("UNKNOWN with a letter too many", "PROXY UNKNOWNS\r\n", "refused"),
  line("a second space", "PROXY TCP4  192.0.2.33 198.51.100.1 4660 443\r\n", "refused"),
  line("a space at the end", "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443 \r\n", "refused"),
  line("a tab", "PROXY TCP4\t192.0.2.33 198.51.100.1 4660 443\r\n", "refused"),
  line("no ports", "PROXY TCP4 192.0.2.33 198.51.100.1\r\n", "refused"),
  line("one port", "PROXY TCP4 192.0.2.33 198.51.100.1 4660\r\n", "refused"),
  line("a fifth word", "PROXY TCP4 192.0.2.33 198.51.100.1 4660 443 x\r\n", "refused"),
  line("port 65536", "PROXY TCP4 192.0.2.33 198.51.100.1 65536 443\r\n", "refused"),
  line("a leading zero in a port", "PROXY TCP4 192.0.2.33 198.51.100.1 04660 443\r\n", "refused"),
  line("a negative port", "PROXY TCP4 192.0.2.33 198.51.100.1 -1 443\r\n", "refused"),
  line("an octet of 256", "PROXY TCP4 192.0.2.256 198.51.100.1 4660 443\r\n", "refused"),
  line("an octal octet", "PROXY TCP4 192.0.2.033 198.51.100.1 4660 443\r\n", "refused"),
  line("IPv6 with TCP4", "PROXY TCP4 2001:db8::33 2001:db8::1 4660 443\r\n", "refused"),
  line("IPv4 with TCP6", "PROXY TCP6 192.0.2.33 198.51.100.1 4660 443\r\n", "refused"),
  line("families mixed", "PROXY TCP6 2001:db8::33 198.51.100.1 4660 443\r\n", "refused"),
  line("a bad target", "PROXY TCP4 192.0.2.33 example.com 4660 443\r\n", "refused"),
  line("a zone", "PROXY TCP6 fe80::1%eth0 2001:db8::1 4660 443\r\n", "refused"),
  binary("TCP over IPv4", {}, "192.0.2.33"),
  binary("TCP over IPv6", { family: 0x21, addresses: ipv6Addresses }, "2001:db8::33"),
  binary("mapped", { family: 0x21, addresses: [...mapped, ...mapped, 0, 1, 0, 2] }, "192.0.2.7"),
  binary("LOCAL", { command: 0x20, family: 0, addresses: [] }, "front"),
  binary("LOCAL, whatever family and block", { command: 0x20, family: 0x99, addresses: noise }, "front"),
  binary("LOCAL with addresses", { command: 0x20 }, "front"),
  binary("UNSPEC", { family: 0, addresses: [] }, "front"),
  binary("UNSPEC with TLVs", { family: 0, addresses: [], tlvs: [[4, [0, 0]]] }, "front"),
  binary("a unix socket", { family: 0x31, addresses: unixAddresses }, "front"),
  binary("datagrams over IPv4", { family: 0x12 }, "front"),
  binary("IPv4 without a transport", { family: 0x10 }, "front"),
  binary(
    "ALPN and authority",
    {
      tlvs: [
        [1, [104, 50]],
        [2, [97]],
      ],
    },
    "192.0.2.33",
  ),
  binary("an empty TLV", { tlvs: [[4, []]] }, "192.0.2.33"),
  binary("a TLV of an unknown type", { tlvs: [[0xea, noise]] }, "192.0.2.33"),
  binary("a right checksum, §2.2.3", { checksum: "right", tlvs: [[4, [1]]] }, "192.0.2.33"),
  binary("a wrong checksum, §2.2.3", { checksum: "wrong" }, "refused"),
  binary("a checksum of two bytes, §2.2.3", { tlvs: [[3, [1, 2]]] }, "refused"),
  binary("version 1 in binary", { command: 0x11 }, "refused"),
  binary("version 3", { command: 0x31 }, "refused"),
  binary("command 2", { command: 0x22 }, "refused"),
  binary("family 4", { family: 0x41 }, "refused"),
  binary("transport 3", { family: 0x13 }, "refused"),
  binary("too short for IPv4", { addresses: ipv4Addresses.slice(1) }, "refused"),
  binary("too short for IPv6", { family: 0x21 }, "refused"),
  binary("too short for a unix socket", { family: 0x31, addresses: ipv6Addresses }, "refused"),
  binary("a TLV cut in its head", { addresses: [...ipv4Addresses, 4, 0] }, "refused"),
  binary("a TLV beyond the header", { addresses: [...ipv4Addresses, 4, 0, 9, 1] }, "refused"),
  binary("a block of 65,535 bytes", { length: 65_535 }, "refused"),
  { name: "§2.2: a signature with one bit wrong", header: wrongSignature(), client: "refused" },
  { name: "§2: no header at all", header: Buffer.alloc(0), client: "refused" },
];

function wrongSignature(): Buffer {
  const header = binaryHeader();
  header[11]! ^= 1;
  return header;
}
