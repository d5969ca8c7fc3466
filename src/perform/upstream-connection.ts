/** One pooled connection to an origin: one exchange at a time, its response parsed as it arrives. */
import type { Socket } from "bun";
import { ChunkedDecoder } from "../accept/chunked-decoder.ts";
import { Deadline } from "../accept/deadline.ts";
import type { IpAddress } from "../accept/ip-address.ts";
import { PendingBytes } from "../accept/pending-bytes.ts";
import { SocketWriter } from "../accept/socket-writer.ts";
import { type ResponseHead, responseHeadLimits } from "./response-head.ts";
import { ResponseHeadReader } from "./response-head-reader.ts";
import type { UpstreamWaits } from "./upstream-waits.ts";

/** Why an exchange failed. */
export type UpstreamFailure = "unreachable" | "closed" | "garbage" | "timeout" | "busy";

/** Whoever waits for the response of one request. */
export interface Exchange {
  readonly method: string;
  /** 100: the origin wants the body that it was asked about (RFC 9110 §10.1.1). */
  continued(): void;
  /** 1xx except 100 and 101 (RFC 9110 §15.2). */
  interim(head: ResponseHead): void;
  head(head: ResponseHead): void;
  /** Body data: `bytes` from `from` to before `to`. False asks to wait: `UpstreamConnection.resume` goes on. */
  data(bytes: Buffer, from: number, to: number): boolean;
  /** The trailer fields are lines with their CRLF. */
  end(trailers: string): void;
  /** 101: gives whoever takes the bytes from now on; undefined when this was not asked for. */
  upgraded(head: ResponseHead): OriginTunnel | undefined;
  /** Bytes that arrived together have all been given; what was held back goes out now. */
  flush(): void;
  /** The connection's send queue has emptied. */
  drained(): void;
  fail(failure: UpstreamFailure, detail: string): void;
}

/** Who takes an origin's bytes after an upgrade. */
export interface OriginTunnel {
  /** False asks to wait: `UpstreamConnection.resume` goes on. */
  data(bytes: Buffer): boolean;
  /** The origin sent FIN, and may still read. */
  ended(): void;
  /** The connection is gone. */
  gone(reason: "closed" | "timeout"): void;
  /** What was queued for the origin has been taken. */
  drained(): void;
}

const doubleCrlf = Buffer.from("\r\n\r\n");

/** What a connection tells its pool. */
export interface ConnectionOwner {
  /** The exchange is over and the connection can take another. */
  free(connection: UpstreamConnection): void;
  gone(connection: UpstreamConnection): void;
}

/** Made by the pool once the socket is open (and, for https, verified). */
export class UpstreamConnection {
  readonly writer: SocketWriter;
  readonly #socket: Socket<UpstreamConnection>;
  readonly #owner: ConnectionOwner;
  readonly #waits: UpstreamWaits;
  readonly #isForTunnel: boolean;
  #tunnel: OriginTunnel | undefined;
  #exchange: Exchange | undefined;
  #head: ResponseHead | undefined;
  readonly #heads = new ResponseHeadReader();
  #decoder: ChunkedDecoder | undefined;
  #remaining = 0;
  readonly #rest = new PendingBytes();
  /** Bytes of an unfinished head in which its end has been looked for. */
  #searched = 0;
  /** Interim responses to the request at hand. */
  #interims = 0;
  #isClosed = false;
  /** FIN came: a connection that just breaks ends no body. */
  #hasEnded = false;
  #isPaused = false;
  readonly #deadline = new Deadline();
  /** Exchanges begun, the current one included. */
  uses = 0;
  /** Whom the exchange at hand is for; set and cleared by the pool. */
  client: IpAddress | undefined;
  /** The request has been written whole. */
  isRequestSent = false;

  /** `isForTunnel`: each direction ends by itself, so that it serves one exchange alone. */
  constructor(
    socket: Socket<UpstreamConnection>,
    owner: ConnectionOwner,
    waits: UpstreamWaits,
    isForTunnel: boolean,
  ) {
    this.#socket = socket;
    this.#isForTunnel = isForTunnel;
    this.#deadline.set(waits.idle);
    this.#owner = owner;
    this.#waits = waits;
    this.writer = new SocketWriter(socket);
    this.writer.onDrain = () => (this.#tunnel ?? this.#exchange)?.drained();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** A byte of the response has arrived. */
  get hasResponse(): boolean {
    return this.#head !== undefined || this.#rest.length > 0;
  }

  /** Takes an exchange; the caller then writes the request. */
  begin(exchange: Exchange): void {
    this.#exchange = exchange;
    this.#head = undefined;
    this.#searched = 0;
    this.#interims = 0;
    this.uses++;
    this.isRequestSent = false;
    this.#deadline.set(this.#waits.answer);
  }

  /** The caller has been able to send more, so the origin is alive. */
  progressed(): void {
    this.#deadline.set(this.#tunnel ? this.#waits.tunnel : this.#waits.answer);
  }

  /** Bytes from the origin. */
  received(chunk: Buffer): void {
    if (this.#tunnel) {
      this.#deadline.set(this.#waits.tunnel);
      if (!this.#tunnel.data(chunk)) this.pause();
      return;
    }
    if (!this.#exchange) {
      // Nothing was asked: whatever this is, it must not become the answer to the next request.
      this.close();
      return;
    }
    this.#rest.append(chunk);
    if (!this.#isPaused) this.#deadline.set(this.#waits.body);
    this.#advance();
    this.#exchange?.flush();
  }

  /** The origin sent FIN: outside of a tunnel nobody goes on reading after that. */
  ended(): void {
    this.#hasEnded = true;
    if (this.#tunnel) this.#tunnel.ended();
    else this.#shut();
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.writer.close();
    this.#deadline.clear();
    const tunnel = this.#tunnel;
    this.#tunnel = undefined;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#owner.gone(this);
    tunnel?.gone("closed");
    if (!exchange) return;
    if (this.#head?.framing.kind === "close" && this.#hasEnded) exchange.end("");
    else
      exchange.fail(
        "closed",
        this.hasResponse ? "the origin ended its response early" : "the origin closed the connection",
      );
  }

  /** Holds the origin while the client is slow. */
  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#deadline.clear();
    this.#socket.pause();
  }

  /** The client can take more. */
  resume(): void {
    if (!this.#isPaused || this.#isClosed) return;
    this.#isPaused = false;
    this.#deadline.set(this.#tunnel ? this.#waits.tunnel : this.#waits.body);
    this.#socket.resume();
  }

  /** Drops the connection and the exchange or tunnel on it without telling it. */
  close(): void {
    this.#exchange = undefined;
    this.#tunnel = undefined;
    this.#shut();
  }

  /** A socket's `end` would wait for the peer's FIN, or its close_notify; what was taken is sent all the same. */
  #shut(): void {
    if (this.#isClosed) return;
    this.#socket.shutdown();
    this.#socket.close();
    this.closed();
  }

  /** Called about once a second. */
  checkDeadline(now: number): void {
    if (!this.#deadline.isOver(now)) return;
    const exchange = this.#exchange;
    const tunnel = this.#tunnel;
    this.close();
    exchange?.fail("timeout", "the origin did not answer in time");
    tunnel?.gone("timeout");
  }

  #advance(): void {
    while (this.#rest.length > 0 && this.#exchange) {
      if (!(this.#head ? this.#readBody() : this.#readHead())) return;
    }
  }

  #readHead(): boolean {
    const rest = this.#rest;
    const { start, length } = rest;
    const bytes = rest.store!;
    const end = bytes.indexOf(doubleCrlf, start + Math.max(0, this.#searched - 3));
    const isWhole = end >= 0 && end + 4 <= rest.end;
    // However its bytes came together.
    const size = isWhole ? end + 4 - start : length;
    if (size > responseHeadLimits.bytes) return this.#garbage("response head too large");
    if (!isWhole) {
      this.#searched = length;
      return false;
    }
    this.#searched = 0;
    const exchange = this.#exchange!;
    const head = this.#heads.read(bytes, start, end + 4, exchange.method);
    if (typeof head === "string") return this.#garbage(head);
    rest.consume(end + 4 - start);
    if (head.status === 101) return this.#switch(exchange, head);
    if (head.status < 200) {
      if (++this.#interims > responseHeadLimits.interims) return this.#garbage("too many interim responses");
      if (head.status === 100) exchange.continued();
      else exchange.interim(head);
      return true;
    }
    this.#head = head;
    this.#decoder = head.framing.kind === "chunked" ? new ChunkedDecoder() : undefined;
    this.#remaining = head.framing.kind === "length" ? head.framing.bytes : 0;
    exchange.head(head);
    const isEmpty =
      head.framing.kind === "none" || (head.framing.kind === "length" && head.framing.bytes === 0);
    if (isEmpty) this.#complete();
    return true;
  }

  /** From now on the bytes belong to another protocol, those behind the head already. */
  #switch(exchange: Exchange, head: ResponseHead): false {
    const rest = this.#rest.view;
    const tunnel = exchange.upgraded(head);
    if (!tunnel) return this.#garbage("the origin switched to what was not asked for");
    // The client may have gone while it was told.
    if (this.#isClosed) return false;
    this.#exchange = undefined;
    this.#tunnel = tunnel;
    this.#deadline.set(this.#waits.tunnel);
    this.#rest.clear();
    if (rest && !tunnel.data(rest)) this.pause();
    return false;
  }

  #readBody(): boolean {
    const rest = this.#rest;
    const exchange = this.#exchange!;
    const framing = this.#head!.framing.kind;
    const { start } = rest;
    let used = rest.length;
    let mayGoOn = true;
    if (this.#decoder) {
      used = this.#decoder.decode(rest.view!, 0, (data) => {
        mayGoOn = exchange.data(data, 0, data.length) && mayGoOn;
      });
      if (this.#decoder.problem !== undefined) return this.#garbage(this.#decoder.problem);
    } else {
      if (framing === "length") {
        used = Math.min(used, this.#remaining);
        this.#remaining -= used;
      }
      mayGoOn = exchange.data(rest.store!, start, start + used);
    }
    rest.consume(used);
    if (!mayGoOn) this.pause();
    if (this.#decoder ? this.#decoder.isDone : framing === "length" && this.#remaining === 0)
      this.#complete();
    return this.#rest.length > 0;
  }

  #complete(): void {
    const exchange = this.#exchange;
    const isWhole = this.isRequestSent && this.#rest.length === 0;
    const canStay = isWhole && this.#head!.isPersistent && !this.#isForTunnel;
    const trailers = this.#decoder?.trailers ?? "";
    this.#exchange = undefined;
    this.#rest.clear();
    this.#deadline.set(this.#waits.idle);
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket.resume();
    }
    exchange?.flush();
    // Before the end is told: a pipelined request that follows at once can then use this connection.
    if (canStay && !this.#isClosed) this.#owner.free(this);
    else this.close();
    exchange?.end(trailers);
  }

  #garbage(detail: string): false {
    const exchange = this.#exchange;
    this.close();
    exchange?.fail("garbage", detail);
    return false;
  }
}
