/**
 * The documented way, slower by half: bytes are copied to a TLS listener on loopback, one for each certificate,
 * and the decrypted side is that listener's socket. Here in case a Bun update takes `SameSocket`'s options away.
 */
import type { Socket, TCPSocketListener } from "bun";
import { SocketWriter } from "../socket-writer.ts";
import type { Certificate } from "./certificates.ts";
import { alpnWire, type SocketOwner, type TlsOptions } from "./tls-acceptor.ts";
import type { RawSide, SecureSide, TlsEngine } from "./tls-engine.ts";
import { handshakeEnd, TlsSocket } from "./tls-socket.ts";

/** A local stranger that connects to the loopback listener has this long, s. */
const strangerSeconds = 15;

/** How long a client may take for what was sent before the connection was closed, ms. */
const lastWaitMs = 10_000;

interface Inner {
  relay: SpliceRelay | undefined;
}

/** The engine. */
export function spliceEngine(options: TlsOptions): TlsEngine {
  const listeners = new Map<Certificate, TCPSocketListener<Inner>>();
  /** Connections on their way to a loopback listener, by the port that they come from. */
  const awaited = new Map<number, SpliceRelay>();
  const listenerOf = (certificate: Certificate) => {
    let listener = listeners.get(certificate);
    if (!listener) {
      listener = listenInside(certificate, options, awaited);
      listeners.set(certificate, listener);
      forgetReplaced(listeners, options);
    }
    return listener;
  };
  return {
    start(raw, certificate, firstBytes, side) {
      const splice = new SpliceRelay(raw, side);
      splice.received(firstBytes);
      void splice.connect(listenerOf(certificate).port, awaited);
      return splice;
    },
    close() {
      for (const listener of listeners.values()) listener.stop();
      listeners.clear();
    },
  };
}

/** Listeners of certificates that were read anew accept no more; their connections go on. */
function forgetReplaced(listeners: Map<Certificate, TCPSocketListener<Inner>>, options: TlsOptions): void {
  const current = new Set(options.certificates.all);
  for (const [certificate, listener] of listeners) {
    if (current.has(certificate)) continue;
    listener.stop();
    listeners.delete(certificate);
  }
}

function listenInside(
  certificate: Certificate,
  options: TlsOptions,
  awaited: Map<number, SpliceRelay>,
): TCPSocketListener<Inner> {
  const asksForCertificate = options.clientCertificates !== undefined;
  return Bun.listen<Inner>({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    tls: {
      cert: certificate.cert,
      key: certificate.key,
      ALPNProtocols: alpnWire(options.alpn),
      requestCert: asksForCertificate,
      rejectUnauthorized: false,
      ...(certificate.clientCa !== undefined && { ca: certificate.clientCa }),
    },
    socket: {
      open(socket) {
        socket.data = { relay: undefined };
        socket.timeout(strangerSeconds);
      },
      handshake(socket, isDone, problem) {
        const relay = awaited.get(socket.remotePort);
        awaited.delete(socket.remotePort);
        if (!relay) {
          socket.terminate();
          return;
        }
        socket.timeout(0);
        socket.data.relay = relay;
        const end = handshakeEnd(socket, isDone, problem, asksForCertificate);
        relay.side.handshakeEnded(new TlsSocket(socket), end);
      },
      data: (socket, chunk) => socket.data.relay?.side.secureReceived(chunk),
      drain: (socket) => socket.data.relay?.side.secureDrained(),
      end: (socket) => socket.data.relay?.side.secureEnded(),
      // The client's own socket closes once it has all that was sent; only that ends the connection.
      close: (socket) => socket.data.relay?.secureClosed(),
      error: (socket, error) => socket.data.relay?.side.secureFailed(error),
    },
  });
}

/** Copies between the client's socket and the loopback one, with backpressure both ways. */
class SpliceRelay implements RawSide {
  readonly #raw: Socket<SocketOwner>;
  readonly side: SecureSide;
  readonly #toClient: SocketWriter;
  #inside: Socket | undefined;
  #toInside: SocketWriter | undefined;
  /** What came before the loopback connection stood. */
  #early: Buffer[] = [];
  #hasClientEnded = false;
  #hasInsideEnded = false;
  #isSecureClosed = false;
  #hasSentFin = false;
  #lastWait: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(raw: Socket<SocketOwner>, side: SecureSide) {
    this.#raw = raw;
    this.side = side;
    this.#toClient = new SocketWriter(raw);
    this.#toClient.onDrain = () => this.#inside?.resume();
    this.#toClient.onEnded = () => {
      this.#hasSentFin = true;
    };
  }

  /** Opens the loopback connection; `awaited` tells the listener whose it is. */
  async connect(port: number, awaited: Map<number, SpliceRelay>): Promise<void> {
    this.#raw.pause();
    try {
      await Bun.connect({
        hostname: "127.0.0.1",
        port,
        allowHalfOpen: true,
        socket: {
          open: (socket) => this.#opened(socket, awaited),
          data: (socket, chunk) => {
            if (!this.#toClient.write(chunk)) socket.pause();
          },
          drain: () => this.#toInside?.drained(),
          end: () => this.#insideEnded(),
          close: (socket, error) => {
            awaited.delete(socket.localPort);
            // A reset shall be one for the client too; FIN after our own closes without `end`.
            if (error) this.terminate();
            else {
              this.#insideEnded();
              this.secureClosed();
            }
          },
          error: () => this.terminate(),
        },
      });
    } catch (error) {
      this.side.secureFailed(error instanceof Error ? error : new Error(String(error)));
    }
  }

  received(chunk: Buffer): void {
    if (!this.#toInside) this.#early.push(chunk);
    else if (!this.#toInside.write(chunk)) this.#raw.pause();
  }

  drained(): void {
    this.#toClient.drained();
  }

  clientEnded(): void {
    this.#hasClientEnded = true;
    this.#toInside?.end();
  }

  closed(): void {
    this.#isClosed = true;
    clearTimeout(this.#lastWait);
    this.#toClient.close();
    this.#toInside?.close();
    this.#inside?.terminate();
  }

  terminate(): void {
    if (!this.#isClosed) this.#raw.terminate();
  }

  /** The secure socket is gone, by its owner or by the client. */
  secureClosed(): void {
    this.#isSecureClosed = true;
    this.#settle();
  }

  #opened(socket: Socket, awaited: Map<number, SpliceRelay>): void {
    this.#inside = socket;
    if (this.#isClosed) {
      socket.terminate();
      return;
    }
    awaited.set(socket.localPort, this);
    this.#toInside = new SocketWriter(socket);
    this.#toInside.onDrain = () => this.#raw.resume();
    for (const chunk of this.#early) this.#toInside.write(chunk);
    this.#early = [];
    if (this.#hasClientEnded) this.#toInside.end();
    this.#raw.resume();
  }

  #insideEnded(): void {
    this.#hasInsideEnded = true;
    this.#toClient.end();
    this.#settle();
  }

  /** Once the secure side is closed and all its bytes are here, what is queued for a slow client is still sent. */
  #settle(): void {
    if (this.#isClosed || !this.#isSecureClosed || !this.#hasInsideEnded) return;
    // Nobody else watches the time any more.
    this.#lastWait ??= setTimeout(() => this.terminate(), lastWaitMs);
    if (this.#hasSentFin) this.#raw.end();
    else this.#toClient.onEnded = () => this.#raw.end();
  }
}
