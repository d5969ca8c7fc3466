/** A client that sends raw bytes and collects raw bytes, with a bound on every wait. */

/** What came back on one connection. */
export interface RawConversation {
  /** Everything received, as latin1. */
  readonly received: string;
  readonly isClosed: boolean;
}

/** A raw connection. */
export interface RawClient {
  send(bytes: string | Uint8Array): void;
  /** Waits until what was received matches, or the connection closed, or the time is up; returns what was received. */
  until(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Waits for the peer to close. */
  closed(timeoutMs?: number): Promise<RawConversation>;
  received(): string;
  pause(): void;
  resume(): void;
  close(): void;
}

async function wait(isDone: () => boolean, timeoutMs: number): Promise<void> {
  const until = Date.now() + timeoutMs;
  while (!isDone() && Date.now() < until) await Bun.sleep(2);
}

/** Connects to a port on loopback. */
export async function connectRaw(port: number): Promise<RawClient> {
  const chunks: Buffer[] = [];
  let isClosed = false;
  let pending = Buffer.alloc(0);
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    allowHalfOpen: false,
    socket: {
      data: (_socket, chunk) => void chunks.push(chunk),
      drain: (socket) => {
        if (pending.length > 0) pending = pending.subarray(Math.max(0, socket.write(pending)));
      },
      close: () => {
        isClosed = true;
      },
    },
  });
  const received = () => Buffer.concat(chunks).toString("latin1");
  return {
    send: (bytes) => {
      const buffer = typeof bytes === "string" ? Buffer.from(bytes, "latin1") : Buffer.from(bytes);
      if (pending.length > 0) pending = Buffer.concat([pending, buffer]);
      else pending = buffer.subarray(Math.max(0, socket.write(buffer)));
    },
    until: async (pattern, timeoutMs = 3_000) => {
      await wait(() => isClosed || pattern.test(received()), timeoutMs);
      return received();
    },
    closed: async (timeoutMs = 3_000) => {
      await wait(() => isClosed, timeoutMs);
      return { received: received(), isClosed };
    },
    received,
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    close: () => socket.terminate(),
  };
}
