/** Requests for tests and benchmarks: no socket, the body already buffered. */
import { EdgeRequest } from "../accept/edge-request.ts";
import { lowerFieldName } from "../accept/field-lines.ts";
import { type IpAddress, parseIpAddress } from "../accept/ip-address.ts";
import { Reply } from "../accept/reply.ts";
import type { RequestBody } from "../accept/request-body.ts";
import type { TlsArrival } from "../accept/tls/tls-acceptor.ts";
import type { Http2Facts } from "./fact-sources.ts";

/** What a sample may differ in. */
export interface RequestSample {
  readonly method?: string;
  readonly target?: string;
  readonly httpVersion?: 10 | 11;
  /** HTTP/2, with what it shows. */
  readonly http2?: Http2Facts;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly ip?: string;
  /** The connection's peer, when it is not the client itself but a trusted front. */
  readonly peer?: string;
  /** Which request of its connection it is; the third if left out. */
  readonly requests?: number;
  readonly tls?: TlsArrival;
  readonly body?: string | Uint8Array;
  /** The body comes chunked, without a length. */
  readonly isChunked?: boolean;
  /** The body went past the buffer's limit. */
  readonly isCut?: boolean;
}

/** A request as the parser would hand it on. */
export function sampleRequest(sample: RequestSample = {}): EdgeRequest {
  const headers = sample.headers ?? [["Host", "shop.example"]];
  const ip = address(sample.ip ?? "192.0.2.7");
  const body = typeof sample.body === "string" ? new TextEncoder().encode(sample.body) : sample.body;
  const names = headers.map(([name]) => name);
  const head = {
    method: sample.method ?? "GET",
    target: sample.target ?? "/",
    httpVersion: sample.http2 ? (20 as const) : (sample.httpVersion ?? 11),
    names,
    // As the parser does, for whom every request's names are the same few texts.
    lowerNames: names.map((name) => lowerFieldName(name) ?? name.toLowerCase()),
    values: headers.map(([, value]) => value),
    host: headers.find(([name]) => name.toLowerCase() === "host")?.[1] ?? "",
    contentLength: sample.isChunked ? undefined : body?.length,
    isChunked: sample.isChunked ?? false,
    expectsContinue: false,
    isPersistent: true,
  };
  return new EdgeRequest(head, {
    client: ip,
    connection: {
      id: 1,
      peer: sample.peer === undefined ? ip : address(sample.peer),
      scheme: "https",
      tls: sample.tls,
      ...(sample.http2 && { http2: sample.http2.arrival }),
      requests: sample.requests ?? 3,
      networkMemo: undefined,
      skeletonMemo: undefined,
      forwardMemo: undefined,
    },
    receivedAt: 0,
    ...(sample.http2 && { http2: sample.http2.marks }),
    // Nobody answers a sample, so its reply has no socket behind it.
    reply: Object.create(Reply.prototype) as Reply,
    body: sampleBody(sample, body),
  });
}

function sampleBody({ isChunked, isCut }: RequestSample, body: Uint8Array | undefined): RequestBody {
  return {
    framing: body === undefined ? "none" : isChunked ? "chunked" : "length",
    length: isChunked ? undefined : body?.length,
    buffered: body,
    isWhole: !isCut,
    receivedBytes: body?.length ?? 0,
    buffer: () => Promise.resolve(),
    pipe: (sink) => sink.end(),
    resume: () => undefined,
    discard: () => undefined,
  };
}

function address(text: string): IpAddress {
  const ip = parseIpAddress(text);
  if (!ip) throw new Error("a sample has a valid address");
  return ip;
}
