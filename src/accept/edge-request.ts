/** The light request that the edge's parser hands on: method, target, and headers in their order and case. */
import type { Http2Arrival } from "./http2/http2-arrival.ts";
import type { IpAddress } from "./ip-address.ts";
import type { Reply } from "./reply.ts";
import type { RequestBody } from "./request-body.ts";
import type { RequestHead } from "./request-head.ts";
import type { TcpPath } from "./tcp-path.ts";
import type { TlsArrival } from "./tls/tls-acceptor.ts";

/** One client connection as later stages see it. */
export interface EdgeConnection {
  /** Counts up from 1 within this process. */
  readonly id: number;
  /** The socket's peer; behind a proxy that is the proxy. */
  readonly peer: IpAddress;
  readonly scheme: "http" | "https";
  /** What TLS tells of the peer; undefined on plain HTTP. */
  readonly tls: TlsArrival | undefined;
  /** What HTTP/2 tells of the peer; undefined on HTTP/1. */
  readonly http2?: Http2Arrival;
  /** The way to the peer; undefined where there is no socket. */
  tcp?: TcpPath;
  /** Requests begun on this connection, the current one included. */
  readonly requests: number;
  /** A later stage's memory for this connection (enrich keeps its look-up here). */
  networkMemo: { readonly ip: IpAddress; readonly network: unknown } | undefined;
  /** The skeleton print of the last request's names; equal field sections share their lists. */
  skeletonMemo:
    | { readonly names: readonly string[]; readonly kind: string; readonly print: string }
    | undefined;
  /** The field lines that the origin got for the last request's values. */
  forwardMemo:
    | {
        readonly values: readonly string[];
        readonly authority: string;
        readonly withoutCookie: string | undefined;
        readonly fields: string;
      }
    | undefined;
}

/** A parsed request head and its body. `method`, `url` and `headers` are what Elysia reads. */
export class EdgeRequest {
  readonly method: string;
  /** The request-target as sent, in origin-form or "*" (RFC 9112 §3.2). */
  readonly target: string;
  /** 10, 11, or 20. */
  readonly httpVersion: RequestHead["httpVersion"];
  /** Field names as sent, in order; `lowerNames` and `values` run parallel. */
  readonly names: readonly string[];
  readonly lowerNames: readonly string[];
  /** Field values as sent, outer white space removed, one character per byte (latin1). */
  readonly values: readonly string[];
  /** The Host field's value as sent; "" on HTTP/1.0 without one. */
  readonly host: string;
  /** The client's address: the peer's, or the rightmost untrusted hop of a trusted front. */
  readonly client: IpAddress;
  readonly connection: EdgeConnection;
  readonly body: RequestBody;
  /** Where the response goes. */
  readonly reply: Reply;
  /** What only HTTP/2 shows of a request; undefined on HTTP/1. */
  readonly http2: Http2Marks | undefined;
  /** When the head was complete, ms since the epoch. */
  readonly receivedAt: number;
  /** The same moment on the monotonic clock (performance.now()), for durations. */
  readonly startedAt: number;
  /** The name of a cookie that is the edge's own, and not passed on. */
  ownCookie: string | undefined = undefined;
  #headers: Headers | undefined;

  constructor(head: RequestHead, arrival: Arrival) {
    this.method = head.method;
    this.target = head.target;
    this.httpVersion = head.httpVersion;
    this.names = head.names;
    this.lowerNames = head.lowerNames;
    this.values = head.values;
    this.host = head.host;
    this.client = arrival.client;
    this.connection = arrival.connection;
    this.body = arrival.body;
    this.reply = arrival.reply;
    this.http2 = arrival.http2;
    this.receivedAt = arrival.receivedAt;
    this.startedAt = performance.now();
  }

  /** What Elysia routes by; its router only needs a path after the authority, and one route catches all. */
  get url(): string {
    return "http://edge.invalid/";
  }

  /** A copy for code that wants the standard interface; the edge itself never asks for it. */
  get headers(): Headers {
    if (!this.#headers) {
      this.#headers = new Headers();
      for (const [index, name] of this.names.entries()) this.#headers.append(name, this.values[index] ?? "");
    }
    return this.#headers;
  }

  /** The first value of a field by its lower-case name, or undefined. */
  header(lowerName: string): string | undefined {
    const index = this.lowerNames.indexOf(lowerName);
    return index < 0 ? undefined : this.values[index];
  }
}

/** How HTTP/2 carried a request. */
export interface Http2Marks {
  /** First letters of the pseudo-headers as sent: `m,a,s,p`. */
  readonly pseudoOrder: string;
  /** Of the HEADERS frame as `exclusive:dependency:weight`; undefined if it came without. */
  readonly priority: string | undefined;
}

/** What the connection adds to a parsed head. */
export type Arrival = Pick<EdgeRequest, "client" | "connection" | "body" | "reply" | "receivedAt"> &
  Partial<Pick<EdgeRequest, "http2">>;
