/** Forwards one request to its origin and the response back, streaming both ways with backpressure. */
import type { Cidr } from "../accept/cidr.ts";
import type { EdgeRequest } from "../accept/edge-request.ts";
import type { BodySink } from "../accept/request-body.ts";
import { type ClientFraming, requestHeadForOrigin, responseHeadForClient } from "./message-heads.ts";
import { respondFailed } from "./respond.ts";
import type { ResponseHead } from "./response-head.ts";
import type { Exchange, UpstreamConnection, UpstreamFailure } from "./upstream-connection.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** How a forwarded request ended. */
export interface ForwardResult {
  /** What the client got; 499 when it went away before the head. */
  readonly status: number;
  readonly failure: UpstreamFailure | "client_gone" | undefined;
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
  /** Called exactly once. */
  done(result: ForwardResult): void;
}

// RFC 9110 §9.2.2: only these may be sent again after the origin closed an idle connection under us.
const idempotent = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE"]);
const lastChunk = Buffer.from("0\r\n\r\n");

/** Starts forwarding, telling the origin the policies' marks; all that follows happens in callbacks. */
export function forward(
  request: EdgeRequest,
  pool: UpstreamPool,
  requestId: string,
  trusted: readonly Cidr[],
  observer: ForwardObserver,
  marks?: readonly string[],
): void {
  new Forwarding(request, pool, requestId, trusted, observer, marks).start();
}

class Forwarding implements Exchange {
  readonly method: string;
  readonly #request: EdgeRequest;
  readonly #pool: UpstreamPool;
  readonly #requestId: string;
  readonly #head: string;
  readonly #observer: ForwardObserver;
  #upstream: UpstreamConnection | undefined;
  #heldHead: string | undefined;
  #watcher: ResponseWatcher | undefined;
  #framing: ClientFraming = "as-is";
  #status = 0;
  #hasRetried = false;
  #isDone = false;

  constructor(
    request: EdgeRequest,
    pool: UpstreamPool,
    requestId: string,
    trusted: readonly Cidr[],
    observer: ForwardObserver,
    marks: readonly string[] | undefined,
  ) {
    this.method = request.method;
    this.#request = request;
    this.#pool = pool;
    this.#requestId = requestId;
    this.#head = requestHeadForOrigin(request, requestId, trusted, pool.authority, marks);
    this.#observer = observer;
  }

  start(): void {
    // The client may have left while its body was being buffered: then there is nobody to ask for.
    if (this.#request.reply.isOver) {
      this.#clientGone();
      return;
    }
    this.#request.reply.onAbort = () => this.#clientGone();
    this.#request.reply.onDrain = () => this.#upstream?.resume();
    const idle = this.#hasRetried ? undefined : this.#pool.takeIdle();
    if (idle) this.#send(idle);
    else if (this.#pool.isFull) this.fail("busy", "all connections to the origin are in use");
    else {
      this.#pool.connect().then(
        (connection) => (this.#isDone ? this.#pool.free(connection) : this.#send(connection)),
        (error: unknown) => this.fail("unreachable", String(error)),
      );
    }
  }

  #send(connection: UpstreamConnection): void {
    this.#upstream = connection;
    connection.begin(this);
    connection.writer.writeHead(this.#head);
    if (this.#request.body.framing === "none") connection.isRequestSent = true;
    else this.#request.body.pipe(this.#bodySink(connection));
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
      abort: () => this.#clientGone(),
    };
  }

  drained(): void {
    this.#upstream?.progressed();
    this.#request.body.resume();
  }

  interim(head: ResponseHead): void {
    if (this.#request.httpVersion === 10) return;
    this.#request.reply.interim(Buffer.from(responseHeadForClient(head, "as-is", false), "latin1"));
  }

  head(head: ResponseHead): void {
    this.#status = head.status;
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
    if (head !== "" && this.#framing !== "chunk") return reply.writeHead(head, bytes, from, to);
    const part = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
    const body = this.#framing === "chunk" ? asChunk(part) : part;
    return head === "" ? reply.write(body) : reply.writeHead(head, body);
  }

  flush(): void {
    const head = this.#takeHead();
    if (head !== "") this.#request.reply.writeHead(head);
  }

  end(): void {
    // Before the client has all of it: what it does next must find the outcome settled.
    this.#watcher?.end();
    this.flush();
    if (this.#framing === "chunk") this.#request.reply.write(lastChunk);
    this.#request.reply.end();
    this.#finish({ status: this.#status, failure: undefined });
  }

  fail(failure: UpstreamFailure, _detail: string): void {
    if (this.#isDone) return;
    const connection = this.#upstream;
    const { reply, body } = this.#request;
    if (reply.isStarted) {
      // The head has promised more than will come: only cutting the connection tells the client so.
      reply.abort();
      this.#finish({ status: this.#status, failure });
      return;
    }
    const wasStale =
      failure === "closed" && connection !== undefined && connection.uses > 1 && this.#status === 0;
    if (wasStale && !this.#hasRetried && body.framing === "none" && idempotent.has(this.method)) {
      this.#hasRetried = true;
      this.#upstream = undefined;
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
    return head;
  }

  #clientGone(): void {
    this.#upstream?.close();
    this.#finish({ status: this.#status === 0 ? 499 : this.#status, failure: "client_gone" });
  }

  #finish(result: ForwardResult): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#observer.done(result);
  }
}

/** One chunk of the chunked transfer coding (RFC 9112 §7.1). */
function asChunk(data: Uint8Array): Buffer {
  const size = `${data.length.toString(16)}\r\n`;
  const chunk = Buffer.allocUnsafe(size.length + data.length + 2);
  chunk.write(size, 0, "latin1");
  chunk.set(data, size.length);
  chunk.write("\r\n", size.length + data.length, "latin1");
  return chunk;
}
