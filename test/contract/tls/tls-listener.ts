/** A listener as the edge has one, with an echo or whatever a test wants on the secure side. */
import type { Socket } from "bun";
import { acceptTls, type TlsWay } from "../../../src/accept/tls/accept-tls.ts";
import { HelloReader } from "../../../src/accept/tls/hello-reader.ts";
import type {
  ClientSocket,
  Secured,
  SocketOwner,
  TlsArrival,
  TlsOptions,
  TlsRefusal,
} from "../../../src/accept/tls/tls-acceptor.ts";

/** What a test does with one secure connection; all parts may be left out. */
export interface Behaviour {
  received?(socket: ClientSocket, chunk: Buffer): void;
  drained?(socket: ClientSocket): void;
  clientEnded?(socket: ClientSocket): void;
}

/** A running listener and what it has seen. */
export interface TlsListener {
  readonly port: number;
  readonly arrivals: TlsArrival[];
  /** The first bytes of each connection, up to the segment with the end of its hello. */
  readonly hellos: Buffer[];
  readonly refusals: { readonly reason: TlsRefusal; readonly detail: string | undefined }[];
  /** How often an owner was told that its connection is gone. */
  readonly closes: () => number;
  /** Raw sockets open now. */
  readonly open: () => number;
  readonly sockets: ClientSocket[];
  readonly defects: Error[];
  drain(): void;
  stop(): void;
}

type ListenerOptions = Pick<TlsOptions, "certificates"> &
  Partial<Pick<TlsOptions, "alpn" | "clientCertificates" | "handshakeMs">>;

/** Starts one on a free port. */
export function listenTls(way: TlsWay, options: ListenerOptions, behaviour: Behaviour): TlsListener {
  const arrivals: TlsArrival[] = [];
  const refusals: TlsListener["refusals"] = [];
  const sockets: ClientSocket[] = [];
  const defects: Error[] = [];
  const owners = new Map<Socket<SocketOwner>, SocketOwner>();
  const hellos: Buffer[] = [];
  const readers = new Map<SocketOwner, HelloReader>();
  const record = (owner: SocketOwner, chunk: Buffer) => {
    const reader = readers.get(owner);
    if (!reader || reader.push(chunk) === "incomplete") return;
    hellos.push(Buffer.from(reader.received));
    readers.delete(owner);
  };
  let closes = 0;
  const secured: Secured = (socket, arrival) => {
    arrivals.push(arrival);
    sockets.push(socket);
    return {
      isIdle: false,
      received: (chunk) => behaviour.received?.(socket, chunk),
      drained: () => behaviour.drained?.(socket),
      clientEnded: () => (behaviour.clientEnded ? behaviour.clientEnded(socket) : socket.end()),
      closed: () => void closes++,
      checkDeadlines() {},
      drain: () => socket.end(),
    };
  };
  const acceptor = acceptTls(
    {
      alpn: ["h2", "http/1.1"],
      clientCertificates: undefined,
      handshakeMs: 10_000,
      ...options,
      defect: (error) => void defects.push(error),
      refused: (reason, detail) => void refusals.push({ reason, detail }),
    },
    way,
  );
  const listener = Bun.listen<SocketOwner>({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    socket: {
      open(socket) {
        socket.data = acceptor.accept(socket, secured);
        owners.set(socket, socket.data);
        readers.set(socket.data, new HelloReader());
      },
      data(socket, chunk) {
        record(socket.data, chunk);
        socket.data.received(chunk);
      },
      drain: (socket) => socket.data.drained(),
      end: (socket) => socket.data.clientEnded(),
      close(socket) {
        for (const [key, owner] of owners) if (owner === socket.data) owners.delete(key);
        socket.data.closed();
      },
    },
  });
  const sweep = setInterval(() => {
    for (const owner of owners.values()) owner.checkDeadlines(performance.now());
  }, 50);
  return {
    port: listener.port,
    arrivals,
    hellos,
    refusals,
    sockets,
    defects,
    closes: () => closes,
    open: () => owners.size,
    drain: () => {
      for (const owner of owners.values()) owner.drain();
    },
    stop() {
      clearInterval(sweep);
      acceptor.close();
      options.certificates.close();
      listener.stop(true);
    },
  };
}
