/** One client connection of the edge: bytes in, requests one at a time, responses out (RFC 9112 §9). */
import { BodyReader } from "./body-reader.ts";
import type { Cidr } from "./cidr.ts";
import { clientAddress } from "./client-address.ts";
import { Deadline } from "./deadline.ts";
import { type EdgeConnection, EdgeRequest } from "./edge-request.ts";
import { HeadReader } from "./head-reader.ts";
import { type BodySource, emptyBody, IncomingBody } from "./incoming-body.ts";
import type { IpAddress } from "./ip-address.ts";
import { PendingBytes } from "./pending-bytes.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import { refusalResponse } from "./refusal-response.ts";
import { Reply, type ReplyEnd } from "./reply.ts";
import type { RequestHead } from "./request-head.ts";
import { SocketWriter } from "./socket-writer.ts";
import type { ClientSocket, SocketOwner, TlsArrival } from "./tls/tls-acceptor.ts";
import type { ClientTunnel, TunnelEnd } from "./tunnel.ts";
import { freshMs, leastBytesPerSecond, type Waits } from "./waits.ts";

/** Unparsed bytes kept of the next, pipelined request; then the socket is paused. */
const pipelinedBytes = 65_536;
/** Bytes of an unwanted body read for the sake of the next request; beyond it the connection closes. */
const drainedBodyBytes = 262_144;
/** Bytes read into nothing after our FIN, so that the response survives; `Waits.linger` bounds the time. */
const lingerBytes = 4_194_304;

/** What a connection needs of its listener. */
export interface ConnectionHost {
  readonly trusted: readonly Cidr[];
  readonly waits: Waits;
  /** Serves one request; the response goes to `request.reply`. */
  serve(request: EdgeRequest): void;
  /** A message was refused before it became a request, or its body broke the framing. */
  refused(connection: EdgeConnection, refusal: Refusal): void;
  /** True while shutting down: connections close after the response at hand. */
  readonly isDraining: boolean;
  /** Counts a request that one connection has beside another; false when its address has as many as it may. */
  beganBeside(peer: IpAddress): boolean;
  /** One of these is over. */
  endedBeside(peer: IpAddress): void;
}

type State = "head" | "body" | "replying" | "tunnel" | "lingering" | "closed";

const continueResponse = Buffer.from("HTTP/1.1 100 Continue\r\n\r\n");

/** The state machine; the listener feeds it socket events. */
export class ClientConnection implements EdgeConnection, SocketOwner, BodySource {
  readonly id: number;
  readonly peer: IpAddress;
  readonly scheme: "http" | "https";
  readonly tls: TlsArrival | undefined;
  requests = 0;
  networkMemo: EdgeConnection["networkMemo"];
  skeletonMemo: EdgeConnection["skeletonMemo"];
  forwardMemo: EdgeConnection["forwardMemo"];
  readonly #socket: ClientSocket;
  readonly #host: ConnectionHost;
  readonly #writer: SocketWriter;
  readonly #pending = new PendingBytes();
  readonly #heads = new HeadReader();
  #state: State = "head";
  #isHeadBegun = false;
  #bodyReader: BodyReader | undefined;
  /** The body of the request at hand, if it has one. */
  #body: IncomingBody | undefined;
  #owesContinue = false;
  readonly #replyIsOver = (end: ReplyEnd) => this.#replyOver(end);
  #reply: Reply | undefined;
  #tunnel: TunnelEnd | undefined;
  #isAdvancing = false;
  #isPaused = false;
  #hasClientEnded = false;
  #hasSentFin = false;
  /** Bytes of input that nobody wants: after a response that came before its body's end, and while lingering. */
  #wastedBytes = 0;
  /** Until the client has taken enough of what is queued for it. */
  readonly #drainDeadline = new Deadline();
  /** What it had taken when that wait began. */
  #takenBytes = 0;
  readonly #deadline = new Deadline();
  /** Bytes of the body since its wait began. */
  #pacedBytes = 0;

  constructor(
    id: number,
    peer: IpAddress,
    tls: TlsArrival | undefined,
    socket: ClientSocket,
    host: ConnectionHost,
  ) {
    this.id = id;
    this.peer = peer;
    this.scheme = tls ? "https" : "http";
    this.tls = tls;
    this.#socket = socket;
    this.#host = host;
    this.#writer = new SocketWriter(socket);
    this.#writer.onEnded = () => this.#sentFin();
    this.#writer.onDrain = () => this.#responsesTaken();
    this.#deadline.set(host.waits.head);
    this.#drainDeadline.set(host.waits.drain);
  }

  /** No request is in progress. */
  get isIdle(): boolean {
    return this.#state === "head" && this.#pending.length === 0;
  }

  /** Bytes arrived. */
  received(chunk: Buffer): void {
    if (this.#state === "lingering" || this.#state === "closed") {
      this.#waste(chunk.length);
      return;
    }
    this.#pending.append(chunk);
    this.#advance();
  }

  /** The socket can take more. */
  drained(): void {
    const { queuedBytes: queued, takenBytes: before } = this.#writer;
    this.#writer.drained();
    const taken = this.#writer.takenBytes;
    // A byte now and then would hold the connection for ever.
    const { drain } = this.#host.waits;
    if (taken - before < queued && taken - this.#takenBytes < leastBytes(drain)) return;
    this.#takenBytes = taken;
    this.#drainDeadline.set(drain);
  }

  /** The client sent FIN: what it asked completely is still answered (RFC 9112 §9.6). */
  clientEnded(): void {
    this.#hasClientEnded = true;
    switch (this.#state) {
      case "head":
      case "body":
        this.#advance();
        return;
      case "replying":
        if (this.#reply && this.#pending.length === 0) this.#reply.mustClose = true;
        return;
      case "tunnel":
        this.#tunnel?.clientEnded();
        return;
      case "lingering":
        if (this.#hasSentFin) this.#close();
        return;
      case "closed":
        return;
    }
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#deadline.clear();
    this.#writer.close();
    this.#pending.clear();
    this.#body?.abort();
    this.#reply?.lost();
    this.#tunnel?.clientGone();
  }

  /** Ends the connection as soon as no request is in progress; one that just came may still ask once. */
  drain(): void {
    if (this.isIdle && this.requests === 0 && this.#host.isDraining) this.#deadline.set(freshMs);
    else if (this.isIdle) this.#closeIdle();
    else if (this.#reply) this.#reply.mustClose = true;
  }

  /** Called about once a second. */
  checkDeadlines(now: number): void {
    if (this.#writer.queuedBytes > 0 && this.#drainDeadline.isOver(now)) this.#reset();
    if (!this.#deadline.isOver(now)) return;
    if (this.#state === "lingering") this.#close();
    else if (this.isIdle) this.#closeIdle();
    else if (this.#state === "head" || this.#state === "body") {
      this.#refuse({ status: 408, reason: "the request did not arrive in time (RFC 9110 §15.5.9)" });
    }
  }

  #advance(): void {
    if (this.#isAdvancing) return;
    this.#isAdvancing = true;
    try {
      while (this.#step()) {
        // Each step consumes input or changes the state; it says so by returning true.
      }
    } finally {
      this.#isAdvancing = false;
    }
    const isHeld = this.#state === "replying" || (this.#state === "head" && this.#writer.isCongested);
    if (isHeld && this.#pending.length > pipelinedBytes) this.pause();
    else if (this.#hasClientEnded && !isHeld) this.#endOfInput();
  }

  #step(): boolean {
    switch (this.#state) {
      case "head":
        // A client that asks on without taking the answers must not pile them up here.
        return !this.#writer.isCongested && this.#readHead();
      case "body":
        return this.#readBody();
      case "replying":
        return false;
      case "tunnel":
        return this.#passOn();
      case "lingering":
      case "closed":
        this.#pending.clear();
        return false;
    }
  }

  #readHead(): boolean {
    const head = this.#heads.read(this.#pending);
    if (head === undefined) {
      if (this.#pending.length > 0 && !this.#isHeadBegun) {
        this.#isHeadBegun = true;
        this.#deadline.set(this.#host.waits.head);
      }
      return false;
    }
    if (isRefusal(head)) return this.#refuse(head);
    this.#begin(head);
    return true;
  }

  /** A slow client may still be taking the last response. */
  #closeIdle(): void {
    if (this.#writer.queuedBytes > 0) this.#linger();
    else this.#close();
  }

  #begin(head: RequestHead): void {
    this.requests++;
    const hasBody = head.isChunked || (head.contentLength ?? 0) > 0;
    const body = hasBody ? this.#beginBody(head) : emptyBody;
    const isLast = this.#hasClientEnded && this.#pending.length === 0;
    const mustClose = !head.isPersistent || this.#host.isDraining || isLast;
    const reply = new Reply(this.#writer, mustClose, this.#replyIsOver);
    this.#reply = reply;
    if (!hasBody) reply.becomeTunnel = this.#becomeTunnel;
    this.#wastedBytes = 0;
    this.#state = hasBody ? "body" : "replying";
    this.#deadline.clear();
    const client = clientAddress(this.peer, head.lowerNames, head.values, this.#host.trusted);
    this.#host.serve(
      new EdgeRequest(head, { client, connection: this, body, reply, receivedAt: Date.now() }),
    );
  }

  #beginBody(head: RequestHead): IncomingBody {
    this.#bodyReader = new BodyReader(head);
    this.#owesContinue = head.expectsContinue;
    this.#body = new IncomingBody(this.#bodyReader.framing, head.contentLength, this);
    return this.#body;
  }

  /** Somebody wants the request's body. */
  wanted(): void {
    // RFC 9110 §10.1.1: a client that already sends needs no permission.
    if (this.#owesContinue && this.#body?.receivedBytes === 0) this.#reply?.interim(continueResponse);
    this.#owesContinue = false;
    this.#awaitBody();
  }

  /** Nobody wants the request's body. */
  unwanted(): void {
    // Without "100 Continue" nobody knows whether the body still comes (RFC 9110 §10.1.1).
    const isUncertain = this.#owesContinue && this.#body?.receivedBytes === 0;
    if (this.#reply && (isUncertain || this.#isBodyTooLong)) this.#reply.mustClose = true;
    this.#awaitBody();
  }

  get #isBodyTooLong(): boolean {
    return (this.#bodyReader?.announcedBytes ?? 0) > drainedBodyBytes;
  }

  #readBody(): boolean {
    const input = this.#pending.view;
    if (!input) return false;
    const body = this.#body!;
    const reader = this.#bodyReader!;
    const { used, data } = reader.read(input);
    this.#pending.consume(used);
    if (reader.problem !== undefined) return this.#refuse({ status: 400, reason: reader.problem });
    body.push(data);
    // Whoever took the data may have ended the connection.
    if (this.#state !== "body") return true;
    if (this.#reply?.isOver && !this.#waste(used)) return true;
    this.#pacedBytes += used;
    if (this.#pacedBytes >= leastBytes(this.#host.waits.body)) this.#awaitBody();
    if (reader.isDone) this.#bodyOver();
    return true;
  }

  #awaitBody(): void {
    if (this.#state !== "body") return;
    this.#pacedBytes = 0;
    const isAwaited = this.#body?.isAsked === true && !this.#isPaused;
    if (isAwaited) this.#deadline.set(this.#host.waits.body);
    else this.#deadline.clear();
  }

  #bodyOver(): void {
    this.#state = "replying";
    this.#deadline.clear();
    this.resume();
    this.#body?.finish();
    if (this.#reply?.isOver) this.#next();
  }

  #replyOver(end: ReplyEnd): void {
    if (this.#state === "closed" || this.#state === "lingering") return;
    if (end === "abort") {
      this.#reset();
      return;
    }
    const body = this.#body;
    if (end === "close") this.#linger();
    else if (!body || body.isEnded) this.#next();
    else {
      body.discard();
      // Giving the body up may have shown that the next request could not be found after it.
      if (this.#reply?.mustClose || this.#isBodyTooLong) this.#linger();
    }
  }

  #next(): void {
    if (this.#state !== "replying") return;
    if (this.#reply?.mustClose) {
      this.#linger();
      return;
    }
    this.#body = undefined;
    this.#reply = undefined;
    this.#bodyReader = undefined;
    this.#state = "head";
    this.#isHeadBegun = false;
    this.#awaitHead();
    this.resume();
    this.#advance();
  }

  #awaitHead(): void {
    const { head, idle } = this.#host.waits;
    if (this.#writer.isCongested) this.#deadline.clear();
    else this.#deadline.set(this.#pending.length > 0 ? head : idle);
  }

  readonly #becomeTunnel = (end: TunnelEnd): ClientTunnel => {
    this.#tunnel = end;
    this.#state = "tunnel";
    this.#reply = undefined;
    this.#deadline.clear();
    // What the client sent too early, and its FIN: as if it came now, but not before the caller is ready.
    queueMicrotask(() => {
      if (this.#state !== "tunnel") return;
      this.resume();
      this.#advance();
      if (this.#hasClientEnded) end.clientEnded();
    });
    return {
      write: (bytes) => this.#writer.write(bytes),
      end: () => this.#writer.end(),
      finish: () => {
        this.#linger();
        if (this.#hasSentFin) this.#sentFin();
      },
      abort: () => this.#reset(),
      resume: () => this.resume(),
    };
  };

  #passOn(): boolean {
    const bytes = this.#pending.view;
    if (!bytes) return false;
    this.#pending.clear();
    if (this.#tunnel?.sent(bytes) === false) this.pause();
    return true;
  }

  /** The client has taken all that was queued for it. */
  #responsesTaken(): void {
    this.#tunnel?.clientDrained();
    if (this.#reply && !this.#reply.isOver) this.#reply.watcher?.clientReady?.();
    if (this.#state !== "head") return;
    this.#awaitHead();
    this.resume();
    this.#advance();
  }

  /** FIN came, and what is left of the input will never be a whole message (RFC 9112 §8). */
  #endOfInput(): void {
    if (this.isIdle) this.#linger();
    else if (this.#state === "head" || this.#state === "body") {
      this.#refuse({ status: 400, reason: "the client ended an incomplete message (RFC 9112 §8)" });
    }
  }

  #refuse(refusal: Refusal): false {
    const reply = this.#reply;
    const isAnswered = reply?.isOver ?? false;
    this.#state = "lingering";
    this.#host.refused(this, refusal);
    this.#body?.abort();
    reply?.lost();
    if (isAnswered) this.#linger();
    else if (reply?.isStarted) this.#reset();
    else {
      this.#writer.write(refusalResponse(refusal.status));
      this.#linger();
    }
    return false;
  }

  /** Sends FIN after what is queued and reads on for a while, lest a reset destroy the response (RFC 9112 §9.6). */
  #linger(): void {
    if (this.#state === "closed") return;
    this.#state = "lingering";
    this.#deadline.clear();
    this.#wastedBytes = 0;
    this.#pending.clear();
    this.#body?.abandon();
    this.resume();
    this.#writer.end();
  }

  #sentFin(): void {
    this.#hasSentFin = true;
    // The other direction goes on; its silence is timed by whoever holds the tunnel.
    if (this.#state === "tunnel" && !this.#hasClientEnded) return;
    this.#deadline.set(this.#host.waits.linger);
    if (this.#hasClientEnded) this.#close();
  }

  /** False once so much unwanted input has come that the connection was given up. */
  #waste(bytes: number): boolean {
    this.#wastedBytes += bytes;
    if (this.#wastedBytes <= (this.#state === "body" ? drainedBodyBytes : lingerBytes)) return true;
    if (this.#state === "body") this.#linger();
    else this.#close();
    return false;
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#socket.end();
    this.closed();
  }

  /** Cuts the connection so that the client can tell a cut response from a complete one. */
  #reset(): void {
    if (this.#state === "closed") return;
    this.#socket.terminate();
    this.closed();
  }

  /** Reads no more of the socket for now. */
  pause(): void {
    if (this.#isPaused || this.#state === "closed") return;
    this.#isPaused = true;
    this.#deadline.clear();
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    if (!this.#isPaused || this.#state === "closed") return;
    this.#isPaused = false;
    this.#socket.resume();
    this.#awaitBody();
  }
}

/** What a client must send or take within a wait of `ms`. */
function leastBytes(ms: number): number {
  return (leastBytesPerSecond * ms) / 1000;
}
