/** The heads that Sallyport writes: requests to origins and responses to clients, hop-by-hop fields left out. */

import type { Cidr } from "../accept/cidr.ts";
import { isTrusted } from "../accept/client-address.ts";
import type { EdgeRequest } from "../accept/edge-request.ts";
import { connectionOptions, type FieldLine, type FieldRole, fieldRole } from "../accept/field-lines.ts";
import type { ClientFraming, ResponseHead } from "./response-head.ts";
import { offeredUpgrade } from "./upgrade.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** Fields that Sallyport itself tells the origin; what a client sent under these names is not passed on. */
const ownPrefix = "sallyport-";

/** The field names that this message's Connection field keeps to one hop; undefined when there are none. */
function namedOptions(lowerNames: readonly string[], values: readonly string[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let index = 0; index < lowerNames.length; index++) {
    if (lowerNames[index] !== "connection") continue;
    for (const option of connectionOptions(values[index] ?? "")) {
      if (option !== "close" && option !== "keep-alive") (named ??= new Set()).add(option);
    }
  }
  return named;
}

/** What a request asks of its connection, and so of ours. */
export interface HopWishes {
  /** The protocols that it would change to. */
  readonly upgrade: readonly string[] | undefined;
  /** It sends its body only when told to (RFC 9110 §10.1.1). */
  readonly expectsContinue: boolean;
}

/** Reads the wishes of a request; undefined for the many that have none. */
export function hopWishesOf(request: EdgeRequest): HopWishes | undefined {
  const { body, connection, lowerNames, values } = request;
  // Only what has no wishes is remembered.
  if (connection.forwardMemo?.values === values) return undefined;
  const upgrade = offeredUpgrade(request);
  // A body that has begun to come, or was asked for by a policy, needs no leave any more.
  const isWaiting = body.framing !== "none" && body.receivedBytes === 0 && body.buffered === undefined;
  const expectsContinue = isWaiting && lowerNames.includes("expect");
  return upgrade || expectsContinue ? { upgrade, expectsContinue } : undefined;
}

/**
 * The head for the origin: the client's fields in their order and case, then X-Forwarded-For, X-Forwarded-Proto,
 * Via (RFC 9110 §7.6.3), Sallyport-Request-Id, the origin's lock and, with marks, Sallyport-Mark. X-Forwarded-* of a peer that is no trusted front is dropped.
 * A client of HTTP/1.0 may name no host; servers refuse HTTP/1.1 without one, so it gets the origin's own authority.
 */
export function requestHeadForOrigin(
  request: EdgeRequest,
  requestId: string,
  trusted: readonly Cidr[],
  pool: UpstreamPool,
  marks?: readonly string[],
  wishes?: HopWishes,
): string {
  const { connection, values } = request;
  const memo = connection.forwardMemo;
  const { ownCookie } = request;
  const isSame =
    memo?.values === values && memo.authority === pool.fieldsKey && memo.withoutCookie === ownCookie;
  const fields = isSame ? memo.fields : fieldsForOrigin(request, trusted, pool, wishes);
  if (!isSame && !wishes) {
    connection.forwardMemo = { values, authority: pool.fieldsKey, withoutCookie: ownCookie, fields };
  }
  const marked = marks ? `Sallyport-Mark: ${marks.join(", ")}\r\n` : "";
  // HTTP/2 ends a body of unknown length without a field; not memoised, since equal fields come with and without body.
  const isUnframed = request.httpVersion === 20 && request.body.framing === "chunked";
  const framed = isUnframed ? "Transfer-Encoding: chunked\r\n" : "";
  return `${request.method} ${request.target} HTTP/1.1\r\n${fields}${framed}Sallyport-Request-Id: ${requestId}\r\n${pool.lockLine}${marked}\r\n`;
}

/** RFC 9110 §7.6.3: the protocol as it was received. */
const viaVersions = { 10: "1.0", 11: "1.1", 20: "2.0" } as const;

/** The line of a field of one hop, where our hop wishes the same. */
function hopLine(name: string, value: string, role: FieldRole, wishes: HopWishes | undefined): string {
  if (wishes?.upgrade && role === "connection") return upgradeLine(name, value);
  if (wishes?.upgrade && name.toLowerCase() === "upgrade") return `${name}: ${value}\r\n`;
  return wishes?.expectsContinue && role === "expect" ? `${name}: ${value}\r\n` : "";
}

/** Of a Connection field only that it names Upgrade is of the next hop, too. */
function upgradeLine(name: string, value: string): string {
  return connectionOptions(value).includes("upgrade") ? `${name}: Upgrade\r\n` : "";
}

/** The field lines that depend on the client's fields and connection alone. */
function fieldsForOrigin(
  request: EdgeRequest,
  trusted: readonly Cidr[],
  { authority, lockName }: UpstreamPool,
  wishes: HopWishes | undefined,
): string {
  const { lowerNames, names, ownCookie, values } = request;
  const named = namedOptions(lowerNames, values);
  const isFronted = trusted.length > 0 && isTrusted(request.connection.peer, trusted);
  const lines: string[] = [];
  let forwardedFor = "";
  let hasProto = false;
  for (let index = 0; index < names.length; index++) {
    const lower = lowerNames[index]!;
    const { role, plain, kind } = passageOf(lower);
    if (role === "hop" || role === "connection" || role === "expect") {
      lines.push(hopLine(names[index]!, values[index]!, role, wishes));
      continue;
    }
    if (kind === "own" || named?.has(lower) || plain === lockName) continue;
    if (kind === "forwarded") {
      if (!isFronted) continue;
      if (lower === "x-forwarded-for") {
        forwardedFor = forwardedFor === "" ? values[index]! : `${forwardedFor}, ${values[index]!}`;
        continue;
      }
      if (lower === "x-forwarded-proto") hasProto = true;
    }
    const value = lower === "cookie" ? othersOf(values[index]!, ownCookie) : values[index]!;
    if (value !== undefined) lines.push(names[index]!, ": ", value, "\r\n");
  }
  if (request.host === "" && !lowerNames.includes("host")) lines.push(`Host: ${authority}\r\n`);
  pushOwnLines(lines, request, forwardedFor, hasProto);
  // Joined and not added up: the engine would walk a text of pieces anew for each request that it is remembered for.
  return lines.join("");
}

/** What every proxy tells of the client, after what a front before it has told. */
function pushOwnLines(
  lines: string[],
  { connection, httpVersion }: EdgeRequest,
  forwardedFor: string,
  hasProto: boolean,
): void {
  lines.push(
    "X-Forwarded-For: ",
    forwardedFor,
    forwardedFor === "" ? "" : ", ",
    connection.peer.text,
    "\r\n",
  );
  if (!hasProto) lines.push(`X-Forwarded-Proto: ${connection.scheme}\r\n`);
  lines.push(`Via: ${viaVersions[httpVersion]} sallyport\r\n`);
}

/** How a field is passed on, as far as its name tells. */
interface Passage {
  readonly role: FieldRole;
  /** The lower-case name as CGI-like origins read it. */
  readonly plain: string;
  /** Sallyport's own, of a front, or any other. */
  readonly kind: "own" | "forwarded" | "other";
}

const passages = new Map<string, Passage>();
const mostPassages = 2_048;

function passageOf(lowerName: string): Passage {
  const known = passages.get(lowerName);
  if (known) return known;
  const plain = readByCgi(lowerName);
  const isForwarded = plain.startsWith("x-forwarded-") || plain === "forwarded";
  const kind = plain.startsWith(ownPrefix) ? "own" : isForwarded ? "forwarded" : "other";
  const passage: Passage = { role: fieldRole(lowerName), plain, kind };
  if (passages.size < mostPassages && lowerName.length <= 64) passages.set(lowerName, passage);
  return passage;
}

/** Origins behind a CGI-like interface (RFC 3875 §4.1.18) read an underscore as a hyphen. */
function readByCgi(lowerName: string): string {
  return lowerName.includes("_") ? lowerName.replaceAll("_", "-") : lowerName;
}

/** A Cookie value without the edge's own, the others as they were sent; undefined where that was the only one. */
function othersOf(value: string, ownCookie: string | undefined): string | undefined {
  if (ownCookie === undefined || !value.includes(ownCookie)) return value;
  const parts = value.split(";");
  const left = parts.filter((part) => part.split("=", 1)[0]!.trim() !== ownCookie);
  if (left.length === parts.length) return value;
  return left.length === 0 ? undefined : left.join(";").trim();
}

/** The head for the client: the origin's fields in their order and case, framed for what the client understands. */
export function responseHeadForClient(
  head: ResponseHead,
  framing: ClientFraming,
  mustClose: boolean,
): string {
  const { passedOn } = head;
  if (passedOn?.framing === framing && passedOn.mustClose === mustClose) return passedOn.text;
  const texts = [head.statusLine.text];
  const named = namedByConnection(head.lines);
  for (const line of head.lines) {
    const { role } = line;
    if (role === "connection" || role === "hop" || named?.has(line.lowerName)) continue;
    if (role === "coding" && framing === "close") continue;
    texts.push(line.text);
  }
  if (framing === "chunk" && head.framing.kind !== "chunked") texts.push("Transfer-Encoding: chunked\r\n");
  texts.push(mustClose ? "Connection: close\r\n\r\n" : "\r\n");
  const text = texts.join("");
  head.passedOn = { framing, mustClose, text };
  return text;
}

/** The head of a 101 for the client: it alone tells what the connection becomes (RFC 9110 §7.8). */
export function upgradeHeadForClient(head: ResponseHead): string {
  let text = head.statusLine.text;
  for (const { role, name, lowerName, value, text: line } of head.lines) {
    if (role === "connection") text += upgradeLine(name, value);
    else if (role !== "hop" || lowerName === "upgrade") text += line;
  }
  return `${text}\r\n`;
}

function namedByConnection(lines: readonly FieldLine[]): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (const line of lines) {
    if (line.named.length > 0) named = new Set([...(named ?? []), ...line.named]);
  }
  return named;
}
