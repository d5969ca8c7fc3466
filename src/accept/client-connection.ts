/** One client connection of the edge: bytes in, requests one at a time, responses out (RFC 9112 §9). */
import type { Socket } from "bun";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { Cidr } from "./cidr.ts";
import { clientAddress } from "./client-address.ts";
import { type EdgeConnection, EdgeRequest } from "./edge-request.ts";
import { IncomingBody } from "./incoming-body.ts";
import type { IpAddress } from "./ip-address.ts";
import { refusalResponse } from "./refusal-response.ts";
import { Reply, type ReplyEnd } from "./reply.ts";
import { headLimits, isRefusal, parseRequestHead, type Refusal, type RequestHead } from "./request-head.ts";
import { SocketWriter } from "./socket-writer.ts";

/** Waits in ms; each is checked about once a second. */
export const waits = {
  /** From the first byte of a head (or from connecting) to its last. */
  head: 15_000,
  /** Between requests. */
  idle: 75_000,
  /** Without a byte of a body that somebody waits for. */
  body: 30_000,
  /** Without the client taking a byte of what is queued for it. */
  drain: 60_000,
  /** Between our FIN and the client's. */
  linger: 2_000,
} as const;

/** Unparsed bytes kept of the next, pipelined request; then the socket is paused. */
const pipelinedBytes = 65_536;
/** Bytes of an unwanted body read for the sake of the next request; beyond it the connection closes. */
const drainedBodyBytes = 262_144;

/** What a connection needs of its listener. */
export interface ConnectionHost {
  readonly trusted: readonly Cidr[];
  /** Serves one request; the response goes to `request.reply`. */
  serve(request: EdgeRequest): void;
  /** A message was refused before it became a request. */
  refused(connection: EdgeConnection, refusal: Refusal): void;
  /** True while shutting down: connections close after the response at hand. */
  readonly isDraining: boolean;
}

type State = "head" | "body" | "replying" | "lingering" | "closed";

const never = Number.POSITIVE_INFINITY;
const continueResponse = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");
const doubleCrlf = Buffer.from("\r\n\r\n");

/** The state machine; the listener feeds it socket events. */
export class ClientConnection implements EdgeConnection {
  readonly id: number;
  readonly peer: IpAddress;
  readonly scheme: "http" | "https";
  requests = 0;
  networkMemo: EdgeConnection["networkMemo"];
  readonly #socket: Socket<ClientConnection>;
  readonly #host: ConnectionHost;
  readonly #writer: SocketWriter;
  #state: State = "head";
  #rest: Buffer | undefined;
  #searched = 0;
  #decoder: ChunkedDecoder | undefined;
  #bodyRemaining = 0;
  #body: IncomingBody | undefined;
  #reply: Reply | undefined;
  #isAdvancing = false;
  #isPaused = false;
  #hasClientEnded = false;
  #lingeredBytes = 0;
  #drainDeadline = never;
  /** When the current wait is over, ms since the epoch. */
  #deadline: number;

  constructor(
    id: number,
    peer: IpAddress,
    scheme: "http" | "https",
    socket: Socket<ClientConnection>,
    host: ConnectionHost,
  ) {
    this.id = id;
    this.peer = peer;
    this.scheme = scheme;
    this.#socket = socket;
    this.#host = host;
    this.#writer = new SocketWriter(socket);
    this.#writer.onEnded = () => this.#sentFin();
    this.#writer.onDrain = () => this.#reply?.onDrain?.();
    this.#deadline = Date.now() + waits.head;
  }

  /** No request is in progress. */
  get isIdle(): boolean {
    return this.#state === "head" && this.#rest === undefined;
  }

  /** Bytes arrived. */
  received(chunk: Buffer): void {
    if (this.#state === "lingering" || this.#state === "closed") {
      this.#lingeredBytes += chunk.length;
      if (this.#lingeredBytes > drainedBodyBytes) this.#terminate();
      return;
    }
    this.#rest = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#advance();
  }

  /** The socket can take more. */
  drained(): void {
    this.#drainDeadline = never;
    this.#writer.drained();
  }

  /** The client sent FIN: what it asked completely is still answered. */
  clientEnded(): void {
    this.#hasClientEnded = true;
    if (this.#state === "replying") {
      if (this.#reply) this.#reply.mustClose = true;
    } else this.#terminate();
  }

  /** The socket is gone. */
  closed(): void {
    this.#state = "closed";
    this.#writer.close();
    this.#body?.abort();
    this.#reply?.lost();
    this.#rest = undefined;
  }

  /** Ends the connection as soon as no request is in progress. */
  drain(): void {
    if (this.isIdle) this.#terminate();
    else if (this.#reply) this.#reply.mustClose = true;
  }

  /** Called about once a second. */
  checkDeadlines(now: number): void {
    if (this.#writer.queuedBytes > 0) {
      if (this.#drainDeadline === never) this.#drainDeadline = now + waits.drain;
      if (now > this.#drainDeadline) this.#terminate();
    }
    if (now <= this.#deadline) return;
    const isUnasked = this.#state === "head" && this.#rest === undefined && this.requests > 0;
    if (this.#state === "lingering" || isUnasked) this.#terminate();
    else if (this.#state === "head" || this.#state === "body") {
      this.#refuse({ status: 408, reason: "the request did not arrive in time (RFC 9110 §15.5.9)" });
    }
  }

  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    while (this.#step()) {
      // Each step consumes input or changes the state; it says so by returning true.
    }
    this.#isAdvancing = false;
    if (this.#state === "replying" && (this.#rest?.length ?? 0) > pipelinedBytes) this.#pause();
  }

  #step(): boolean {
    const rest = this.#rest;
    if (!rest) return false;
    switch (this.#state) {
      case "head":
        return this.#readHead(rest);
      case "body":
        return this.#readBody(rest);
      case "replying":
        return false;
      case "lingering":
      case "closed":
        this.#rest = undefined;
        return false;
    }
  }

  #readHead(rest: Buffer): boolean {
    if (this.#searched === 0) {
      // RFC 9112 §2.2: an empty line before the request line is ignored; one, not any number.
      if (rest.length >= 2 && rest[0] === 13 && rest[1] === 10 && this.requests > 0) {
        if (rest[2] === 13)
          return this.#refuse({ status: 400, reason: "empty lines before the request line" });
        this.#rest = rest.length === 2 ? undefined : rest.subarray(2);
        if (this.#rest === undefined) return false;
        return true;
      }
      const first = rest[0] ?? 0;
      if (first < 0x21 && !(first === 13 && this.requests > 0)) {
        return this.#refuse({
          status: 400,
          reason: "the request line does not start with a method (RFC 9112 §3)",
        });
      }
    }
    const end = rest.indexOf(doubleCrlf, Math.max(0, this.#searched - 3));
    if (end < 0) return this.#awaitHead(rest);
    this.#searched = 0;
    if (end > headLimits.bytes) return this.#refuse({ status: 431, reason: "head too large (RFC 6585 §5)" });
    const head = parseRequestHead(rest.toString("latin1", 0, end));
    this.#rest = end + 4 === rest.length ? undefined : rest.subarray(end + 4);
    if (isRefusal(head)) return this.#refuse(head);
    this.#begin(head);
    return true;
  }

  #awaitHead(rest: Buffer): boolean {
    if (this.#searched === 0) this.#deadline = Date.now() + waits.head;
    // Says at once what the complete head would be refused for, rather than after the wait.
    for (let at = rest.indexOf(10, this.#searched); at >= 0; at = rest.indexOf(10, at + 1)) {
      if (rest[at - 1] !== 13)
        return this.#refuse({ status: 400, reason: "bare LF in the head (RFC 9112 §2.2)" });
    }
    this.#searched = rest.length;
    if (rest.length > headLimits.bytes)
      return this.#refuse({ status: 431, reason: "head too large (RFC 6585 §5)" });
    return false;
  }

  #begin(head: RequestHead): void {
    this.requests++;
    const hasBody = head.isChunked || (head.contentLength ?? 0) > 0;
    const framing = hasBody ? (head.isChunked ? "chunked" : "length") : "none";
    const body = new IncomingBody(framing, head.contentLength, {
      pause: () => this.#pause(),
      resume: () => this.#resume(),
      wanted: () => {
        if (head.expectsContinue) reply.interim(continueResponse);
      },
      unwanted: () => {
        // RFC 9110 §10.1.1: without "100 Continue" nobody knows whether the body still comes.
        if (head.expectsContinue || head.isChunked || this.#bodyRemaining > drainedBodyBytes)
          reply.mustClose = true;
      },
    });
    const mustClose = !head.isPersistent || this.#host.isDraining;
    const reply = new Reply(this.#writer, mustClose, (end) => this.#replyOver(end));
    this.#body = body;
    this.#reply = reply;
    this.#decoder = head.isChunked ? new ChunkedDecoder() : undefined;
    this.#bodyRemaining = head.contentLength ?? 0;
    const now = Date.now();
    this.#state = hasBody ? "body" : "replying";
    this.#deadline = hasBody ? now + waits.body : never;
    const client = clientAddress(this.peer, head.lowerNames, head.values, this.#host.trusted);
    this.#host.serve(new EdgeRequest(head, { client, connection: this, body, reply, receivedAt: now }));
  }

  #readBody(rest: Buffer): boolean {
    const body = this.#body!;
    let used: number;
    if (this.#decoder) {
      used = this.#decoder.decode(rest, 0, (data) => body.push(data));
      if (this.#decoder.problem !== undefined)
        return this.#refuse({ status: 400, reason: this.#decoder.problem });
    } else {
      used = Math.min(rest.length, this.#bodyRemaining);
      this.#bodyRemaining -= used;
      body.push(used === rest.length ? rest : rest.subarray(0, used));
    }
    // Whoever took the data may have ended the connection.
    if (this.#state !== "body") return true;
    this.#rest = used === rest.length ? undefined : rest.subarray(used);
    this.#deadline = Date.now() + waits.body;
    if (this.#decoder ? this.#decoder.isDone : this.#bodyRemaining === 0) this.#bodyOver();
    return true;
  }

  #bodyOver(): void {
    const body = this.#body!;
    this.#state = "replying";
    this.#deadline = never;
    this.#resume();
    body.finish();
    if (this.#reply?.isOver) this.#next();
  }

  #replyOver(end: ReplyEnd): void {
    if (end === "abort" || this.#state === "closed") {
      this.#terminate();
      return;
    }
    const body = this.#body!;
    if (end === "close") this.#linger();
    else if (body.isEnded) this.#next();
    else if (this.#decoder === undefined && this.#bodyRemaining <= drainedBodyBytes) body.discard();
    else this.#linger();
  }

  #next(): void {
    if (this.#state !== "replying") return;
    if (this.#reply?.mustClose || this.#hasClientEnded) {
      this.#linger();
      return;
    }
    this.#body = undefined;
    this.#reply = undefined;
    this.#decoder = undefined;
    this.#state = "head";
    this.#deadline = Date.now() + (this.#rest ? waits.head : waits.idle);
    this.#resume();
    this.#advance();
  }

  #refuse(refusal: Refusal): false {
    this.#host.refused(this, refusal);
    const hasStarted = this.#reply?.isStarted ?? false;
    const body = this.#body;
    const reply = this.#reply;
    this.#state = "lingering";
    reply?.lost();
    body?.abort();
    if (hasStarted) this.#terminate();
    else {
      this.#writer.write(refusalResponse(refusal.status));
      this.#linger();
    }
    return false;
  }

  #linger(): void {
    this.#state = "lingering";
    this.#deadline = never;
    this.#rest = undefined;
    this.#resume();
    this.#writer.end();
  }

  #sentFin(): void {
    this.#deadline = Date.now() + waits.linger;
    if (this.#hasClientEnded) this.#terminate();
  }

  #terminate(): void {
    if (this.#state === "closed") return;
    this.#socket.end();
    this.closed();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#deadline = never;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    if (this.#state === "body") this.#deadline = Date.now() + waits.body;
    this.#socket.resume();
  }
}
