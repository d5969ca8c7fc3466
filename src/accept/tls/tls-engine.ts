/** The part of accepting TLS that differs: who does the handshake and the records, and over which sockets. */
import type { Socket } from "bun";
import type { Certificate } from "./certificates.ts";
import type { ClientSocket, SocketOwner, TlsOptions } from "./tls-acceptor.ts";

/** What a finished handshake agreed on. */
export interface Agreement {
  readonly isDone: true;
  readonly alpn: string | undefined;
  readonly tlsVersion: string;
  readonly isResumed: boolean;
  /** Why the client's certificate, asked for, is not accepted; undefined if it is, or was not asked for. */
  readonly certificateProblem: string | undefined;
}

/** How a handshake ended. */
export type HandshakeEnd = Agreement | { readonly isDone: false; readonly detail: string };

/** What an engine tells of the secure side. */
export interface SecureSide {
  handshakeEnded(socket: ClientSocket, end: HandshakeEnd): void;
  secureReceived(chunk: Buffer): void;
  secureDrained(): void;
  /** The client said that it will send no more, or just sent FIN. */
  secureEnded(): void;
  secureClosed(): void;
  /** The session broke, or whoever owns it threw. */
  secureFailed(error: Error): void;
}

/** Gets the raw socket's events from the handshake's start on. */
export interface RawSide extends Pick<SocketOwner, "received" | "drained" | "clientEnded" | "closed"> {
  /** Cuts the connection, whatever the handshake's state: the raw socket's own `terminate` no longer does. */
  terminate(): void;
}

/** Starts TLS on a socket whose first bytes, a whole hello among them, were read. */
export interface TlsEngine {
  start(
    raw: Socket<SocketOwner>,
    certificate: Certificate,
    firstBytes: Buffer,
    side: SecureSide,
    options: TlsOptions,
  ): RawSide;
  close(): void;
}
