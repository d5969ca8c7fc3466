/** Forwards one request to its origin and the response back, streaming both ways with backpressure. */
import type { Cidr } from "../accept/cidr.ts";
import { isTrusted } from "../accept/client-address.ts";
import type { EdgeRequest } from "../accept/edge-request.ts";
import type { ReplyWatcher } from "../accept/reply.ts";
import type { BodySink } from "../accept/request-body.ts";
import {
  type HopWishes,
  hopWishesOf,
  requestHeadForOrigin,
  responseHeadForClient,
  upgradeHeadForClient,
} from "./message-heads.ts";
import { OriginUnreachable } from "./open-connection.ts";
import { respondFailed } from "./respond.ts";
import type { ClientFraming, ResponseHead } from "./response-head.ts";
import { Tunnel } from "./tunnel.ts";
import { isUpgradeAnswer } from "./upgrade.ts";
import type { Upstream } from "./upstream.ts";
import type { Exchange, OriginTunnel, UpstreamConnection, UpstreamFailure } from "./upstream-connection.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** How a forwarded request ended. */
export interface ForwardResult {
  /** What the client got; 499 when it went away before the head. */
  readonly status: number;
  readonly failure: UpstreamFailure | "client_gone" | undefined;
  /** Bytes that the client sent after an upgrade. */
  readonly tunnelledBytes?: number;
}

/** Who looks at a response's body as it passes; it holds nothing up and must copy what it keeps. */
export interface ResponseWatcher {
  data(bytes: Buffer, from: number, to: number): void;
  /** All of the body was shown; not called when the response broke off. */
  end(): void;
}

/** Who wants to know how it goes. */
export interface ForwardObserver {
  /** The final response's head has arrived; the body's bytes are shown to whom this returns. */
  answered(head: ResponseHead): ResponseWatcher | undefined;
  /** Field lines, CRLF included, to add to the response's head; asked when it goes out. */
  added?(): string;
  /** Called exactly once. */
  done(result: ForwardResult): void;
}

// RFC 9110 §9.2.2: only these may be sent again after the origin closed an idle connection under us.
const idempotent = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
const lastChunk = Buffer.from("0\r\n\r\n");
/** Origins that one request asks at most. */
const mostOrigins = 3;
/** An origin that does not know "100-continue" is sent the body after this time, ms (RFC 9110 §10.1.1). */
const continueMs = 1_000;
const untried: readonly UpstreamPool[] = [];

/** Starts forwarding, telling the origin the policies' marks; all that follows happens in callbacks. */
export function forward(
  request: EdgeRequest,
  upstream: Upstream,
  requestId: string,
  trusted: readonly Cidr[],
  observer: ForwardObserver,
  marks?: readonly string[],
): void {
  new Forwarding(request, upstream, requestId, trusted, observer, marks).start();
}

class Forwarding implements Exchange, ReplyWatcher {
  readonly method: string;
  readonly #request: EdgeRequest;
  readonly #upstream: Upstream;
  readonly #requestId: string;
  readonly #trusted: readonly Cidr[];
  readonly #marks: readonly string[] | undefined;
  readonly #wishes: HopWishes | undefined;
  readonly #observer: ForwardObserver;
  #pool: UpstreamPool | undefined;
  /** Origins that could not be connected to. */
  #tried = untried;
  #connection: UpstreamConnection | undefined;
  /** Runs while the origin is asked whether it wants the body. */
  #continueTimer: Timer | undefined;
  #heldHead: string | undefined;
  #watcher: ResponseWatcher | undefined;
  #framing: ClientFraming = "as-is";
  #status = 0;
  #hasRetried = false;
  #isDone = false;

  constructor(
    request: EdgeRequest,
    upstream: Upstream,
    requestId: string,
    trusted: readonly Cidr[],
    observer: ForwardObserver,
    marks: readonly string[] | undefined,
  ) {
    this.method = request.method;
    this.#request = request;
    this.#upstream = upstream;
    this.#requestId = requestId;
    this.#trusted = trusted;
    this.#marks = marks;
    this.#wishes = hopWishesOf(request);
    this.#observer = observer;
  }

  start(): void {
    // The client may have left while its body was being buffered: then there is nobody to ask for.
    if (this.#request.reply.isOver) {
      this.clientGone();
      return;
    }
    this.#request.reply.watcher = this;
    const pool = this.#upstream.choose(this.#tried);
    this.#pool = pool;
    if (!pool) {
      this.fail("unreachable", "no origin can be asked");
      return;
    }
    const { client } = this.#request;
    // A front that passes no client on stands for many.
    if (!pool.admits(client) && !isTrusted(client, this.#trusted)) {
      this.fail("busy", "the client's network holds its share of the connections to the origin");
      return;
    }
    // A tunnel ends in each direction by itself, for which a connection must be made ready.
    const isTunnel = this.#wishes?.upgrade !== undefined;
    const idle = this.#hasRetried || isTunnel ? undefined : pool.takeIdle();
    if (idle) this.#send(idle, pool);
    else if (pool.isFull) this.fail("busy", "all connections to the origin are in use");
    else {
      pool.connect(isTunnel, client).then(
        (connection) => this.#connected(connection, pool),
        (error: unknown) => this.#unreachable(pool, error),
      );
    }
  }

  #connected(connection: UpstreamConnection, pool: UpstreamPool): void {
    if (!this.#isDone) this.#send(connection, pool);
    // The client has gone meanwhile: others can use it, unless it was made for a tunnel.
    else if (this.#wishes?.upgrade) connection.close();
    else pool.free(connection);
  }

  /** Nothing was sent yet, so any request may go elsewhere. */
  #unreachable(pool: UpstreamPool, error: unknown): void {
    if (this.#isDone) return;
    const isTimeout = error instanceof OriginUnreachable && error.isTimeout;
    this.#tried = [...this.#tried, pool];
    if (this.#tried.length < mostOrigins && this.#upstream.choose(this.#tried) && this.#upstream.mayRetry()) {
      this.start();
    } else this.fail(isTimeout ? "timeout" : "unreachable", String(error));
  }

  #send(connection: UpstreamConnection, pool: UpstreamPool): void {
    this.#connection = connection;
    connection.begin(this);
    const request = this.#request;
    pool.began(connection, request.client);
    connection.writer.writeHead(
      requestHeadForOrigin(request, this.#requestId, this.#trusted, pool, this.#marks, this.#wishes),
    );
    if (request.body.framing === "none") connection.isRequestSent = true;
    else if (this.#wishes?.expectsContinue) {
      this.#continueTimer = setTimeout(() => this.continued(), continueMs);
    } else request.body.pipe(this.#bodySink(connection));
  }

  /** The origin wants the body, or does not say. */
  continued(): void {
    if (this.#continueTimer === undefined || this.#isDone || this.#status !== 0) return;
    this.#askNoMore();
    if (this.#connection) this.#request.body.pipe(this.#bodySink(this.#connection));
  }

  #askNoMore(): void {
    clearTimeout(this.#continueTimer);
    this.#continueTimer = undefined;
  }

  #bodySink(connection: UpstreamConnection): BodySink {
    const { writer } = connection;
    const isChunked = this.#request.body.framing === "chunked";
    return {
      data: (chunk) => {
        connection.progressed();
        return isChunked ? writer.write(asChunk(chunk)) : writer.write(chunk);
      },
      end: () => {
        if (isChunked) writer.write(lastChunk);
        connection.isRequestSent = true;
      },
      abort: () => this.clientGone(),
    };
  }

  drained(): void {
    this.#connection?.progressed();
    this.#request.body.resume();
  }

  interim(head: ResponseHead): void {
    if (this.#request.httpVersion === 10) return;
    this.#request.reply.interim(Buffer.from(responseHeadForClient(head, "as-is", false), "latin1"));
  }

  upgraded(head: ResponseHead): OriginTunnel | undefined {
    const connection = this.#connection;
    const offered = this.#wishes?.upgrade;
    if (!connection || !offered || !isUpgradeAnswer(this.#request, offered, head)) return undefined;
    this.#status = 101;
    this.#observer.answered(head);
    this.#pool?.health.answered(101);
    const tunnel = new Tunnel(connection, ({ bytesIn, failure }) =>
      this.#finish({ status: 101, failure, tunnelledBytes: bytesIn }),
    );
    const { reply } = this.#request;
    const client = reply.switchProtocols(upgradeHeadForClient(head), tunnel);
    if (!client) return undefined;
    reply.watcher = undefined;
    tunnel.join(client);
    return tunnel;
  }

  head(head: ResponseHead): void {
    this.#status = head.status;
    this.#pool?.health.answered(head.status);
    // Whether the body still comes is not known then, and so not where the next request would begin.
    if (this.#continueTimer !== undefined) this.#request.reply.mustClose = true;
    this.#askNoMore();
    this.#watcher = this.#observer.answered(head);
    const { reply, httpVersion } = this.#request;
    const hasUnknownLength = head.framing.kind === "chunked" || head.framing.kind === "close";
    if (hasUnknownLength) this.#framing = httpVersion === 11 ? "chunk" : "close";
    if (this.#framing === "close") reply.mustClose = true;
    this.#heldHead = responseHeadForClient(head, this.#framing, reply.mustClose);
  }

  data(bytes: Buffer, from: number, to: number): boolean {
    this.#watcher?.data(bytes, from, to);
    const head = this.#takeHead();
    const { reply } = this.#request;
    // Before the first bytes of the body there is nothing but the head that was read.
    if (head !== "" && this.#framing !== "chunk") return reply.writeHead(head, bytes, from, to);
    const part = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
    if (this.#framing !== "chunk") return reply.write(part);
    const chunk = asChunk(part, head.length);
    return head === "" ? reply.write(chunk) : reply.writeHead(head, chunk, head.length);
  }

  flush(): void {
    const head = this.#takeHead();
    if (head !== "") this.#request.reply.writeHead(head);
  }

  end(trailers: string): void {
    // Before the client has all of it: what it does next must find the outcome settled.
    this.#watcher?.end();
    this.flush();
    if (this.#framing === "chunk") {
      this.#request.reply.write(trailers === "" ? lastChunk : Buffer.from(`0\r\n${trailers}\r\n`, "latin1"));
    }
    this.#request.reply.end(this.#framing === "chunk" ? "" : trailers);
    this.#finish({ status: this.#status, failure: undefined });
  }

  fail(failure: UpstreamFailure, detail: string): void {
    if (this.#isDone) return;
    this.#askNoMore();
    const connection = this.#connection;
    const { reply, body } = this.#request;
    const wasStale =
      failure === "closed" && connection !== undefined && connection.uses > 1 && this.#status === 0;
    if (connection && !wasStale) this.#pool?.health.answered(undefined, detail);
    if (reply.isStarted) {
      // The head has promised more than will come: only cutting the connection tells the client so.
      reply.abort();
      this.#finish({ status: this.#status, failure });
      return;
    }
    const mayRepeat = wasStale && body.framing === "none" && idempotent.has(this.method);
    if (mayRepeat && !this.#hasRetried && this.#upstream.mayRetry()) {
      this.#hasRetried = true;
      this.#connection = undefined;
      this.start();
      return;
    }
    const status = failure === "timeout" ? 504 : failure === "busy" ? 503 : 502;
    this.#heldHead = undefined;
    respondFailed(this.#request, status, this.#requestId);
    this.#finish({ status, failure });
  }

  #takeHead(): string {
    const head = this.#heldHead ?? "";
    this.#heldHead = undefined;
    const added = head === "" ? "" : (this.#observer.added?.() ?? "");
    // Before the empty line.
    return added === "" ? head : `${head.slice(0, -2)}${added}\r\n`;
  }

  clientGone(): void {
    this.#connection?.close();
    this.#finish({ status: this.#status === 0 ? 499 : this.#status, failure: "client_gone" });
  }

  clientReady(): void {
    this.#connection?.resume();
  }

  #finish(result: ForwardResult): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#askNoMore();
    this.#observer.done(result);
  }
}

/** One chunk of the chunked transfer coding (RFC 9112 §7.1), behind room for a head. */
function asChunk(data: Uint8Array, room = 0): Buffer {
  const size = `${data.length.toString(16)}\r\n`;
  const start = room + size.length;
  const chunk = Buffer.allocUnsafe(start + data.length + 2);
  chunk.write(size, room, "latin1");
  chunk.set(data, start);
  chunk.write("\r\n", start + data.length, "latin1");
  return chunk;
}
