/**
 * JA4, the TLS client fingerprint of FoxIO's technical specification (its TLS client part is BSD-licensed),
 * and a form of it that session resumption does not change. Written from the specification.
 */
import { createHash } from "node:crypto";
import { type ClientHello, extensionId, hasExtension } from "./client-hello.ts";
import { isGrease } from "./grease.ts";

/** What carries the hello; it is the fingerprint's first character. */
export type Ja4Transport = "tls" | "quic" | "dtls";

const transportLetter: Readonly<Record<Ja4Transport, string>> = { tls: "t", quic: "q", dtls: "d" };

/** The specification's version table; what is not in it reads "00". */
const versionText: ReadonlyMap<number, string> = new Map([
  [0x0304, "13"],
  [0x0303, "12"],
  [0x0302, "11"],
  [0x0301, "10"],
  [0x0300, "s3"],
  [0x0002, "s2"],
  [0xfeff, "d1"],
  [0xfefd, "d2"],
  [0xfefc, "d3"],
]);

/** In place of a hash of nothing, so that a reader sees that there was nothing. */
const emptyHash = "000000000000";

/**
 * Extensions whose presence depends on whether this client has been here before, not on what it is:
 * pre_shared_key and early_data are sent only with a ticket in hand; psk_key_exchange_modes must come with
 * them and may come without (RFC 8446 §4.2.9); session_ticket may be left out once there is a TLS 1.3 ticket
 * (RFC 5077 §3.2); padding depends on the length of the rest, the ticket included (RFC 7685); cookie answers
 * a HelloRetryRequest (RFC 8446 §4.2.2).
 */
const resumptionExtensions: ReadonlySet<number> = new Set([
  extensionId.preSharedKey,
  extensionId.earlyData,
  extensionId.pskKeyExchangeModes,
  extensionId.sessionTicket,
  extensionId.padding,
  extensionId.cookie,
]);

/** The fingerprint, for example `t13d1516h2_8daaf6152771_e5627efa2ab1`. */
export function ja4(hello: ClientHello, transport: Ja4Transport = "tls"): string {
  return hashed(vectorOf(hello, transport, noExtensions));
}

/** JA4_r: the same with its sorted lists readable instead of hashed. */
export function ja4Raw(hello: ClientHello, transport: Ja4Transport = "tls"): string {
  const { prefix, ciphers, extensions } = vectorOf(hello, transport, noExtensions);
  return `${prefix}_${ciphers}_${extensions}`;
}

/**
 * `r1:` and a JA4 without the extensions that come and go with session resumption, in the count too: equal
 * for a client's first and resumed connections. Version 1 is this set of extensions; never comparable to JA4.
 */
export function ja4Stable(hello: ClientHello, transport: Ja4Transport = "tls"): string {
  return `r1:${hashed(vectorOf(hello, transport, resumptionExtensions))}`;
}

/** Ids in an extension order; more than any client sends, fewer than a hello could hold. */
const maxOrderedExtensions = 64;

/**
 * The extensions that `ja4Stable` counts, in the order sent: `0000-0017-ff01-…`. Chromium shuffles them for each
 * connection and OpenSSL never, so one that stays the same contradicts the former, and many the latter.
 */
export function extensionOrder(hello: ClientHello): string {
  return hello.extensions
    .map((extension) => extension.id)
    .filter((id) => !isGrease(id) && !resumptionExtensions.has(id))
    .slice(0, maxOrderedExtensions)
    .map(fourDigits)
    .join("-");
}

const noExtensions: ReadonlySet<number> = new Set();

interface Ja4Vector {
  readonly prefix: string;
  readonly ciphers: string;
  readonly extensions: string;
}

function vectorOf(hello: ClientHello, transport: Ja4Transport, without: ReadonlySet<number>): Ja4Vector {
  const ciphers = hello.cipherSuites.filter((suite) => !isGrease(suite));
  const extensions = hello.extensions
    .map((extension) => extension.id)
    .filter((id) => !isGrease(id) && !without.has(id));
  const listed = extensions.filter((id) => id !== extensionId.serverName && id !== extensionId.alpn);
  const algorithms = hello.signatureAlgorithms.filter((algorithm) => !isGrease(algorithm));
  const sni = hasExtension(hello, extensionId.serverName) ? "d" : "i";
  const counts = `${count(ciphers.length)}${count(extensions.length)}`;
  const algorithmsPart = algorithms.length > 0 ? `_${hexList(algorithms)}` : "";
  return {
    prefix: `${transportLetter[transport]}${version(hello, transport)}${sni}${counts}${alpnMark(hello.alpn)}`,
    ciphers: hexList(ciphers.sort(ascending)),
    extensions: listed.length > 0 ? `${hexList(listed.sort(ascending))}${algorithmsPart}` : "",
  };
}

function hashed({ prefix, ciphers, extensions }: Ja4Vector): string {
  return `${prefix}_${shortHash(ciphers)}_${shortHash(extensions)}`;
}

/** The newest version offered: the highest number, but the lowest in DTLS, which counts downwards (RFC 9147 §5.3). */
function version(hello: ClientHello, transport: Ja4Transport): string {
  const offered = hello.supportedVersions?.filter((value) => !isGrease(value)) ?? [hello.legacyVersion];
  const newest = transport === "dtls" ? Math.min(...offered) : Math.max(...offered);
  return versionText.get(newest) ?? "00";
}

function count(items: number): string {
  return String(Math.min(items, 99)).padStart(2, "0");
}

/** First and last character of the first protocol, or of its hex form if either is no ASCII letter or digit. */
function alpnMark(protocols: readonly string[]): string {
  const name = protocols.find((protocol) => !isGreaseName(protocol)) ?? "";
  if (name === "") return "00";
  const isReadable = /^[0-9A-Za-z]$/;
  const first = name[0]!;
  const last = name.at(-1)!;
  if (isReadable.test(first) && isReadable.test(last)) return `${first}${last}`;
  const hex = Buffer.from(name, "latin1").toString("hex");
  return `${hex[0]!}${hex.at(-1)!}`;
}

function isGreaseName(protocol: string): boolean {
  return protocol.length === 2 && isGrease(protocol.charCodeAt(0) * 256 + protocol.charCodeAt(1));
}

function hexList(values: readonly number[]): string {
  return values.map(fourDigits).join(",");
}

function fourDigits(value: number): string {
  return value.toString(16).padStart(4, "0");
}

function shortHash(list: string): string {
  return list === "" ? emptyHash : createHash("sha256").update(list).digest("hex").slice(0, 12);
}

function ascending(left: number, right: number): number {
  return left - right;
}
