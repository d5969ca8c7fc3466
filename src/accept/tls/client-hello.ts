/**
 * The ClientHello: what a TLS client says about itself before anything is encrypted (RFC 8446 §4.1.2).
 * Strict in structure, because what BoringSSL would refuse a moment later must not become evidence.
 */
import { ByteCursor } from "./byte-cursor.ts";

/** Extension numbers that this module reads or that the prints leave out (IANA TLS ExtensionType Values). */
export const extensionId = {
  serverName: 0,
  supportedGroups: 10,
  signatureAlgorithms: 13,
  alpn: 16,
  padding: 21,
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskKeyExchangeModes: 45,
} as const;

/** One extension: its number and the length of its data. */
interface HelloExtension {
  readonly id: number;
  readonly length: number;
}

/** A parsed hello; every list is in the order sent, GREASE included. */
export interface ClientHello {
  /** 0x0303 from every client since TLS 1.2; `supportedVersions` counts where it is there. */
  readonly legacyVersion: number;
  readonly sessionIdLength: number;
  readonly cipherSuites: readonly number[];
  readonly extensions: readonly HelloExtension[];
  /** Lower case, printable ASCII, at most 255 characters; undefined if absent or not that. */
  readonly serverName: string | undefined;
  /** Protocol names, one character per byte (latin1); empty if absent. */
  readonly alpn: readonly string[];
  /** Undefined if the extension is absent. */
  readonly supportedVersions: readonly number[] | undefined;
  readonly supportedGroups: readonly number[];
  readonly signatureAlgorithms: readonly number[];
}

/** Why bytes are no ClientHello: `bad_hello` breaks the message, `bad_extension` what one extension holds. */
export type HelloFault = "bad_hello" | "bad_extension";

/** True if the hello has the extension. */
export function hasExtension(hello: ClientHello, id: number): boolean {
  return hello.extensions.some((extension) => extension.id === id);
}

/** Parses the body of a ClientHello message, after its four bytes of type and length; never throws. */
export function parseClientHello(body: Uint8Array): ClientHello | HelloFault {
  const cursor = new ByteCursor(body);
  const legacyVersion = cursor.u16();
  cursor.take(32);
  const sessionId = cursor.vector(1);
  const cipherSuites = cursor.numbers(2);
  const compressions = cursor.vector(1);
  if (cursor.isBroken || sessionId.length > 32 || cipherSuites.length === 0 || compressions.length === 0) {
    return "bad_hello";
  }
  // RFC 5246 §7.4.1.2: a hello may end before the extensions.
  const block = cursor.hasMore ? cursor.vector(2) : new Uint8Array(0);
  if (!cursor.isSpent) return "bad_hello";
  const extensions = splitExtensions(block);
  if (!extensions) return "bad_hello";
  const contents = readExtensions(extensions);
  if (!contents) return "bad_extension";
  return {
    legacyVersion,
    sessionIdLength: sessionId.length,
    cipherSuites,
    extensions: Array.from(extensions, ([id, data]) => ({ id, length: data.length })),
    ...contents,
  };
}

/** Undefined if the block does not add up or names an extension twice (RFC 8446 §4.2). */
function splitExtensions(block: Uint8Array): Map<number, Uint8Array> | undefined {
  const cursor = new ByteCursor(block);
  const extensions = new Map<number, Uint8Array>();
  while (cursor.hasMore) {
    const id = cursor.u16();
    if (extensions.has(id)) return undefined;
    extensions.set(id, cursor.vector(2));
  }
  return cursor.isSpent ? extensions : undefined;
}

type Contents = Pick<
  ClientHello,
  "serverName" | "alpn" | "supportedVersions" | "supportedGroups" | "signatureAlgorithms"
>;

function readExtensions(extensions: ReadonlyMap<number, Uint8Array>): Contents | undefined {
  const name = read(extensions.get(extensionId.serverName), readServerName);
  const alpn = read(extensions.get(extensionId.alpn), readAlpn);
  const versions = read(extensions.get(extensionId.supportedVersions), (cursor) => cursor.numbers(1));
  const groups = read(extensions.get(extensionId.supportedGroups), (cursor) => cursor.numbers(2));
  const algorithms = read(extensions.get(extensionId.signatureAlgorithms), (cursor) => cursor.numbers(2));
  if (!name || !alpn || !versions || !groups || !algorithms) return undefined;
  return {
    serverName: printableName(name.value),
    alpn: alpn.value ?? [],
    supportedVersions: versions.value,
    supportedGroups: groups.value ?? [],
    signatureAlgorithms: algorithms.value ?? [],
  };
}

/** Undefined for data that its reader does not use up exactly; an absent extension has no value. */
function read<Value>(
  data: Uint8Array | undefined,
  reader: (cursor: ByteCursor) => Value,
): { readonly value: Value | undefined } | undefined {
  if (!data) return { value: undefined };
  const cursor = new ByteCursor(data);
  const value = reader(cursor);
  return cursor.isSpent ? { value } : undefined;
}

/** RFC 6066 §3: a list of names by type, of which only host_name (0) was ever defined. */
function readServerName(cursor: ByteCursor): string {
  const list = new ByteCursor(cursor.vector(2));
  const type = list.u8();
  const name = list.vector(2);
  const isWhole = type === 0 && name.length > 0 && list.isSpent;
  if (!isWhole) cursor.fail();
  return Buffer.from(name).toString("latin1");
}

/** RFC 7301 §3.1: non-empty names; GREASE is among them (RFC 8701 §3.1). */
function readAlpn(cursor: ByteCursor): string[] {
  const list = new ByteCursor(cursor.vector(2));
  const names: string[] = [];
  while (list.hasMore) names.push(Buffer.from(list.vector(1)).toString("latin1"));
  if (!list.isSpent) cursor.fail();
  return names;
}

function printableName(name: string | undefined): string | undefined {
  return name !== undefined && /^[\x21-\x7e]{1,255}$/.test(name) ? name.toLowerCase() : undefined;
}
