/** A client that sends exactly the given bytes, in exactly the given pieces. */

/** What the client saw. */
export interface Seen {
  /** Everything that came back, one character a byte. */
  readonly response: string;
  /** The edge ended the connection within the time. */
  readonly wasClosed: boolean;
}

/** What the client does besides sending. */
export interface ExchangeOptions {
  /** Send FIN after the last piece. */
  readonly fin: boolean;
  readonly timeoutMs?: number;
}

/** Sends the pieces, letting the event loop deliver each before the next, and collects what comes back until the end. */
export async function exchange(
  port: number,
  pieces: readonly Uint8Array[],
  options: ExchangeOptions,
): Promise<Seen> {
  const received: Buffer[] = [];
  const closed = Promise.withResolvers<void>();
  let writable = Promise.withResolvers<void>();
  const state = { isOver: false };
  const over = () => {
    state.isOver = true;
    closed.resolve();
    writable.resolve();
  };
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    allowHalfOpen: true,
    socket: {
      data: (_, chunk) => {
        received.push(Buffer.from(chunk));
      },
      drain: () => writable.resolve(),
      end: (peer) => {
        peer.end();
        over();
      },
      close: over,
      error: over,
    },
  });
  socket.setNoDelay(true);
  const timer = setTimeout(() => closed.resolve(), options.timeoutMs ?? 5_000);
  for (const piece of pieces) {
    let rest = piece;
    while (!state.isOver && rest.length > 0) {
      writable = Promise.withResolvers<void>();
      const written = socket.write(rest);
      if (written < 0) break;
      rest = rest.subarray(written);
      if (rest.length > 0) await writable.promise;
    }
    if (state.isOver) break;
    if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve));
  }
  if (options.fin && !state.isOver) socket.shutdown();
  await closed.promise;
  clearTimeout(timer);
  const wasClosed = state.isOver;
  socket.terminate();
  return { response: Buffer.concat(received).toString("latin1"), wasClosed };
}

/** The final statuses in the bytes of responses that have no bodies with status lines in them. */
export function statusesIn(response: string): number[] {
  return Array.from(response.matchAll(/HTTP\/1\.1 (\d{3}) /g), (match) => Number(match[1])).filter(
    (status) => status >= 200,
  );
}
