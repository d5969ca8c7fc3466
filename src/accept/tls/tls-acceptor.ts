/**
 * What accepting TLS means to the listener, whichever way it is done: on the same socket (`SameSocket`), or,
 * should a Bun update break that, through a loopback listener (`Splice`).
 */
import type { Socket } from "bun";
import type { Certificates } from "./certificates.ts";
import type { HelloProblem } from "./hello-reader.ts";

/** What a connection may do with its socket; a raw Bun socket is one too. */
export interface ClientSocket {
  /** Bytes taken of `length` from `from` on, fewer when the client is slow; negative once the socket is gone. */
  write(bytes: Uint8Array, from?: number, length?: number): number;
  /** Sends what says "no more" (close_notify, FIN) and still receives. */
  shutdown(): void;
  /** Stops reading, so that TCP stops a fast client. */
  pause(): void;
  resume(): void;
  /** Closes now; what was taken by `write` is still sent. */
  end(): void;
  /** Closes with a reset. */
  terminate(): void;
}

/** Whom a socket's events are told. */
export interface SocketOwner {
  /** Nothing is in progress, so that closing costs the client nothing but a new connection. */
  readonly isIdle: boolean;
  /** Bytes arrived. */
  received(chunk: Buffer): void;
  /** The socket can take more. */
  drained(): void;
  /** The client will send no more. */
  clientEnded(): void;
  /** The socket is gone. */
  closed(): void;
  /** Called about once a second with the time in ms since the epoch. */
  checkDeadlines(now: number): void;
  /** Shutting down: ends as soon as nothing is in progress; who just came may finish what it began. */
  drain(): void;
}

/** What is known of a TLS connection once its handshake is done; the prints are computed when first asked for. */
export interface TlsArrival {
  readonly ja4: string;
  /** `ja4Stable`: the form that resumption does not change. */
  readonly ja4Stable: string;
  /** `extensionOrder`: fixed for most software, another on each connection of Chromium. */
  readonly extensionOrder: string;
  /** The name asked for, lower case; undefined if none was. */
  readonly sni: string | undefined;
  /** The protocols offered, by the client's preference; empty if it knows no ALPN. */
  readonly alpnOffered: readonly string[];
  /** The protocol agreed on; undefined if the client offered none. */
  readonly alpn: string | undefined;
  /** "TLSv1.2" or "TLSv1.3". */
  readonly tlsVersion: string;
  readonly isResumed: boolean;
  /** When the hello was complete, ms since the epoch. */
  readonly helloAt: number;
  /** From there to the client's Finished: about one round trip to whoever speaks TLS, ms. */
  readonly handshakeMs: number;
  /** True if the client showed a certificate that a configured authority signed. */
  readonly isAuthorized: boolean;
}

/** Why a connection came to nothing. */
export type TlsRefusal =
  | HelloProblem
  | "no_hello"
  | "hello_timeout"
  | "handshake_timeout"
  | "handshake_failed"
  | "client_certificate";

/** How an acceptor is set up. */
export interface TlsOptions {
  readonly certificates: Certificates;
  /** Protocols by preference; a client that offers only others is refused (RFC 7301 §3.2). */
  readonly alpn: readonly string[];
  /** Whether a client without a valid certificate is refused; undefined when none is asked for. */
  readonly clientCertificates: "required" | "optional" | undefined;
  /** From connecting to the handshake's end, ms. */
  readonly handshakeMs: number;
  /** The connection was closed before that; `detail` is the TLS library's own text. */
  refused(reason: TlsRefusal, detail?: string): void;
  /** An owner threw; its connection is cut, and no other. */
  defect(error: Error): void;
}

/** The handshake is done: gives the owner of the decrypted side. */
export type Secured = (socket: ClientSocket, arrival: TlsArrival) => SocketOwner;

/** Accepts TLS on raw sockets. */
export interface TlsAcceptor {
  /** Takes a fresh socket; its events go to the owner returned, which tells that of `secured` `closed` exactly once. */
  accept(raw: Socket<SocketOwner>, secured: Secured): SocketOwner;
  /** Gives up what the acceptor holds beside its connections. */
  close(): void;
}

/** RFC 7301 §3.1: each name after a byte with its length. */
export function alpnWire(protocols: readonly string[]): Buffer {
  return Buffer.concat(protocols.map((name) => Buffer.from([name.length, ...Buffer.from(name, "latin1")])));
}
