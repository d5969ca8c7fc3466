/** Clients that ask once and then keep their connection, as browsers and apps do. */
import type { Socket } from "bun";
import { SetupProblem } from "./setup-problem.ts";

/** Connections that are opened at the same time. */
const atOnce = 64;
const request = "GET /0 HTTP/1.1\r\nHost: bench.example\r\n\r\n";

/** Opens them one after the other; resolves once each has its answer. */
export async function openIdleConnections(url: string, connections: number): Promise<{ close(): void }> {
  const { hostname, port, protocol } = new URL(url);
  const sockets: Socket[] = [];
  let left = connections;
  let lost = 0;
  const openOne = async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      hostname,
      port: Number(port),
      ...(protocol === "https:" && { tls: { rejectUnauthorized: false } }),
      socket: {
        open: (opened) => void (protocol === "http:" && opened.write(request)),
        handshake: (opened) => void opened.write(request),
        data: () => resolve(),
        close: () => {
          lost++;
          resolve();
        },
      },
    });
    sockets.push(socket);
    await promise;
  };
  const worker = async () => {
    while (left > 0) {
      left--;
      await openOne();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (lost > 0) throw new SetupProblem(`${lost} of ${connections} connections were closed`);
  return {
    close: () => {
      for (const socket of sockets) socket.terminate();
    },
  };
}
