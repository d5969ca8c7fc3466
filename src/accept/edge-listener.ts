/** The edge's socket: accepts connections, sweeps their deadlines, drains on shutdown. */
import type { Socket } from "bun";
import { listenError } from "../app-error.ts";
import type { Cidr } from "./cidr.ts";
import { ClientConnection, type ConnectionHost } from "./client-connection.ts";
import type { EdgeConnection, EdgeRequest } from "./edge-request.ts";
import { type IpAddress, ipv4FromWord, parseIpAddress } from "./ip-address.ts";
import type { Refusal } from "./refusal.ts";
import { acceptTls, type TlsWay } from "./tls/accept-tls.ts";
import type { ClientSocket, SocketOwner, TlsArrival, TlsOptions } from "./tls/tls-acceptor.ts";
import { defaultWaits, type Waits } from "./waits.ts";

/** How often deadlines are checked at the least, ms. */
const sweepMs = 500;
/** Connections at once; further ones are closed on arrival. */
const maxConnections = 20_000;

/** How the edge listens for HTTPS. */
export interface EdgeTlsOptions
  extends Pick<TlsOptions, "certificates" | "alpn" | "clientCertificates" | "refused"> {
  readonly hostname: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly way: TlsWay;
}

/** What the listener is told. */
export interface EdgeListenerOptions {
  readonly hostname: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Fronts whose X-Forwarded-For is believed. */
  readonly trusted: readonly Cidr[];
  /** A second port, for HTTPS. */
  readonly tls?: EdgeTlsOptions;
  /** `defaultWaits` when left out. */
  readonly waits?: Waits;
  serve(request: EdgeRequest): void;
  refused(connection: EdgeConnection, refusal: Refusal): void;
  /** A bug threw while a connection was handled. */
  fault(error: unknown): void;
}

/** A listening edge. */
export interface EdgeListener {
  readonly hostname: string;
  readonly port: number;
  /** Undefined without HTTPS. */
  readonly tlsPort: number | undefined;
  /** Connections open now, on both ports. */
  readonly openConnections: number;
  /** Stops accepting, lets requests in flight finish for at most `graceMs`, then closes all. */
  drain(graceMs: number): Promise<void>;
}

/** Starts listening; throws AppError `port_taken` when an address cannot be bound. */
export function listenEdge(options: EdgeListenerOptions): EdgeListener {
  const connections = new Set<SocketOwner>();
  let isDraining = false;
  let nextId = 1;
  const waits = options.waits ?? defaultWaits;
  const host: ConnectionHost = {
    trusted: options.trusted,
    waits,
    serve: (request) => options.serve(request),
    refused: (connection, refusal) => options.refused(connection, refusal),
    get isDraining() {
      return isDraining;
    },
  };
  const speakHttp = (peer: IpAddress, socket: ClientSocket, tls: TlsArrival | undefined) =>
    new ClientConnection(nextId++, peer, tls, socket, host);
  const handlers = (own: (socket: Socket<SocketOwner>) => SocketOwner) =>
    socketHandlers({
      own,
      connections,
      isFull: () => isDraining || connections.size >= maxConnections,
      fault: (error) => options.fault(error),
    });
  const listener = bind(
    options,
    handlers((socket) => speakHttp(peerOf(socket), socket, undefined)),
  );
  const { tls } = options;
  const acceptor =
    tls &&
    acceptTls({ ...tls, handshakeMs: waits.handshake, defect: (error) => options.fault(error) }, tls.way);
  const tlsListener =
    tls &&
    acceptor &&
    bind(
      tls,
      handlers((socket) => {
        // On the fallback's secure side the peer would be a loopback address.
        const peer = peerOf(socket);
        return acceptor.accept(socket, (secure, arrival) => speakHttp(peer, secure, arrival));
      }),
    );
  const sweep = setInterval(
    () => {
      const now = Date.now();
      for (const connection of connections) connection.checkDeadlines(now);
    },
    Math.min(sweepMs, Math.min(...Object.values(waits)) / 2),
  );
  return {
    hostname: options.hostname,
    port: listener.port,
    tlsPort: tlsListener?.port,
    get openConnections() {
      return connections.size;
    },
    async drain(graceMs) {
      isDraining = true;
      listener.stop();
      tlsListener?.stop();
      for (const connection of connections) connection.drain();
      const until = Date.now() + graceMs;
      while (connections.size > 0 && Date.now() < until) await Bun.sleep(20);
      clearInterval(sweep);
      listener.stop(true);
      tlsListener?.stop(true);
      acceptor?.close();
    },
  };
}

interface SocketKeeping {
  /** Gives a new socket its owner. */
  own(socket: Socket<SocketOwner>): SocketOwner;
  readonly connections: Set<SocketOwner>;
  isFull(): boolean;
  fault(error: unknown): void;
}

/** An owner is in the set from its socket's opening to its closing; TLS may put another object in the socket's place. */
function socketHandlers(keeping: SocketKeeping): Bun.SocketHandler<SocketOwner> {
  const { connections } = keeping;
  const closed = (socket: Socket<SocketOwner>) => {
    if (!socket.data) return;
    connections.delete(socket.data);
    socket.data.closed();
  };
  return {
    open: (socket) => {
      if (keeping.isFull()) {
        socket.terminate();
        return;
      }
      socket.setNoDelay(true);
      socket.data = keeping.own(socket);
      connections.add(socket.data);
    },
    data: (socket, chunk) => socket.data?.received(chunk),
    drain: (socket) => socket.data?.drained(),
    end: (socket) => socket.data?.clientEnded(),
    close: closed,
    error: (socket, error) => {
      // A defect in whoever serves costs its own connection, loudly, and no other.
      keeping.fault(error);
      closed(socket);
      socket.terminate();
    },
  };
}

function peerOf(socket: Socket<SocketOwner>): IpAddress {
  // A link-local peer's address comes with its zone (RFC 4007 §11), which is ours and no part of the address.
  return parseIpAddress(socket.remoteAddress.split("%")[0] ?? "") ?? ipv4FromWord(0);
}

function bind(
  { hostname, port }: { readonly hostname: string; readonly port: number },
  socket: Bun.SocketHandler<SocketOwner>,
) {
  try {
    return Bun.listen<SocketOwner>({ hostname, port, allowHalfOpen: true, socket });
  } catch (cause) {
    throw listenError(hostname, port, cause);
  }
}
