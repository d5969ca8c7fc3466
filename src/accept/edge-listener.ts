/** The edge's socket: accepts connections, sweeps their deadlines, drains on shutdown. */
import type { Socket } from "bun";
import { listenError } from "../app-error.ts";
import { Admission, type Reception } from "./admission.ts";
import type { Cidr } from "./cidr.ts";
import { isTrusted } from "./client-address.ts";
import { ClientConnection, type ConnectionHost } from "./client-connection.ts";
import {
  type ConnectionLimits,
  ConnectionRoom,
  defaultLimits,
  type TurnedAwayReason,
} from "./connection-room.ts";
import type { EdgeConnection, EdgeRequest } from "./edge-request.ts";
import { Http2Connection } from "./http2/http2-connection.ts";
import type { IpAddress } from "./ip-address.ts";
import { bad, type Refusal } from "./refusal.ts";
import { TcpPath } from "./tcp-path.ts";
import { acceptTls, type TlsWay } from "./tls/accept-tls.ts";
import type { ClientSocket, SocketOwner, TlsArrival, TlsOptions } from "./tls/tls-acceptor.ts";
import { defaultWaits, type Waits } from "./waits.ts";

/** How often deadlines are checked at the least, ms. */
const sweepMs = 500;
/** From the decision to stop to closing the ports. */
const quietMs = 20;

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
  /** Fronts whose X-Forwarded-For or Forwarded is believed. */
  readonly trusted: readonly Cidr[];
  /** Fronts that must send a PROXY header; none when left out. */
  readonly proxied?: readonly Cidr[];
  /** `defaultLimits` when left out. */
  readonly limits?: ConnectionLimits;
  /** Share the ports with another process that does the same, so that it can take over while this one drains. */
  readonly reusePort?: boolean;
  /** A second port, for HTTPS. */
  readonly tls?: EdgeTlsOptions;
  /** `defaultWaits` when left out. */
  readonly waits?: Waits;
  serve(request: EdgeRequest): void;
  refused(connection: EdgeConnection, refusal: Refusal): void;
  /** There was no room for a connection. */
  turnedAway?(reason: TurnedAwayReason, peer: IpAddress): void;
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

type Speaker = (
  peer: IpAddress,
  socket: ClientSocket,
  tls: TlsArrival | undefined,
  tcp: TcpPath,
) => SocketOwner;

/** Starts listening; throws AppError `port_taken` when an address cannot be bound. */
export function listenEdge(options: EdgeListenerOptions): EdgeListener {
  const room = new ConnectionRoom(options.limits ?? defaultLimits);
  let isDraining = false;
  let nextId = 1;
  const { waits = defaultWaits, tls, reusePort = false } = options;
  const host = hostOf(options, waits, room, () => isDraining);
  const speakHttp: Speaker = (peer, socket, tls, tcp) => {
    const Connection = tls?.alpn === "h2" ? Http2Connection : ClientConnection;
    const connection: SocketOwner & EdgeConnection = new Connection(nextId++, peer, tls, socket, host);
    connection.tcp = tcp;
    return connection;
  };
  const admission = new Admission({
    room,
    trusted: options.trusted,
    proxied: options.proxied ?? [],
    headerMs: waits.handshake,
    turnedAway: (reason, peer) => options.turnedAway?.(reason, peer),
    refused: (peer, reason) => options.refused(unread(nextId++, peer), bad(reason)),
  });
  const handlers = (reception: (socket: Socket<SocketOwner>) => Reception) =>
    socketHandlers({
      own: (socket) => admission.admit(socket, reception(socket)),
      room,
      fault: (error) => options.fault(error),
    });
  const listener = bind(
    { ...options, reusePort },
    handlers((socket) => ({
      canAnswer: true,
      begin: (peer) => speakHttp(peer, socket, undefined, new TcpPath(socket, peer)),
    })),
  );
  const acceptor =
    tls &&
    acceptTls({ ...tls, handshakeMs: waits.handshake, defect: (error) => options.fault(error) }, tls.way);
  const tlsListener =
    tls &&
    acceptor &&
    bind(
      { ...tls, reusePort },
      handlers((socket) => ({
        canAnswer: false,
        begin: (peer, tcp = new TcpPath(socket, peer)) =>
          acceptor.accept(socket, (secure, arrival) => speakHttp(peer, secure, arrival, tcp)),
      })),
    );
  const sweep = startSweep(room, waits);
  return {
    hostname: options.hostname,
    port: listener.port,
    tlsPort: tlsListener?.port,
    get openConnections() {
      return room.size;
    },
    async drain(graceMs) {
      isDraining = true;
      // Closing resets what waits in the kernel's queue: it is taken in first, and the closing falls in a quiet turn.
      await Bun.sleep(quietMs);
      listener.stop();
      tlsListener?.stop();
      for (const connection of room.owners) connection.drain();
      await emptied(room, graceMs);
      clearInterval(sweep);
      listener.stop(true);
      tlsListener?.stop(true);
      acceptor?.close();
    },
  };
}

function hostOf(
  options: EdgeListenerOptions,
  waits: Waits,
  room: ConnectionRoom,
  isDraining: () => boolean,
): ConnectionHost {
  const { trusted, proxied = [] } = options;
  const isFront = (peer: IpAddress) => isTrusted(peer, trusted) || isTrusted(peer, proxied);
  return {
    beganBeside(peer) {
      if (isFront(peer) || room.beganBeside(peer)) return true;
      options.turnedAway?.("too_many_of_address", peer);
      return false;
    },
    endedBeside(peer) {
      if (!isFront(peer)) room.endedBeside(peer);
    },
    trusted: options.trusted,
    waits,
    serve: (request) => options.serve(request),
    refused: (connection, refusal) => options.refused(connection, refusal),
    get isDraining() {
      return isDraining();
    },
  };
}

function startSweep(room: ConnectionRoom, waits: Waits) {
  const check = () => {
    // Not the wall clock: set back by an hour, it would let every slow client stay for an hour more.
    const now = performance.now();
    for (const connection of room.owners) connection.checkDeadlines(now);
  };
  return setInterval(check, Math.min(sweepMs, Math.min(...Object.values(waits)) / 2));
}

async function emptied(room: ConnectionRoom, withinMs: number): Promise<void> {
  const until = performance.now() + withinMs;
  while (room.size > 0 && performance.now() < until) await Bun.sleep(20);
}

interface SocketKeeping {
  /** Gives a new socket its owner; undefined when it is not wanted. */
  own(socket: Socket<SocketOwner>): SocketOwner | undefined;
  readonly room: ConnectionRoom;
  fault(error: unknown): void;
}

/** An owner is in the room from its socket's opening to its closing; TLS may put another object in the socket's place. */
function socketHandlers(keeping: SocketKeeping): Bun.SocketHandler<SocketOwner> {
  const closed = (socket: Socket<SocketOwner>) => {
    if (!socket.data) return;
    keeping.room.leave(socket.data);
    socket.data.closed();
  };
  return {
    open: (socket) => {
      const owner = keeping.own(socket);
      if (!owner) {
        socket.terminate();
        return;
      }
      socket.setNoDelay(true);
      socket.data = owner;
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

/** A connection of which nothing but its peer is known. */
function unread(id: number, peer: IpAddress): EdgeConnection {
  return {
    id,
    peer,
    scheme: "http",
    tls: undefined,
    requests: 0,
    networkMemo: undefined,
    skeletonMemo: undefined,
    forwardMemo: undefined,
  };
}

interface Port {
  readonly hostname: string;
  readonly port: number;
  readonly reusePort: boolean;
}

function bind({ hostname, port, reusePort }: Port, socket: Bun.SocketHandler<SocketOwner>) {
  try {
    // `reusePort` is documented for connecting only; a contract test guards that listening takes it.
    const options = { hostname, port, reusePort, allowHalfOpen: true, socket };
    return Bun.listen<SocketOwner>(options);
  } catch (cause) {
    throw listenError(hostname, port, cause);
  }
}
