/** A Bun TLS socket that closes like a raw one. */
import type { Socket } from "bun";
import type { ClientSocket } from "./tls-acceptor.ts";
import type { HandshakeEnd } from "./tls-engine.ts";

type AnyTlsSocket = Pick<Socket<unknown>, "write" | "shutdown" | "pause" | "resume" | "close" | "terminate">;

/** Passes everything through but `end`. */
export class TlsSocket implements ClientSocket {
  readonly #socket: AnyTlsSocket;

  constructor(socket: AnyTlsSocket) {
    this.#socket = socket;
  }

  // Writers share a buffer between connections: what lies beyond `length` is another client's.
  write(bytes: Uint8Array, from = 0, length = bytes.length - from): number {
    return this.#socket.write(bytes, from, length);
  }

  shutdown(): void {
    this.#socket.shutdown();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  /**
   * A TLS socket's own `end` waits for the client's close_notify, without end if none comes; its `close` alone sends
   * none, which a client must take for a cut (RFC 8446 §6.1).
   */
  end(): void {
    this.#socket.shutdown();
    this.#socket.close();
  }

  terminate(): void {
    this.#socket.terminate();
  }
}

/** Reads how a handshake ended; `problem` means nothing where no certificate was asked for. */
export function handshakeEnd(
  socket: Pick<Socket<unknown>, "alpnProtocol" | "getTLSVersion" | "isSessionReused">,
  isDone: boolean,
  problem: Error | null,
  asksForCertificate: boolean,
): HandshakeEnd {
  if (!isDone) return { isDone: false, detail: problem?.message ?? "no reason given" };
  const { alpnProtocol } = socket;
  return {
    isDone: true,
    alpn: typeof alpnProtocol === "string" && alpnProtocol !== "" ? alpnProtocol : undefined,
    tlsVersion: socket.getTLSVersion(),
    isResumed: socket.isSessionReused(),
    certificateProblem: asksForCertificate && problem ? problem.message : undefined,
  };
}
