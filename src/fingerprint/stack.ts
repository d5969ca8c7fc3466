/** `print.stack`: the TLS and HTTP stack of a client, whoever uses it and whether or not it has been here before. */
import type { Facts } from "../describe/facts.ts";
import { printHash } from "./print-hash.ts";

const version = "t1";
const maxProtocols = 8;

/** The print; undefined on plain HTTP and behind a trusted front, whose stack is not the client's. */
export function printStack(facts: Facts): string | undefined {
  const vector = stackVector(facts);
  return vector === undefined ? undefined : printHash(version, vector);
}

/**
 * What the print is made of, readable: `tls r1:t13d… alpn (h2,http/1.1) http 1.1 h2 -`. Offered protocols tell the
 * client, the agreed one tells us. After `h2` stand the SETTINGS, the raise of the connection's window and the order
 * of pseudo-headers of HTTP/2, `1:65536;2:0|15663105|m,a,s,p`; priorities change with what a page loads. Whether extensions are shuffled shows only over several connections and is no part of it: `tls.extension_order`.
 */
export function stackVector({ tls, http2, request }: Facts): string | undefined {
  if (!tls) return undefined;
  const offered = tls.alpnOffered.slice(0, maxProtocols).join(",");
  return `tls ${tls.ja4Stable} alpn (${offered}) http ${httpVersions[request.httpVersion]} h2 ${http2Vector(http2)}`;
}

const httpVersions = { 10: "1.0", 11: "1.1", 20: "2" } as const;

function http2Vector(http2: Facts["http2"]): string {
  if (!http2) return "-";
  const { arrival, marks } = http2;
  return `${arrival.settings}|${arrival.windowUpdate}|${marks.pseudoOrder}`;
}
