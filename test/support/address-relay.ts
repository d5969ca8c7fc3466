/** Passes connections on from another address of this machine, so that a test can have clients in several places. */
import { connect, createServer, type Socket } from "node:net";

/** A running relay. */
export interface AddressRelay {
  /** What clients connect to instead. */
  readonly url: string;
  readonly port: number;
  stop(): void;
}

/** Relays bytes as they are to a port on loopback; the server there sees `from` (127.x.y.z) as its client. */
export async function startAddressRelay(toPort: number, from: string): Promise<AddressRelay> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ host: "127.0.0.1", port: toPort, localAddress: from, allowHalfOpen: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => open.delete(socket));
    }
  });
  const { promise: listens, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await listens;
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
