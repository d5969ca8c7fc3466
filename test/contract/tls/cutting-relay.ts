/** Stands between a client and a listener and cuts the client's first flight into pieces. */
import type { Socket } from "bun";

/** `bytes`: every byte in a segment of its own; a number: the first record becomes two, the first that long. */
export type Cut = "whole" | "bytes" | number;

interface Half {
  other: Socket<Half> | undefined;
  early: Buffer[];
  isCut: boolean;
}

/** A running relay. */
export interface CuttingRelay {
  readonly port: number;
  stop(): void;
}

/** Starts a relay to a loopback port; `before` goes in front of the first flight, as a PROXY header does. */
export function cuttingRelay(to: number, cut: Cut, before: Buffer = Buffer.alloc(0)): CuttingRelay {
  const forward = async (half: Half, chunk: Buffer) => {
    const other = half.other!;
    if (half.isCut) {
      other.write(chunk);
      return;
    }
    half.isCut = true;
    for (const piece of pieces(chunk, cut, before)) {
      other.write(piece);
      // Lets the listener read the piece before the next one is there.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const listener = Bun.listen<Half>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(client) {
        client.data = { other: undefined, early: [], isCut: false };
        client.pause();
        void Bun.connect<Half>({
          hostname: "127.0.0.1",
          port: to,
          socket: {
            open(server) {
              server.setNoDelay(true);
              server.data = { other: client, early: [], isCut: true };
              client.data.other = server;
              client.resume();
            },
            data: (server, chunk) => void server.data.other?.write(chunk),
            close: (server) => void server.data.other?.end(),
          },
        });
      },
      data: (client, chunk) => void forward(client.data, chunk),
      close: (client) => void client.data.other?.end(),
    },
  });
  return { port: listener.port, stop: () => listener.stop(true) };
}

/** Cuts the bytes of a first flight. */
function pieces(flight: Buffer, cut: Cut, before: Buffer): Buffer[] {
  const all = Buffer.concat([before, typeof cut === "number" ? inTwoRecords(flight, cut) : flight]);
  return cut === "bytes" ? Array.from(all, (byte) => Buffer.from([byte])) : [all];
}

/** The same handshake bytes with the first record made into two. */
export function inTwoRecords(flight: Buffer, firstLength: number): Buffer {
  const length = flight.readUInt16BE(3);
  const content = flight.subarray(5, 5 + length);
  const record = (part: Buffer) =>
    Buffer.concat([flight.subarray(0, 3), Buffer.from([part.length >> 8, part.length & 0xff]), part]);
  return Buffer.concat([
    record(content.subarray(0, firstLength)),
    record(content.subarray(firstLength)),
    flight.subarray(5 + length),
  ]);
}
