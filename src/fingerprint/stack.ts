/** `print.stack`: the TLS and HTTP stack of a client, whoever uses it and whether or not it has been here before. */
import type { TlsArrival } from "../accept/tls/tls-acceptor.ts";
import type { Facts } from "../describe/facts.ts";
import { keptVector } from "./header-vector.ts";
import { printHash } from "./print-hash.ts";

const version = "t1";
const maxProtocols = 8;

interface StackMemo {
  readonly arrival: object | undefined;
  readonly pseudoOrder: string | undefined;
  readonly httpVersion: number;
  readonly vector: string;
  readonly print: string;
}

// A connection's stack does not change, but for what each request of HTTP/2 shows again.
const memos = new WeakMap<TlsArrival, StackMemo>();

/** The print; undefined on plain HTTP and behind a trusted front, whose stack is not the client's. */
export function printStack(facts: Facts): string | undefined {
  return memoOf(facts)?.print;
}

/** What the print is made of, as an event keeps it; undefined where there is none or it is too long. */
export function keptStackVector(facts: Facts): string | undefined {
  return keptVector(memoOf(facts)?.vector);
}

/** The print that this version makes of a stored vector. */
export function stackOfVector(vector: string): string {
  return printHash(version, vector);
}

function memoOf(facts: Facts): StackMemo | undefined {
  const { tls, http2, request } = facts;
  if (!tls) return undefined;
  const pseudoOrder = http2?.marks.pseudoOrder;
  const arrival = http2?.arrival;
  const { httpVersion } = request;
  const known = memos.get(tls);
  if (
    known?.arrival === arrival &&
    known?.pseudoOrder === pseudoOrder &&
    known?.httpVersion === httpVersion
  ) {
    return known;
  }
  const vector = stackVector(facts) ?? "";
  const memo = { arrival, pseudoOrder, httpVersion, vector, print: printHash(version, vector) };
  memos.set(tls, memo);
  return memo;
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
