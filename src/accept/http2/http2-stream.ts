/** One request and its response on an HTTP/2 connection (RFC 9113 §5.1): body in, reply out, both within windows. */
import { Deadline } from "../deadline.ts";
import { type BodySource, type IncomingBody } from "../incoming-body.ts";
import { Reply, type ReplyEnd } from "../reply.ts";
import { leastBytesPerSecond, type Waits } from "../waits.ts";
import { type ErrorCode, errorCode } from "./frames.ts";
import { http2Limits } from "./limits.ts";
import { SendQueue } from "./outflow.ts";
import { type EncodedHead, encodeResponseHead, encodeTrailers } from "./response-fields.ts";

/** Bytes of an unwanted body that are taken before the client is asked to stop. */
const drainedBodyBytes = 262_144;

/** What a stream needs of its connection. */
export interface StreamHost {
  readonly waits: Waits;
  /** Sends a head; of an interim response if another will follow. */
  sendHead(stream: Http2Stream, head: EncodedHead): void;
  /** There is more to send, or nothing more. */
  offer(stream: Http2Stream): void;
  /** Bytes are out of the way: the client may send as many more. */
  credit(stream: Http2Stream, bytes: number): void;
  /** Ends the stream at once; whoever serves it is told that the client is gone. */
  reset(stream: Http2Stream, code: ErrorCode): void;
  /** Both sides may be done. */
  settle(stream: Http2Stream): void;
  /** The body did not arrive in time, or is not what was announced. */
  refuse(stream: Http2Stream, status: 400 | 408, reason: string): void;
}

/** The state of one stream; the connection feeds it frames. */
export class Http2Stream implements BodySource {
  readonly id: number;
  readonly reply: Reply;
  readonly queue: SendQueue;
  /** Set by the connection when the request has a body. */
  body: IncomingBody | undefined;
  /** END_STREAM came. */
  hasClientEnded = false;
  owesContinue = false;
  /** What is left of Content-Length; undefined without one. */
  announced: number | undefined;
  /** What the client may still send. */
  window: number = http2Limits.streamWindow;
  /** Bytes taken and not yet given back in a WINDOW_UPDATE. */
  uncredited = 0;
  readonly #host: StreamHost;
  #heldHead = "";
  #isHeadSent = false;
  #hasRefused = false;
  #isPaused = false;
  /** Bytes that came while paused. */
  #heldCredit = 0;
  #wastedBytes = 0;
  readonly #bodyWait = new Deadline();
  #pacedBytes = 0;
  readonly #sendWait = new Deadline();
  #sentBefore = 0;

  constructor(id: number, sendWindow: number, host: StreamHost) {
    this.id = id;
    this.#host = host;
    this.queue = new SendQueue(id, sendWindow);
    this.reply = new Reply(this, false, (end) => this.#replyOver(end));
  }

  /** Data of the body. */
  received(bytes: Buffer): void {
    if (this.announced !== undefined) {
      this.announced -= bytes.length;
      if (this.announced < 0) {
        this.#host.refuse(this, 400, "more body than Content-Length says (RFC 9113 §8.1.1)");
        return;
      }
    }
    this.body?.push(bytes);
    if (this.reply.isOver) this.#waste(bytes.length);
    this.#pacedBytes += bytes.length;
    if (this.#pacedBytes >= leastBytes(this.#host.waits.body)) this.#awaitBody();
  }

  /** A DATA frame of this length, its padding included, has been taken. */
  frameTaken(length: number): void {
    if (this.#isPaused) this.#heldCredit += length;
    else this.#host.credit(this, length);
  }

  /** END_STREAM. */
  clientEnded(): void {
    if (this.announced !== undefined && this.announced !== 0) {
      this.#host.refuse(this, 400, "less body than Content-Length says (RFC 9113 §8.1.1)");
      return;
    }
    this.hasClientEnded = true;
    this.#bodyWait.clear();
    this.body?.finish();
    this.#host.settle(this);
  }

  /** The stream is over before its time: tells whoever takes the body and whoever gives the response. */
  cut(): void {
    this.hasClientEnded = true;
    this.queue.isDone = true;
    this.#bodyWait.clear();
    this.#sendWait.clear();
    this.body?.abort();
    this.reply.lost();
  }

  /** Answers that the request is refused; false if something was answered already, or the windows do not let it out. */
  refuse(response: Buffer): boolean {
    if (this.#isHeadSent) return false;
    this.write(response);
    this.queue.isEnding = true;
    this.#host.offer(this);
    return this.queue.isDone;
  }

  /** Held bytes that the connection's window gets back when the stream is gone. */
  takeHeldCredit(): number {
    const held = this.#heldCredit;
    this.#heldCredit = 0;
    return held;
  }

  checkDeadlines(now: number): void {
    if (this.#bodyWait.isOver(now)) {
      this.#bodyWait.clear();
      if (this.reply.isOver) this.#host.reset(this, errorCode.noError);
      else this.#host.refuse(this, 408, "the body did not arrive in time (RFC 9110 §15.5.9)");
    } else if (this.#sendWait.isOver(now)) {
      // A byte now and then would hold the stream for ever.
      const hasTaken = this.queue.sentBytes - this.#sentBefore >= leastBytes(this.#host.waits.drain);
      if (hasTaken) this.#awaitClient();
      else this.#host.reset(this, errorCode.cancel);
    }
  }

  /** The connection has handed on bytes of the queue. */
  sent(): void {
    if (this.queue.queuedBytes > 0) return;
    this.#sendWait.clear();
    if (this.queue.isDone) this.#host.settle(this);
    else if (this.#hasRefused) {
      this.#hasRefused = false;
      if (!this.reply.isOver) this.reply.watcher?.clientReady?.();
    }
  }

  /** As `SocketWriter.write`: the first bytes are a head of HTTP/1.1. */
  write(bytes: Uint8Array): boolean {
    if (this.#isHeadSent) return this.#enqueue(bytes);
    const text =
      this.#heldHead + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      this.#heldHead = text;
      return true;
    }
    const bodyStart = end + 4 - this.#heldHead.length;
    this.#heldHead = "";
    this.#takeHead(text.slice(0, end));
    return bodyStart === bytes.length ? true : this.write(bytes.subarray(bodyStart));
  }

  /** As `SocketWriter.writeHead`. */
  writeHead(head: string, body: Buffer, from: number, to: number): boolean {
    if (this.#isHeadSent) this.#enqueue(Buffer.from(head, "latin1"));
    else this.#takeHead(head.slice(0, -4));
    return from === to ? true : this.#enqueue(body.subarray(from, to));
  }

  trailers(lines: string): void {
    this.queue.trailers = encodeTrailers(lines);
  }

  /** Reads no more of the body for now: the client's window is not refilled. */
  pause(): void {
    this.#isPaused = true;
    this.#bodyWait.clear();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    const held = this.takeHeldCredit();
    if (held > 0) this.#host.credit(this, held);
    this.#awaitBody();
  }

  wanted(): void {
    // RFC 9110 §10.1.1: a client that already sends needs no permission.
    if (this.owesContinue && this.body?.receivedBytes === 0) this.reply.interim(continueHead);
    this.owesContinue = false;
    this.#awaitBody();
  }

  unwanted(): void {
    this.owesContinue = false;
    this.#awaitBody();
  }

  #awaitBody(): void {
    this.#pacedBytes = 0;
    if (this.hasClientEnded || this.#isPaused || this.body?.isAsked !== true) this.#bodyWait.clear();
    else this.#bodyWait.set(this.#host.waits.body);
  }

  #awaitClient(): void {
    this.#sentBefore = this.queue.sentBytes;
    this.#sendWait.set(this.#host.waits.drain);
  }

  #takeHead(text: string): void {
    const head = encodeResponseHead(text);
    if (!head || head.status === 101) {
      this.#host.reset(this, errorCode.internalError);
      return;
    }
    this.#isHeadSent = head.status >= 200;
    this.#host.sendHead(this, head);
  }

  #enqueue(bytes: Uint8Array): boolean {
    if (this.queue.isDone) return true;
    if (this.queue.queuedBytes === 0) this.#awaitClient();
    this.queue.add(bytes);
    this.#host.offer(this);
    if (this.queue.queuedBytes < http2Limits.streamBacklog) return true;
    this.#hasRefused = true;
    return false;
  }

  #replyOver(end: ReplyEnd): void {
    if (end === "abort" || !this.#isHeadSent) {
      this.#host.reset(this, errorCode.internalError);
      return;
    }
    this.queue.isEnding = true;
    this.#host.offer(this);
    if (this.hasClientEnded) return;
    this.body?.discard();
    if ((this.announced ?? 0) > drainedBodyBytes) this.#wastedBytes = drainedBodyBytes;
    this.#bodyWait.set(this.#host.waits.body);
  }

  /** RFC 9113 §8.1: the response is complete, and the rest of the request is not needed. */
  #waste(bytes: number): void {
    this.#wastedBytes += bytes;
    if (this.#wastedBytes > drainedBodyBytes && this.queue.isDone) this.#host.reset(this, errorCode.noError);
  }
}

const continueHead = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** What a client must send or take within a wait of `ms`. */
function leastBytes(ms: number): number {
  return (leastBytesPerSecond * ms) / 1000;
}
