/** A client that sends what bytes it is told to over TLS, with ALPN h2, and notes the frames that come back. */
import { waitUntil } from "../../support/wait-until.ts";
import { Transcript } from "./wire.ts";

/** A connection. */
export interface RawHttp2 {
  /** What came, without SETTINGS and the greeting's WINDOW_UPDATE. */
  readonly lines: string[];
  readonly isClosed: boolean;
  readonly receivedBytes: number;
  send(bytes: Uint8Array): void;
  /** Reads no more until `resume`. */
  pause(): void;
  resume(): void;
  until(isTrue: (lines: readonly string[]) => boolean): Promise<void>;
  close(): void;
}

/** Connects; `alpn` is what it offers. */
export async function connectHttp2(port: number, alpn = "h2"): Promise<RawHttp2> {
  const transcript = new Transcript();
  let isClosed = false;
  let receivedBytes = 0;
  let queue: Buffer[] = [];
  const { promise: ready, resolve, reject } = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    tls: {
      rejectUnauthorized: false,
      ALPNProtocols: Buffer.from(`${String.fromCharCode(alpn.length)}${alpn}`),
      serverName: "h2.example",
    },
    socket: {
      handshake: (_, isDone, problem) => (isDone || !problem ? resolve() : reject(problem)),
      data: (_, chunk) => {
        receivedBytes += chunk.length;
        transcript.push(chunk);
      },
      drain: () => flush(),
      close: () => {
        isClosed = true;
      },
      error: () => undefined,
    },
  });
  await ready;
  const flush = () => {
    for (let head = queue[0]; head; head = queue[0]) {
      const written = socket.write(head);
      if (written < 0) queue = [];
      else if (written < head.length) {
        queue[0] = head.subarray(written);
        return;
      } else queue.shift();
    }
  };
  const lines = () =>
    transcript.lines.filter((line) => !line.startsWith("SETTINGS") && line !== "WINDOW_UPDATE 0 983041");
  return {
    get lines() {
      return lines();
    },
    get isClosed() {
      return isClosed;
    },
    get receivedBytes() {
      return receivedBytes;
    },
    send(bytes) {
      queue.push(Buffer.from(bytes));
      flush();
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    until: async (isTrue) => {
      try {
        await waitUntil("the frames came", () => isTrue(lines()), 4_000);
      } catch (error) {
        throw new Error(`${String(error)}; there came: ${lines().join(" | ").slice(0, 500)}`, {
          cause: error,
        });
      }
    },
    close: () => socket.terminate(),
  };
}
