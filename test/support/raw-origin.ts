/** An origin that speaks raw bytes: it records what it gets and answers whatever a test tells it to. */
import type { Socket } from "bun";

/** One request as the origin got it, byte for byte. */
export interface RawRequest {
  /** Everything up to and with the empty line. */
  readonly head: string;
  /** What came after it so far. */
  body: Buffer;
  /** Counts connections from 1. */
  readonly connection: number;
}

/** Answers on the socket; called when a head is complete, and again with each further piece of body. */
export type RawAnswer = (request: RawRequest, socket: Socket<OriginState>, isFirst: boolean) => void;

/** What the origin keeps of a connection. */
export interface OriginState {
  readonly number: number;
  pending: Buffer;
  current: RawRequest | undefined;
}

/** A running raw origin. */
export interface RawOrigin {
  readonly url: string;
  readonly port: number;
  readonly requests: RawRequest[];
  /** Connections open now. */
  readonly open: Set<Socket<OriginState>>;
  answer: RawAnswer;
  stop(): void;
}

/** Starts one on a free port unless told which. A body's end is the test's business: `done` says when a request is over. */
export function startRawOrigin(answer: RawAnswer, { port = 0 } = {}): RawOrigin {
  let connections = 0;
  const open = new Set<Socket<OriginState>>();
  const requests: RawRequest[] = [];
  const listener = Bun.listen<OriginState>({
    hostname: "127.0.0.1",
    port,
    socket: {
      open: (socket) => {
        socket.data = { number: ++connections, pending: Buffer.alloc(0), current: undefined };
        open.add(socket);
      },
      close: (socket) => void open.delete(socket),
      data: (socket, chunk) => {
        const state = socket.data;
        const end = Buffer.concat([state.pending, chunk]).indexOf("\r\n\r\n");
        if (state.current) {
          state.current.body = Buffer.concat([state.current.body, chunk]);
          origin.answer(state.current, socket, false);
          return;
        }
        state.pending = Buffer.concat([state.pending, chunk]);
        if (end < 0) return;
        state.current = {
          head: state.pending.toString("latin1", 0, end + 4),
          body: state.pending.subarray(end + 4),
          connection: state.number,
        };
        state.pending = Buffer.alloc(0);
        requests.push(state.current);
        origin.answer(state.current, socket, true);
      },
    },
  });
  const origin: RawOrigin = {
    url: `http://127.0.0.1:${listener.port}`,
    port: listener.port,
    requests,
    open,
    answer,
    stop: () => listener.stop(true),
  };
  return origin;
}

/** Writes a response and gets ready for the next request on the connection. */
export function answerWith(text: string | Buffer): RawAnswer {
  return (_request, socket) => {
    socket.data.current = undefined;
    socket.write(typeof text === "string" ? Buffer.from(text, "latin1") : text);
  };
}
