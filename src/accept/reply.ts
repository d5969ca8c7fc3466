/** The response to one request on its way to the client's socket. */
import type { SocketWriter } from "./socket-writer.ts";
import type { ClientTunnel, TunnelEnd } from "./tunnel.ts";

const noBytes = Buffer.alloc(0);

/** What the connection does when a response is over. */
export type ReplyEnd = "keep" | "close" | "abort";

/** Where a response's bytes go: the socket, or an HTTP/2 stream that makes frames of them. */
export type ReplyWriter = Pick<SocketWriter, "write"> & {
  writeHead(head: string, body: Buffer, from: number, to: number): boolean;
  /** Takes the field lines that follow the body, where the framing has a place for them by itself. */
  trailers?(lines: string): void;
};

/** Whoever makes a response, told of the client that takes it. */
export interface ReplyWatcher {
  /** The client went away before the response was over; told once. */
  clientGone(): void;
  /** The client can take more after `write` returned false. */
  clientReady?(): void;
}

/** Writes one response; made by the connection, used by the stage that performs the decision. */
export class Reply {
  readonly #writer: ReplyWriter;
  readonly #over: (end: ReplyEnd) => void;
  /** A byte of the final response has been written. */
  isStarted = false;
  isOver = false;
  /** The client must get "Connection: close" and the connection ends after this response. */
  mustClose: boolean;
  bytesOut = 0;
  /** Who is told how the client takes it. */
  watcher: ReplyWatcher | undefined;
  /** Gives the connection away to another protocol; set where that can be done. */
  becomeTunnel: ((end: TunnelEnd) => ClientTunnel) | undefined;

  constructor(writer: ReplyWriter, mustClose: boolean, over: (end: ReplyEnd) => void) {
    this.#writer = writer;
    this.mustClose = mustClose;
    this.#over = over;
  }

  /** Sends an interim response (RFC 9110 §15.2) as a whole head, empty line included. */
  interim(head: Uint8Array): void {
    if (!this.isStarted && !this.isOver) this.#writer.write(head);
  }

  /** Sends the head of a 101 and gives the connection away; undefined where it cannot be, or is gone. */
  switchProtocols(head: string, end: TunnelEnd): ClientTunnel | undefined {
    if (this.isStarted || this.isOver || !this.becomeTunnel) return undefined;
    this.writeHead(head);
    const tunnel = this.becomeTunnel(end);
    this.isOver = true;
    return {
      write: (bytes) => {
        this.bytesOut += bytes.length;
        return tunnel.write(bytes);
      },
      end: () => tunnel.end(),
      finish: () => tunnel.finish(),
      abort: () => tunnel.abort(),
      resume: () => tunnel.resume(),
    };
  }

  /** Writes raw bytes of the response; false asks the caller to wait for the watcher's `clientReady`. */
  write(bytes: Uint8Array): boolean {
    if (this.isOver) return true;
    this.isStarted = true;
    this.bytesOut += bytes.length;
    return this.#writer.write(bytes);
  }

  /**
   * Writes a head (latin1) and the first bytes of the body, `from` to before `to` of a buffer, in one; as `write`. What
   * lies before `from` in the buffer may be written over.
   */
  writeHead(head: string, body: Buffer = noBytes, from = 0, to = body.length): boolean {
    if (this.isOver) return true;
    this.isStarted = true;
    this.bytesOut += head.length + to - from;
    return this.#writer.writeHead(head, body, from, to);
  }

  /** The response is complete; `trailers` are lines for HTTP/2, while HTTP/1.1 has them within its chunks. */
  end(trailers = ""): void {
    if (this.isOver) return;
    if (trailers !== "") this.#writer.trailers?.(trailers);
    this.isOver = true;
    this.#over(this.mustClose ? "close" : "keep");
  }

  /** Cuts the connection: the response cannot be completed as announced. */
  abort(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#over("abort");
  }

  /** The connection is gone. */
  lost(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.watcher?.clientGone();
  }
}
