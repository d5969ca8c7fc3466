/** Connections to one origin, kept alive and shared by all clients. */
import type { Socket } from "bun";
import { UpstreamConnection, upstreamWaits } from "./upstream-connection.ts";

/** Idle connections kept, and connections at once; beyond that a request is answered 503. */
const bounds = { idle: 256, total: 4_096 } as const;

/** Where an origin listens. */
export interface Origin {
  readonly scheme: "http" | "https";
  readonly hostname: string;
  readonly port: number;
}

/** Parses "http://host:port" or "https://host"; undefined unless it is just that (no path, no user). */
export function parseOrigin(text: string): Origin | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const scheme = url.protocol === "http:" ? "http" : url.protocol === "https:" ? "https" : undefined;
  if (!scheme || url.username || url.password || url.search || url.hash || url.pathname !== "/")
    return undefined;
  const port = url.port === "" ? (scheme === "http" ? 80 : 443) : Number(url.port);
  return { scheme, hostname: url.hostname.replace(/^\[|\]$/g, ""), port };
}

/** The Host of an origin (RFC 9110 §4.2.1: without the scheme's own port), for clients that name none. */
function authorityOf({ scheme, hostname, port }: Origin): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return port === (scheme === "http" ? 80 : 443) ? host : `${host}:${port}`;
}

/** The pool of one origin. */
export class UpstreamPool {
  readonly origin: Origin;
  /** The origin's own Host. */
  readonly authority: string;
  readonly #idle: UpstreamConnection[] = [];
  readonly #all = new Set<UpstreamConnection>();
  readonly #sweep: Timer;
  #connecting = 0;

  constructor(origin: Origin) {
    this.origin = origin;
    this.authority = authorityOf(origin);
    this.#sweep = setInterval(() => {
      const now = Date.now();
      for (const connection of this.#all) connection.checkDeadline(now);
    }, 1_000);
  }

  /** The most recently used idle connection, if any. */
  takeIdle(): UpstreamConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (!connection?.isClosed) return connection;
    }
  }

  /** True when no further connection may be opened. */
  get isFull(): boolean {
    return this.#all.size + this.#connecting >= bounds.total;
  }

  /** Opens a connection; rejects when the origin cannot be reached (or verified) in time. */
  async connect(): Promise<UpstreamConnection> {
    this.#connecting++;
    try {
      return await this.#open();
    } finally {
      this.#connecting--;
    }
  }

  /** Closes everything. */
  close(): void {
    clearInterval(this.#sweep);
    for (const connection of this.#all) connection.close();
  }

  free(connection: UpstreamConnection): void {
    if (this.#idle.length < bounds.idle) this.#idle.push(connection);
    else connection.close();
  }

  gone(connection: UpstreamConnection): void {
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
  }

  #open(): Promise<UpstreamConnection> {
    const { promise, resolve, reject } = Promise.withResolvers<UpstreamConnection>();
    const { scheme, hostname, port } = this.origin;
    let late: Socket<UpstreamConnection> | undefined;
    const timer = setTimeout(() => {
      reject(new Error("the origin did not accept the connection in time"));
      late?.terminate();
    }, upstreamWaits.connect);
    const ready = (socket: Socket<UpstreamConnection>) => {
      clearTimeout(timer);
      socket.setNoDelay(true);
      const connection = new UpstreamConnection(socket, this);
      socket.data = connection;
      this.#all.add(connection);
      resolve(connection);
    };
    const fail = (error: Error) => {
      clearTimeout(timer);
      reject(error);
    };
    Bun.connect<UpstreamConnection>({
      hostname,
      port,
      // RFC 9110 §4.3.4: the certificate must fit the origin's name.
      ...(scheme === "https" ? { tls: { serverName: hostname, rejectUnauthorized: true } } : {}),
      socket: {
        open: (socket) => {
          late = socket;
          if (scheme === "http") ready(socket);
        },
        handshake: (socket, success, error) => {
          if (scheme !== "https") return;
          if (success) ready(socket);
          else {
            fail(error ?? new Error("the origin's certificate could not be verified"));
            socket.terminate();
          }
        },
        data: (socket, chunk) => socket.data?.received(chunk),
        drain: (socket) => socket.data?.writer.drained(),
        end: (socket) => socket.data?.closed(),
        close: (socket) => {
          fail(new Error("the origin closed the connection"));
          socket.data?.closed();
        },
        error: (socket, error) => {
          fail(error);
          socket.data?.closed();
        },
        connectError: (_socket, error) => fail(error),
      },
    }).catch(fail);
    return promise;
  }
}
