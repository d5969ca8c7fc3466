/**
 * TLS on the very socket that the hello was read from: `upgradeTLS` with the options that Bun's own `node:tls`
 * passes and its documentation does not show. The contract tests guard them on every Bun update.
 */
import type { Socket, SocketHandler } from "bun";
import type { Certificate } from "./certificates.ts";
import { alpnWire, type SocketOwner, type TlsOptions } from "./tls-acceptor.ts";
import type { RawSide, SecureSide, TlsEngine } from "./tls-engine.ts";
import { handshakeEnd, TlsSocket } from "./tls-socket.ts";

interface UpgradeOptions {
  readonly isServer: true;
  readonly allowHalfOpen: true;
  /** What was read of the socket already. */
  readonly initialData: Buffer;
  readonly data: SecureSide;
  readonly tls: {
    readonly secureContext: unknown;
    readonly ALPNProtocols: Buffer;
    readonly requestCert: boolean;
    /** Always false: the acceptor decides, and can then say why. */
    readonly rejectUnauthorized: false;
  };
  readonly socket: SocketHandler<SecureSide>;
}

/** The engine; it keeps nothing beside the sockets. */
export function sameSocketEngine(options: Pick<TlsOptions, "alpn" | "clientCertificates">): TlsEngine {
  const ALPNProtocols = alpnWire(options.alpn);
  const requestCert = options.clientCertificates !== undefined;
  return {
    start(raw: Socket<SocketOwner>, certificate: Certificate, initialData: Buffer, side: SecureSide) {
      const upgrade: UpgradeOptions = {
        isServer: true,
        allowHalfOpen: true,
        initialData,
        data: side,
        tls: { secureContext: certificate.context, ALPNProtocols, requestCert, rejectUnauthorized: false },
        socket: requestCert ? askingHandler : handler,
      };
      const [, secure] = raw.upgradeTLS(upgrade);
      return new UpgradedSide(secure);
    },
    close() {},
  };
}

const handler = socketHandler(false);
const askingHandler = socketHandler(true);

function socketHandler(asksForCertificate: boolean): SocketHandler<SecureSide> {
  return {
    handshake(socket, isDone, problem) {
      const end = handshakeEnd(socket, isDone, problem, asksForCertificate);
      socket.data.handshakeEnded(new TlsSocket(socket), end);
    },
    data: (socket, chunk) => socket.data.secureReceived(chunk),
    drain: (socket) => socket.data.secureDrained(),
    end: (socket) => socket.data.secureEnded(),
    close: (socket) => socket.data.secureClosed(),
    error: (socket, error) => socket.data.secureFailed(error),
  };
}

/** The raw half still reports the encrypted bytes; nobody needs them. */
class UpgradedSide implements RawSide {
  readonly #secure: Pick<Socket<SecureSide>, "terminate">;

  constructor(secure: Pick<Socket<SecureSide>, "terminate">) {
    this.#secure = secure;
  }

  received(): void {}
  drained(): void {}
  clientEnded(): void {}
  closed(): void {}

  terminate(): void {
    this.#secure.terminate();
  }
}
