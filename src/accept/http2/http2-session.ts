/** The streams of one connection: frames in, each request served as it comes, frames out (RFC 9113 §5, §8). */

import { clientAddress } from "../client-address.ts";
import type { ConnectionHost } from "../client-connection.ts";
import { Deadline } from "../deadline.ts";
import { type EdgeConnection, EdgeRequest } from "../edge-request.ts";
import { emptyBody, IncomingBody } from "../incoming-body.ts";
import { bad, isRefusal, type Refusal } from "../refusal.ts";
import { refusalResponse } from "../refusal-response.ts";
import type { Waits } from "../waits.ts";
import { Budget } from "./budget.ts";
import { ClosedStreams, type StreamEnd } from "./closed-streams.ts";
import { ControlFrames, type ControlOwner } from "./control-frames.ts";
import { beginFieldBlock, FieldBlock } from "./field-block.ts";
import { type DecodedFields, FieldDecoder } from "./field-decoder.ts";
import type { FrameSink } from "./frame-reader.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { type ConnectionFault, type ErrorCode, errorCode, frameFlag, frameType } from "./frames.ts";
import type { ArrivalNotes } from "./http2-arrival.ts";
import { Http2Stream, type StreamHost } from "./http2-stream.ts";
import { Inflow } from "./inflow.ts";
import { http2Limits } from "./limits.ts";
import { Outflow, type SendQueue } from "./outflow.ts";
import { fieldProblem, type Http2Head, isMalformed, RequestFields } from "./request-fields.ts";
import { type EncodedHead, sendHead } from "./response-fields.ts";

/** The connection around a session. */
export interface SessionOwner {
  readonly edge: EdgeConnection & { requests: number };
  readonly notes: ArrivalNotes;
  readonly host: ConnectionHost;
  /** Nothing more is read. */
  readonly isDeaf: boolean;
  /** Ends the connection with GOAWAY. */
  end(code: ErrorCode, refusal?: Refusal): void;
  pinged(): void;
  clientLeaves(): void;
  /** The number of open streams became or ceased to be zero. */
  busy(isBusy: boolean): void;
  /** Something was written. */
  flush(): void;
}

/** The state of all streams. */
export class Http2Session implements FrameSink, StreamHost, ControlOwner {
  readonly waits: Waits;
  readonly control: ControlFrames;
  readonly outflow: Outflow;
  /** The last request that is served (RFC 9113 §6.8). */
  lastId = 0;
  /** False once GOAWAY has named the last request. */
  takesNew = true;
  readonly #owner: SessionOwner;
  readonly #writer: FrameWriter;
  readonly #inflow: Inflow;
  readonly #decoder = new FieldDecoder();
  readonly #fields = new RequestFields();
  readonly #streams = new Map<number, Http2Stream>();
  readonly #closed = new ClosedStreams();
  readonly #resets = new Budget(http2Limits.resets);
  /** The highest stream that the client has opened, served or not. */
  #highestId = 0;
  #block: FieldBlock | undefined;
  readonly #blockDeadline = new Deadline();
  /** The stream whose DATA frame is being read, and the frame's length and flags. */
  #dataStream: Http2Stream | undefined;
  #dataLength = 0;
  #dataFlags = 0;

  constructor(owner: SessionOwner, writer: FrameWriter) {
    this.#owner = owner;
    this.#writer = writer;
    this.waits = owner.host.waits;
    this.#inflow = new Inflow(writer);
    const sent = (queue: SendQueue): void => {
      this.control.sentData();
      this.#streams.get(queue.streamId)?.sent();
    };
    this.outflow = new Outflow(writer, sent, () => this.control.takeTableUpdate());
    this.control = new ControlFrames(this, writer, this.outflow, owner.notes);
  }

  get isDeaf(): boolean {
    return this.#owner.isDeaf;
  }

  get isIdle(): boolean {
    return this.#streams.size === 0 && this.#block === undefined;
  }

  checkDeadlines(now: number): void {
    if (this.#blockDeadline.isOver(now)) {
      const reason = "the request did not arrive in time (RFC 9110 §15.5.9)";
      this.#owner.end(errorCode.noError, { status: 408, reason });
    }
    for (const stream of this.#streams.values()) stream.checkDeadlines(now);
  }

  /** The client sends no more: what it asked completely is still answered. */
  inputEnded(): void {
    for (const stream of this.#streams.values()) if (!stream.hasClientEnded) this.#cut(stream);
  }

  /** The connection is gone, or given up. */
  cutAll(): void {
    this.#block = undefined;
    this.#blockDeadline.clear();
    for (const stream of this.#streams.values()) this.#cut(stream);
  }

  frame(type: number, flags: number, streamId: number, payload: Buffer): void {
    const isSettings = type === frameType.settings && (flags & frameFlag.ack) === 0;
    if (!this.control.isSettled && !isSettings)
      this.#protocol("the first frame is no SETTINGS (RFC 9113 §3.4)");
    else if (type === frameType.continuation) this.#continue(flags, streamId, payload);
    else if (this.#block) this.#protocol("a frame within a field block (RFC 9113 §6.10)");
    else if (type === frameType.headers) this.#beginBlock(flags, streamId, payload);
    else if (type === frameType.rstStream) this.#clientReset(streamId, payload);
    else if (type === frameType.windowUpdate && streamId !== 0) this.#raiseStream(streamId, payload);
    else this.control.take(type, flags, streamId, payload);
  }

  dataBegan(streamId: number, length: number, flags: number): void {
    this.#dataStream = undefined;
    this.#dataLength = length;
    this.#dataFlags = flags;
    if (!this.control.isSettled) this.#protocol("the first frame is no SETTINGS (RFC 9113 §3.4)");
    else if (this.#block) this.#protocol("a frame within a field block (RFC 9113 §6.10)");
    else if (this.#isIdleId(streamId)) this.#protocol("DATA on an idle stream (RFC 9113 §6.1)");
    else if (!this.#inflow.take(length))
      this.fault({ code: errorCode.flowControlError, reason: "DATA beyond the window (RFC 9113 §6.9.1)" });
    else this.#dataFor(streamId, length, flags);
  }

  data(bytes: Buffer): void {
    if (this.#dataStream?.hasClientEnded === false) this.#dataStream.received(bytes);
  }

  dataEnded(): void {
    const stream = this.#dataStream;
    this.#dataStream = undefined;
    if (stream && this.#streams.has(stream.id)) {
      stream.frameTaken(this.#dataLength);
      if (this.#dataFlags & frameFlag.endStream) stream.clientEnded();
    } else if (!this.isDeaf) this.#inflow.credit(this.#dataLength);
  }

  fault({ code, reason }: ConnectionFault): void {
    this.#owner.end(code, bad(reason));
  }

  pinged(): void {
    this.#owner.pinged();
  }

  clientLeaves(): void {
    this.#owner.clientLeaves();
  }

  changeWindows(change: number): boolean {
    for (const { queue } of this.#streams.values()) {
      if (!this.outflow.raiseStream(queue, change)) return false;
    }
    return true;
  }

  sendHead(stream: Http2Stream, head: EncodedHead): void {
    if (!this.#streams.has(stream.id)) return;
    stream.queue.lastFrame = sendHead(this.#writer, stream.id, head.block, this.control.takeTableUpdate());
    this.#owner.flush();
  }

  offer(stream: Http2Stream): void {
    this.outflow.offer(stream.queue);
    this.#owner.flush();
  }

  credit(stream: Http2Stream, bytes: number): void {
    if (this.#streams.has(stream.id)) this.#inflow.creditStream(stream, bytes);
    else this.#inflow.credit(bytes);
    this.#owner.flush();
  }

  reset(stream: Http2Stream, code: ErrorCode): void {
    if (!this.#streams.has(stream.id)) return;
    this.#writer.word(frameType.rstStream, stream.id, code);
    this.#cut(stream);
    this.#owner.flush();
  }

  settle(stream: Http2Stream): void {
    if (stream.hasClientEnded && stream.queue.isDone) this.#remove(stream, "ended");
  }

  refuse(stream: Http2Stream, status: 400 | 408, reason: string): void {
    if (!this.#streams.has(stream.id)) return;
    if (status === 400) {
      this.#resetFor(stream.id, errorCode.protocolError, reason);
      return;
    }
    this.#owner.host.refused(this.#owner.edge, { status, reason });
    const code = stream.refuse(refusalResponse(status)) ? errorCode.noError : errorCode.cancel;
    this.reset(stream, code);
  }

  #beginBlock(flags: number, streamId: number, payload: Buffer): void {
    if (streamId % 2 === 0) {
      this.#protocol("HEADERS on a stream that is not the client's (RFC 9113 §5.1.1)");
      return;
    }
    const block = beginFieldBlock(flags, streamId, payload);
    if (!(block instanceof FieldBlock)) this.fault(block);
    else if (block.isComplete) this.#take(block);
    else {
      this.#block = block;
      this.#blockDeadline.set(this.waits.head);
    }
  }

  #continue(flags: number, streamId: number, payload: Buffer): void {
    const block = this.#block;
    if (block?.streamId !== streamId) {
      this.#protocol("CONTINUATION without HEADERS (RFC 9113 §6.10)");
      return;
    }
    const problem = block.add(payload, flags);
    if (problem) this.fault(problem);
    else if (block.isComplete) {
      this.#block = undefined;
      this.#blockDeadline.clear();
      this.#take(block);
    }
  }

  /** A block is decoded whatever becomes of it: the table must not fall behind. */
  #take(block: FieldBlock): void {
    const fields = this.#decoder.decode(block.bytes, http2Limits.headerListBytes);
    const stream = this.#streams.get(block.streamId);
    if (!fields)
      this.fault({ code: errorCode.compressionError, reason: "undecodable field block (RFC 9113 §4.3)" });
    else if (this.#isIdleId(block.streamId)) this.#open(block, fields);
    else if (!stream || stream.hasClientEnded) this.#afterEnd(block.streamId, stream, true);
    else this.#takeTrailers(stream, block, fields);
  }

  #takeTrailers(stream: Http2Stream, { endsStream }: FieldBlock, { names, values }: DecodedFields): void {
    // RFC 9110 §6.5.1: checked and dropped, as the trailers of HTTP/1.1 are.
    const problem = endsStream
      ? names.map((name, index) => fieldProblem(name, values[index]!)).find((text) => text !== undefined)
      : "a second field section that is no trailer (RFC 9113 §8.1)";
    if (problem === undefined) stream.clientEnded();
    else this.#resetFor(stream.id, errorCode.protocolError, problem);
  }

  #open(block: FieldBlock, fields: DecodedFields): void {
    const { streamId } = block;
    this.#highestId = streamId;
    // RFC 9113 §6.8: the client knows from our GOAWAY that it may ask elsewhere.
    if (!this.takesNew) {
      this.#closed.add(streamId, "reset");
      return;
    }
    this.lastId = streamId;
    if (this.#streams.size >= http2Limits.streams) {
      this.#resetFor(streamId, errorCode.refusedStream, undefined);
      return;
    }
    this.#owner.notes.requestBegan();
    const head = this.#fields.read(fields);
    if (isMalformed(head)) this.#resetFor(streamId, errorCode.protocolError, head.malformed);
    else if (this.#streams.size > 0 && !this.#owner.host.beganBeside(this.#owner.edge.peer))
      this.#resetFor(streamId, errorCode.refusedStream, undefined);
    else this.#begin(block, head);
  }

  #begin({ streamId, endsStream, priority }: FieldBlock, head: Http2Head | Refusal): void {
    const stream = new Http2Stream(streamId, this.outflow.streamWindow, this);
    if (this.#streams.size === 0) this.#owner.busy(true);
    this.#streams.set(streamId, stream);
    this.control.worked();
    if (isRefusal(head)) {
      stream.reply.write(refusalResponse(head.status));
      stream.reply.end();
      if (endsStream) stream.clientEnded();
      this.#owner.host.refused(this.#owner.edge, head);
      this.#spendReset();
    } else this.#serve(stream, head, endsStream, priority);
  }

  #serve(
    stream: Http2Stream,
    { head, pseudoOrder }: Http2Head,
    endsStream: boolean,
    priority: string | undefined,
  ): void {
    const { edge, host } = this.#owner;
    stream.announced = head.contentLength;
    if (endsStream) {
      stream.clientEnded();
      if (!stream.hasClientEnded) return;
    } else if (head.contentLength !== 0) {
      const framing = head.contentLength === undefined ? "chunked" : "length";
      stream.body = new IncomingBody(framing, head.contentLength, stream);
      stream.owesContinue = head.expectsContinue;
    }
    edge.requests++;
    const client = clientAddress(edge.peer, head.lowerNames, head.values, host.trusted);
    const { body = emptyBody, reply } = stream;
    const http2 = { pseudoOrder, priority };
    host.serve(
      new EdgeRequest(head, { client, connection: edge, body, reply, receivedAt: Date.now(), http2 }),
    );
  }

  #dataFor(streamId: number, length: number, flags: number): void {
    const stream = this.#streams.get(streamId);
    if (!stream || stream.hasClientEnded) {
      this.#afterEnd(streamId, stream, false);
      return;
    }
    stream.window -= length;
    if (stream.window < 0) {
      this.#resetFor(
        streamId,
        errorCode.flowControlError,
        "DATA beyond the stream's window (RFC 9113 §6.9.1)",
      );
      return;
    }
    this.#dataStream = stream;
    if (length > 0) this.control.worked(1);
    else if ((flags & frameFlag.endStream) === 0) this.control.idled();
  }

  /** HEADERS or DATA of a stream that the client has ended, or that is closed (RFC 9113 §5.1). */
  #afterEnd(streamId: number, stream: Http2Stream | undefined, isHead: boolean): void {
    const end = this.#closed.find(streamId);
    if (end === "reset") {
      // What was under way when the stream was reset; more than that is a flood.
      this.control.idled();
      return;
    }
    if (stream || (end === "ended" && !isHead)) {
      this.#resetFor(streamId, errorCode.streamClosed, "a frame after END_STREAM (RFC 9113 §5.1)");
    } else if (end === "ended")
      this.fault({ code: errorCode.streamClosed, reason: "HEADERS on a closed stream (RFC 9113 §5.1)" });
    else if (isHead) this.#protocol("HEADERS on an old stream (RFC 9113 §5.1.1)");
    else this.#resetFor(streamId, errorCode.streamClosed, undefined);
  }

  #clientReset(streamId: number, payload: Buffer): void {
    if (payload.length !== 4)
      this.fault({ code: errorCode.frameSizeError, reason: "RST_STREAM of a wrong size (RFC 9113 §6.4)" });
    else if (this.#isIdleId(streamId)) this.#protocol("RST_STREAM on an idle stream (RFC 9113 §6.4)");
    else {
      const stream = this.#streams.get(streamId);
      if (stream) {
        this.#cut(stream);
        this.#spendReset();
      } else this.control.idled();
    }
  }

  #raiseStream(streamId: number, payload: Buffer): void {
    const increment = payload.length === 4 ? payload.readUInt32BE(0) & 0x7fff_ffff : -1;
    const stream = this.#streams.get(streamId);
    if (increment < 0)
      this.fault({ code: errorCode.frameSizeError, reason: "WINDOW_UPDATE of a wrong size (RFC 9113 §6.9)" });
    else if (this.#isIdleId(streamId)) this.#protocol("WINDOW_UPDATE on an idle stream (RFC 9113 §5.1)");
    else if (!stream) this.control.idled();
    else if (increment === 0)
      this.#resetFor(streamId, errorCode.protocolError, "a WINDOW_UPDATE of nothing (RFC 9113 §6.9)");
    else if (!this.outflow.raiseStream(stream.queue, increment))
      this.#resetFor(streamId, errorCode.flowControlError, "a window too large (RFC 9113 §6.9.1)");
    else this.outflow.pump();
    this.control.updated();
  }

  /** Resets a stream by the client's own doing, which it may do only so often (CVE-2023-44487 and its kin). */
  #resetFor(streamId: number, code: ErrorCode, reason: string | undefined): void {
    if (reason !== undefined) this.#owner.host.refused(this.#owner.edge, bad(reason));
    const stream = this.#streams.get(streamId);
    if (stream) this.reset(stream, code);
    else {
      this.#writer.word(frameType.rstStream, streamId, code);
      this.#closed.add(streamId, "reset");
    }
    this.#spendReset();
  }

  #spendReset(): void {
    if (this.#resets.spend()) return;
    const reason = "too many streams that come to nothing (RFC 9113 §10.5)";
    this.fault({ code: errorCode.enhanceYourCalm, reason });
  }

  /** The stream is over at once; nothing more is sent on it. */
  #cut(stream: Http2Stream): void {
    this.#remove(stream, "reset");
    this.outflow.forget(stream.queue);
    stream.cut();
  }

  #remove(stream: Http2Stream, end: StreamEnd): void {
    if (!this.#streams.delete(stream.id)) return;
    this.#closed.add(stream.id, end);
    const held = stream.takeHeldCredit();
    if (held > 0) this.#inflow.credit(held);
    if (this.#streams.size === 0) this.#owner.busy(false);
    else this.#owner.host.endedBeside(this.#owner.edge.peer);
  }

  /** Streams that the client has not opened. */
  #isIdleId(streamId: number): boolean {
    return streamId % 2 === 0 || streamId > this.#highestId;
  }

  #protocol(reason: string): void {
    this.fault({ code: errorCode.protocolError, reason });
  }
}
