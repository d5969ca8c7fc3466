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
 * client, the agreed one tells us. After `h2` stand the SETTINGS and the order of pseudo-headers of HTTP/2.
 * Whether extensions are shuffled shows only over several connections and is no part of it: `tls.extension_order`.
 */
export function stackVector({ tls, request }: Facts): string | undefined {
  if (!tls) return undefined;
  const http = request.httpVersion === 11 ? "1.1" : "1.0";
  const offered = tls.alpnOffered.slice(0, maxProtocols).join(",");
  return `tls ${tls.ja4Stable} alpn (${offered}) http ${http} h2 -`;
}
