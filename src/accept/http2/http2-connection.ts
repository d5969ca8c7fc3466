/** One HTTP/2 connection of the edge: its socket, and how it begins, waits and ends (RFC 9113 §9.1). */
import type { ConnectionHost } from "../client-connection.ts";
import { Deadline } from "../deadline.ts";
import type { EdgeConnection } from "../edge-request.ts";
import type { IpAddress } from "../ip-address.ts";
import type { Refusal } from "../refusal.ts";
import type { ClientSocket, SocketOwner, TlsArrival } from "../tls/tls-acceptor.ts";
import { freshMs, leastBytesPerSecond } from "../waits.ts";
import { FrameReader } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { type ErrorCode, errorCode } from "./frames.ts";
import { ArrivalNotes } from "./http2-arrival.ts";
import { Http2Session, type SessionOwner } from "./http2-session.ts";
import { http2Limits } from "./limits.ts";

/** "leaving": GOAWAY announced the end and requests are still taken; "last": no new ones; "lingering": nothing is. */
type State = "open" | "leaving" | "last" | "lingering" | "closed";

/** Bytes read into nothing after our FIN, so that what was sent survives; `Waits.linger` bounds the time. */
const lingerBytes = 4_194_304;
/** From the first GOAWAY to the one that counts, if the client does not answer the ping between them, ms. */
const leavingMs = 1_000;
const maxStreamId = 0x7fff_ffff;

/** The state machine; the listener feeds it socket events. */
export class Http2Connection implements EdgeConnection, SocketOwner, SessionOwner {
  readonly id: number;
  readonly peer: IpAddress;
  readonly scheme = "https";
  readonly tls: TlsArrival | undefined;
  readonly http2 = new ArrivalNotes();
  readonly host: ConnectionHost;
  requests = 0;
  networkMemo: EdgeConnection["networkMemo"];
  skeletonMemo: EdgeConnection["skeletonMemo"];
  forwardMemo: EdgeConnection["forwardMemo"];
  readonly #socket: ClientSocket;
  readonly #writer: FrameWriter;
  readonly #session: Http2Session;
  readonly #reader: FrameReader;
  #state: State = "open";
  #isReading = false;
  #isPaused = false;
  #hasClientEnded = false;
  #hasSentFin = false;
  /** While nothing is asked, and for the stages of leaving. */
  readonly #deadline = new Deadline();
  /** Until the client has taken enough of what is queued for it. */
  readonly #drainDeadline = new Deadline();
  #takenBytes = 0;
  #wastedBytes = 0;

  constructor(
    id: number,
    peer: IpAddress,
    tls: TlsArrival | undefined,
    socket: ClientSocket,
    host: ConnectionHost,
  ) {
    this.id = id;
    this.peer = peer;
    this.tls = tls;
    this.host = host;
    this.#socket = socket;
    this.#writer = new FrameWriter(socket);
    this.#session = new Http2Session(this, this.#writer);
    this.#reader = new FrameReader(this.#session);
    this.#deadline.set(host.waits.head);
    this.#drainDeadline.set(host.waits.drain);
    this.#session.control.greet();
    this.#writer.schedule();
  }

  get edge(): this {
    return this;
  }

  get notes(): ArrivalNotes {
    return this.http2;
  }

  /** No request is in progress. */
  get isIdle(): boolean {
    return !this.isDeaf && this.#session.isIdle;
  }

  get isDeaf(): boolean {
    return this.#state === "lingering" || this.#state === "closed";
  }

  received(chunk: Buffer): void {
    if (this.isDeaf) {
      this.#wastedBytes += chunk.length;
      if (this.#wastedBytes > lingerBytes) this.#close();
      return;
    }
    this.#isReading = true;
    try {
      this.#reader.push(chunk);
    } finally {
      this.#isReading = false;
      this.#writer.flush();
    }
    // A client that asks on without taking the answers must not pile them up here.
    if (this.#writer.backlogBytes > http2Limits.readingBacklog && !this.isDeaf) this.#pause();
  }

  drained(): void {
    const { backlogBytes: waiting, takenBytes: before } = this.#writer;
    this.#writer.drained();
    const taken = this.#writer.takenBytes;
    // A byte now and then would hold the connection for ever.
    const isEnough = taken - this.#takenBytes >= (leastBytesPerSecond * this.host.waits.drain) / 1000;
    if (taken - before >= waiting || isEnough) {
      this.#takenBytes = taken;
      this.#drainDeadline.set(this.host.waits.drain);
    }
    if (this.#state === "lingering") this.#sendFin();
    else if (this.#state !== "closed") {
      this.#session.outflow.pump();
      this.#writer.flush();
      if (this.#writer.backlogBytes < http2Limits.socketBacklog) this.#resume();
    }
  }

  /** FIN came: what was asked completely is still answered. */
  clientEnded(): void {
    this.#hasClientEnded = true;
    if (this.#state === "lingering") {
      if (this.#hasSentFin) this.#close();
    } else if (this.#state !== "closed") {
      this.#session.inputEnded();
      this.clientLeaves();
    }
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#deadline.clear();
    this.#writer.close();
    this.#session.cutAll();
  }

  checkDeadlines(now: number): void {
    if (this.#state === "closed") return;
    if (this.#writer.backlogBytes > 0 && this.#drainDeadline.isOver(now)) {
      this.#socket.terminate();
      this.closed();
      return;
    }
    if (!this.isDeaf) this.#session.checkDeadlines(now);
    if (!this.#deadline.isOver(now)) return;
    if (this.#state === "lingering") this.#close();
    else if (this.#state === "leaving") this.#nameLast();
    else if (this.#session.isIdle) this.end(errorCode.noError);
  }

  /** Ends the connection once nothing is in progress; one that just came may still ask once. */
  drain(): void {
    if (this.#state !== "open") return;
    if (!this.host.isDraining) this.#nameLast();
    else if (this.requests === 0) this.#deadline.set(freshMs);
    else {
      // RFC 9113 §6.8: requests that are on their way when the client hears of it are not lost.
      this.#state = "leaving";
      this.#writer.goAway(maxStreamId, errorCode.noError);
      this.#session.control.ping();
      this.#deadline.set(leavingMs);
      this.flush();
    }
  }

  pinged(): void {
    if (this.#state === "leaving") this.#nameLast();
  }

  clientLeaves(): void {
    if (this.#state === "open" || this.#state === "leaving") this.#nameLast();
  }

  busy(isBusy: boolean): void {
    if (this.isDeaf) return;
    if (isBusy) this.#deadline.clear();
    else if (this.#state === "last") this.end(errorCode.noError);
    else if (this.#state === "open" && this.host.isDraining) this.#nameLast();
    else if (this.#state === "open") this.#deadline.set(this.host.waits.idle);
  }

  /** What was written while reading leaves at its end, everything else at the end of this turn. */
  flush(): void {
    if (!this.#isReading) this.#writer.schedule();
  }

  end(code: ErrorCode, refusal?: Refusal): void {
    if (this.isDeaf) return;
    this.#state = "lingering";
    if (refusal) this.host.refused(this, refusal);
    this.#session.cutAll();
    this.#writer.goAway(this.#session.lastId, code);
    this.#writer.flush();
    this.#deadline.clear();
    this.#resume();
    this.#sendFin();
  }

  /** GOAWAY that names the last request; once all are answered the connection ends. */
  #nameLast(): void {
    this.#state = "last";
    this.#session.takesNew = false;
    this.#deadline.clear();
    if (this.#session.isIdle) {
      this.end(errorCode.noError);
      return;
    }
    this.#writer.goAway(this.#session.lastId, errorCode.noError);
    this.flush();
  }

  #sendFin(): void {
    if (this.#hasSentFin || !this.#writer.isEmpty) return;
    this.#hasSentFin = true;
    this.#socket.shutdown();
    this.#deadline.set(this.host.waits.linger);
    if (this.#hasClientEnded) this.#close();
  }

  #close(): void {
    if (this.#state === "closed") return;
    this.#socket.end();
    this.closed();
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#socket.pause();
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#socket.resume();
  }
}
