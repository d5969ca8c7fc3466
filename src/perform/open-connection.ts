/** Opens one connection to an origin: TCP or a unix socket, with TLS where the origin wants it. */
import type { Socket } from "bun";
import type { Origin } from "./origin-address.ts";
import type { ConnectTls } from "./origin-credentials.ts";
import { type ConnectionOwner, UpstreamConnection } from "./upstream-connection.ts";
import type { UpstreamWaits } from "./upstream-waits.ts";

/** Why no connection could be made. */
export class OriginUnreachable extends Error {
  /** Nothing answered in time, rather than something refusing. */
  readonly isTimeout: boolean;

  constructor(message: string, isTimeout = false) {
    super(message);
    this.name = "OriginUnreachable";
    this.isTimeout = isTimeout;
  }
}

/** Whom to connect to, and how. */
export interface OpenOptions {
  readonly origin: Origin;
  /** Needed for https. */
  readonly tls: ConnectTls | undefined;
  readonly waits: UpstreamWaits;
  readonly owner: ConnectionOwner;
  /** Each direction ends by itself, as a tunnel needs it. */
  readonly isHalfOpen: boolean;
}

/** Opens a connection; rejects with OriginUnreachable when it is not there, not verified, or not in time. */
export function openConnection(options: OpenOptions): Promise<UpstreamConnection> {
  const { origin, tls, waits, isHalfOpen } = options;
  const { promise, resolve, reject } = Promise.withResolvers<UpstreamConnection>();
  let late: Socket<UpstreamConnection> | undefined;
  let isOver = false;
  const fail = (message: string, isTimeout = false) => {
    clearTimeout(timer);
    isOver = true;
    reject(new OriginUnreachable(message, isTimeout));
  };
  const timer = setTimeout(() => {
    fail("the origin did not accept the connection in time", true);
    late?.terminate();
  }, waits.connect);
  const ready = (socket: Socket<UpstreamConnection>) => {
    clearTimeout(timer);
    if (isOver) {
      socket.terminate();
      return;
    }
    isOver = true;
    if (origin.unix === undefined) socket.setNoDelay(true);
    socket.data = new UpstreamConnection(socket, options.owner, waits, isHalfOpen);
    resolve(socket.data);
  };
  const socket: Bun.SocketHandler<UpstreamConnection> = {
    open: (opened) => {
      late = opened;
      if (!tls) ready(opened);
    },
    handshake: (secure, success, error) => {
      if (!tls) return;
      // RFC 9110 §4.3.4: the certificate must fit the origin's name. Where nobody verifies, a name that does not fit
      // counts as no success all the same; that there is a cipher tells that the handshake is done.
      const isDone = tls.rejectUnauthorized ? success && secure.authorized : Boolean(secure.getCipher().name);
      if (isDone) ready(secure);
      else {
        fail(error?.message ?? "the origin's certificate could not be verified");
        secure.terminate();
      }
    },
    data: (opened, chunk) => opened.data?.received(chunk),
    drain: (opened) => opened.data?.writer.drained(),
    end: (opened) => opened.data?.ended(),
    close: (opened) => {
      if (!isOver) fail("the origin closed the connection");
      opened.data?.closed();
    },
    error: (opened, error) => {
      if (!isOver) fail(error.message);
      opened.data?.closed();
    },
    connectError: (_opened, error) => fail(error.message),
  };
  const how = { allowHalfOpen: isHalfOpen, ...(tls && { tls }), socket };
  const connecting =
    origin.unix === undefined
      ? Bun.connect<UpstreamConnection>({ hostname: origin.hostname, port: origin.port, ...how })
      : Bun.connect<UpstreamConnection>({ unix: origin.unix, ...how });
  connecting.catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)));
  return promise;
}
