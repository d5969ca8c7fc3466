/** The edge's socket: accepts connections, sweeps their deadlines, drains on shutdown. */
import type { Socket } from "bun";
import { listenError } from "../app-error.ts";
import type { Cidr } from "./cidr.ts";
import { ClientConnection, type ConnectionHost } from "./client-connection.ts";
import type { EdgeConnection, EdgeRequest } from "./edge-request.ts";
import { ipv4FromWord, parseIpAddress } from "./ip-address.ts";
import type { Refusal } from "./request-head.ts";
import { defaultWaits, type Waits } from "./waits.ts";

/** How often deadlines are checked at the least, ms. */
const sweepMs = 1_000;
/** Connections at once; further ones are closed on arrival. */
const maxConnections = 20_000;

/** What the listener is told. */
export interface EdgeListenerOptions {
  readonly hostname: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Fronts whose X-Forwarded-For is believed. */
  readonly trusted: readonly Cidr[];
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
  /** Connections open now. */
  readonly openConnections: number;
  /** Stops accepting, lets requests in flight finish for at most `graceMs`, then closes all. */
  drain(graceMs: number): Promise<void>;
}

/** Starts listening; throws AppError `port_taken` when the address cannot be bound. */
export function listenEdge(options: EdgeListenerOptions): EdgeListener {
  const connections = new Set<ClientConnection>();
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
  const open = (socket: Socket<ClientConnection>) => {
    if (connections.size >= maxConnections || isDraining) {
      socket.terminate();
      return;
    }
    socket.setNoDelay(true);
    // A link-local peer's address comes with its zone (RFC 4007 §11), which is ours and no part of the address.
    const peer = parseIpAddress(socket.remoteAddress.split("%")[0] ?? "") ?? ipv4FromWord(0);
    socket.data = new ClientConnection(nextId++, peer, "http", socket, host);
    connections.add(socket.data);
  };
  const closed = (socket: Socket<ClientConnection>) => {
    if (!socket.data) return;
    connections.delete(socket.data);
    socket.data.closed();
  };
  const listener = bind(options, {
    open,
    data: (socket, chunk) => socket.data?.received(chunk),
    drain: (socket) => socket.data?.drained(),
    end: (socket) => socket.data?.clientEnded(),
    close: closed,
    error: (socket, error) => {
      // A defect in whoever serves costs its own connection, loudly, and no other.
      options.fault(error);
      closed(socket);
      socket.terminate();
    },
  });
  const sweep = setInterval(
    () => {
      const now = Date.now();
      for (const connection of connections) connection.checkDeadlines(now);
    },
    Math.min(sweepMs, ...Object.values(waits)),
  );
  return {
    hostname: options.hostname,
    port: listener.port,
    get openConnections() {
      return connections.size;
    },
    async drain(graceMs) {
      isDraining = true;
      listener.stop();
      for (const connection of connections) connection.drain();
      const until = Date.now() + graceMs;
      while (connections.size > 0 && Date.now() < until) await Bun.sleep(20);
      clearInterval(sweep);
      listener.stop(true);
    },
  };
}

function bind(options: EdgeListenerOptions, socket: Bun.SocketHandler<ClientConnection>) {
  try {
    return Bun.listen<ClientConnection>({
      hostname: options.hostname,
      port: options.port,
      allowHalfOpen: true,
      socket,
    });
  } catch (cause) {
    throw listenError(options.hostname, options.port, cause);
  }
}
