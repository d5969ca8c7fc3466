/** Requests for another protocol (RFC 9110 §7.8): which pass, and which answers are believed. */
import { createHash } from "node:crypto";
import type { EdgeRequest } from "../accept/edge-request.ts";
import { connectionOptions } from "../accept/field-lines.ts";
import type { ResponseHead } from "./response-head.ts";

/** RFC 6455 §1.3. */
const webSocketSuffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

// Whoever speaks one of these behind us could ask anything unjudged: requests in another framing, or encrypted ones.
const neverTunnelled = /^(?:h2|http|tls|connect)/;
const longestOffer = 256;

/** The protocols that a request offers, in lower case; undefined unless it asks for an upgrade that may pass. */
export function offeredUpgrade(request: EdgeRequest): readonly string[] | undefined {
  const offer = request.header("upgrade");
  if (offer === undefined || request.httpVersion !== 11 || request.body.framing !== "none") return undefined;
  const fields = (name: string) =>
    request.lowerNames.flatMap((lower, index) => (lower === name ? [request.values[index] ?? ""] : []));
  if (!fields("connection").some((value) => connectionOptions(value).includes("upgrade"))) return undefined;
  if (fields("upgrade").length > 1 || offer.length > longestOffer) return undefined;
  const protocols = connectionOptions(offer);
  return protocols.length > 0 && protocols.every((protocol) => !neverTunnelled.test(protocol))
    ? protocols
    : undefined;
}

/**
 * True when a 101 answers the offer: an origin that can be made to say "101" without meaning it would otherwise take
 * the client's next bytes for requests that nobody judged.
 */
export function isUpgradeAnswer(
  request: EdgeRequest,
  offered: readonly string[],
  { lines }: ResponseHead,
): boolean {
  const valueOf = (name: string) => lines.find(({ lowerName }) => lowerName === name)?.value;
  const options = lines.filter(({ role }) => role === "connection").map(({ value }) => value);
  const chosen = connectionOptions(valueOf("upgrade") ?? "");
  if (!options.some((value) => connectionOptions(value).includes("upgrade"))) return false;
  if (chosen.length === 0 || !chosen.every((protocol) => offered.includes(protocol))) return false;
  // RFC 9112 §6.1, §6.2: no body may come with a 1xx.
  if (lines.some(({ role }) => role === "length" || role === "coding")) return false;
  if (chosen[0] !== "websocket") return true;
  // RFC 6455 §4.2.2: only whoever has read the key can answer it.
  const key = request.header("sec-websocket-key") ?? "";
  const wanted = createHash("sha1")
    .update(key + webSocketSuffix)
    .digest("base64");
  return valueOf("sec-websocket-accept") === wanted;
}
