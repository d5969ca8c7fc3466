/** A request's body as it arrives: buffered up to a bound where a policy needs it, streamed to the origin otherwise. */

/** Receives a body's bytes. Returning false from `data` pauses the client until `RequestBody.resume()`. */
export interface BodySink {
  data(chunk: Uint8Array): boolean;
  /** The body is complete. */
  end(): void;
  /** The client went away or broke the framing; nothing more comes. */
  abort(): void;
}

/** The body of one request. */
export interface RequestBody {
  /** "none" when the request has no body (RFC 9112 §6.3). */
  readonly framing: "none" | "length" | "chunked";
  /** Content-Length in bytes; undefined when chunked. */
  readonly length: number | undefined;
  /** What `buffer` has collected: the whole body when `isWhole`, else its first bytes (the limit was passed). */
  readonly buffered: Uint8Array | undefined;
  readonly isWhole: boolean;
  /** Bytes received so far, decoded. */
  readonly receivedBytes: number;
  /** Collects the body until it ends or `limit` bytes are passed; bytes collected are given to the sink later all the same. */
  buffer(limit: number): Promise<void>;
  /** Starts the flow into a sink: first what was buffered, then the rest. Called once at most. */
  pipe(sink: BodySink): void;
  /** Lets a paused client go on. */
  resume(): void;
  /** Reads the rest into nothing (a blocked request's body), so that the connection can serve the next request. */
  discard(): void;
}
