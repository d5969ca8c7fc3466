/** A real edge that speaks HTTP/2 over TLS, whose stages are replaced by what a test gives it. */
import { type EdgeListener, listenEdge } from "../../../src/accept/edge-listener.ts";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import type { Refusal } from "../../../src/accept/refusal.ts";
import type { TlsWay } from "../../../src/accept/tls/accept-tls.ts";
import { Certificates } from "../../../src/accept/tls/certificates.ts";
import { defaultWaits, type Waits } from "../../../src/accept/waits.ts";
import { TestCertificates } from "../../support/test-certificates.ts";

/** The edge, and what it has seen. */
export interface Http2Edge {
  readonly listener: EdgeListener;
  readonly port: number;
  readonly plainPort: number;
  readonly requests: EdgeRequest[];
  readonly refusals: Refusal[];
  readonly faults: unknown[];
  stop(): Promise<void>;
}

/** How it is set up. */
export interface Http2EdgeOptions {
  readonly waits?: Partial<Waits>;
  readonly way?: TlsWay;
  readonly serve?: (request: EdgeRequest) => void;
}

/** Listens on free ports of loopback; answers with the request's target unless told otherwise. */
export function startHttp2Edge({
  waits,
  way = "same_socket",
  serve = answerTarget,
}: Http2EdgeOptions = {}): Http2Edge {
  const made = new TestCertificates();
  const certificate = made.selfSigned("h2", ["h2.example"]);
  const requests: EdgeRequest[] = [];
  const refusals: Refusal[] = [];
  const faults: unknown[] = [];
  const certificates = new Certificates({ files: [certificate], pollMs: 0 });
  const listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    waits: { ...defaultWaits, ...waits },
    tls: {
      hostname: "127.0.0.1",
      port: 0,
      way,
      certificates,
      alpn: ["h2", "http/1.1"],
      clientCertificates: undefined,
      refused: () => undefined,
    },
    serve: (request) => {
      requests.push(request);
      serve(request);
    },
    refused: (_, refusal) => refusals.push(refusal),
    fault: (error) => faults.push(error),
  });
  return {
    listener,
    port: listener.tlsPort!,
    plainPort: listener.port,
    requests,
    refusals,
    faults,
    async stop() {
      await listener.drain(0);
      made.remove();
    },
  };
}

/** Answers once the body is there; its length comes after the target. */
export function answerTarget(request: EdgeRequest): void {
  let bytes = 0;
  request.body.pipe({
    data: (chunk) => {
      bytes += chunk.length;
      return true;
    },
    end: () => answer(request, `${request.target} ${bytes}`),
    abort: () => undefined,
  });
}

/** A whole 200. */
export function answer({ method, reply }: EdgeRequest, body: string): void {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
  reply.writeHead(head);
  if (method !== "HEAD") reply.write(Buffer.from(body));
  reply.end();
}
