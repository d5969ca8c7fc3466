/** The frames that concern a whole connection (RFC 9113 §6.3, §6.5, §6.7 to §6.9), and how many of them are too many. */
import { Budget } from "./budget.ts";
import type { FrameWriter } from "./frame-writer.ts";
import { type ConnectionFault, errorCode, frameFlag, frameType, initialWindow, settingId } from "./frames.ts";
import { type ArrivalNotes, settingProblem } from "./http2-arrival.ts";
import { http2Limits } from "./limits.ts";
import type { Outflow } from "./outflow.ts";

/** Whom control frames concern. */
export interface ControlOwner {
  fault(fault: ConnectionFault): void;
  /** Our ping was answered. */
  pinged(): void;
  /** The client asks no more on this connection. */
  clientLeaves(): void;
  /** Every stream's window changes by as much; false when one overflows. */
  changeWindows(change: number): boolean;
}

/** RFC 7541 §4.2, §6.3: our encoder uses no dynamic table, and says so once the client has set its size. */
const emptyTable = Buffer.from([0x20]);
const ourPing = Buffer.from("sallypor", "latin1");
/** Frames without content that one request or DATA frame explains. */
const idlePerRequest = 4;
const updatesPerFrame = 2;

/** Takes control frames; whatever is wrong with one ends the connection. */
export class ControlFrames {
  /** The client's first SETTINGS came. */
  isSettled = false;
  readonly #owner: ControlOwner;
  readonly #writer: FrameWriter;
  readonly #outflow: Outflow;
  readonly #notes: ArrivalNotes;
  readonly #idle = new Budget(http2Limits.idleFrames);
  readonly #updates = new Budget(http2Limits.windowUpdates);
  #owesTableUpdate = false;

  constructor(owner: ControlOwner, writer: FrameWriter, outflow: Outflow, notes: ArrivalNotes) {
    this.#owner = owner;
    this.#writer = writer;
    this.#outflow = outflow;
    this.#notes = notes;
  }

  /** The server's preface: our SETTINGS, and the connection's window (RFC 9113 §3.4). */
  greet(): void {
    const settings = [
      [settingId.maxConcurrentStreams, http2Limits.streams],
      [settingId.initialWindowSize, http2Limits.streamWindow],
      [settingId.maxHeaderListSize, http2Limits.headerListBytes],
    ] as const;
    const payload = Buffer.alloc(settings.length * 6);
    for (const [index, [id, value]] of settings.entries()) {
      payload.writeUInt16BE(id, index * 6);
      payload.writeUInt32BE(value, index * 6 + 2);
    }
    this.#writer.frame(frameType.settings, 0, 0, payload);
    this.#writer.word(frameType.windowUpdate, 0, http2Limits.connectionWindow - initialWindow);
  }

  /** Asks for a sign that the client has read everything before it. */
  ping(): void {
    this.#writer.frame(frameType.ping, 0, 0, ourPing);
  }

  /** What a field block must begin with, once. */
  takeTableUpdate(): Buffer | undefined {
    if (!this.#owesTableUpdate) return undefined;
    this.#owesTableUpdate = false;
    return emptyTable;
  }

  /** A frame that carries nothing: SETTINGS, PING, PRIORITY, unknown, empty DATA. */
  idled(): void {
    if (!this.#idle.spend()) this.#tooMany("frames without content");
  }

  /** A WINDOW_UPDATE. */
  updated(): void {
    if (!this.#updates.spend()) this.#tooMany("WINDOW_UPDATE frames");
  }

  /** The client sent a request, or data. */
  worked(frames = idlePerRequest): void {
    this.#idle.earn(frames);
  }

  /** We sent a DATA frame. */
  sentData(): void {
    this.#updates.earn(updatesPerFrame);
  }

  /** Takes a frame of any type that concerns no stream's content. */
  take(type: number, flags: number, streamId: number, payload: Buffer): void {
    switch (type) {
      case frameType.settings:
        this.#takeSettings(flags, streamId, payload);
        return;
      case frameType.ping:
        this.#takePing(flags, streamId, payload);
        return;
      case frameType.priority:
        if (streamId === 0) this.#protocol("PRIORITY without a stream (RFC 9113 §6.3)");
        else if (payload.length !== 5) this.#size("PRIORITY");
        else this.#notes.priority(streamId, payload);
        this.idled();
        return;
      case frameType.windowUpdate:
        this.#takeWindowUpdate(payload);
        return;
      case frameType.goaway:
        if (streamId !== 0) this.#protocol("GOAWAY on a stream (RFC 9113 §6.8)");
        else if (payload.length < 8) this.#size("GOAWAY");
        else this.#owner.clientLeaves();
        return;
      case frameType.pushPromise:
        this.#protocol("PUSH_PROMISE from a client (RFC 9113 §8.4)");
        return;
      default:
        // RFC 9113 §4.1: unknown types are ignored.
        this.idled();
    }
  }

  #takeSettings(flags: number, streamId: number, payload: Buffer): void {
    const isAck = (flags & frameFlag.ack) !== 0;
    if (streamId !== 0) this.#protocol("SETTINGS on a stream (RFC 9113 §6.5)");
    else if (payload.length % 6 !== 0 || (isAck && payload.length > 0)) this.#size("SETTINGS");
    else if (!isAck) {
      this.#applySettings(payload);
      this.#writer.frame(frameType.settings, frameFlag.ack, 0, noBytes);
    }
    this.idled();
  }

  #applySettings(payload: Buffer): void {
    for (let at = 0; at < payload.length; at += 6) {
      const id = payload.readUInt16BE(at);
      const value = payload.readUInt32BE(at + 2);
      const problem = settingProblem(id, value);
      if (problem) {
        const code = problem === "flow" ? errorCode.flowControlError : errorCode.protocolError;
        this.#owner.fault({ code, reason: "a setting out of bounds (RFC 9113 §6.5.2)" });
        return;
      }
      if (!this.isSettled) this.#notes.setting(id, value);
      if (id === settingId.headerTableSize) this.#owesTableUpdate = true;
      if (id === settingId.initialWindowSize) this.#changeWindows(value);
    }
    this.isSettled = true;
  }

  /** RFC 9113 §6.9.2: open streams' windows move along. */
  #changeWindows(value: number): void {
    const change = value - this.#outflow.streamWindow;
    this.#outflow.streamWindow = value;
    if (!this.#owner.changeWindows(change)) this.#overflow();
    this.#outflow.pump();
  }

  #takePing(flags: number, streamId: number, payload: Buffer): void {
    if (streamId !== 0) this.#protocol("PING on a stream (RFC 9113 §6.7)");
    else if (payload.length !== 8) this.#size("PING");
    else if ((flags & frameFlag.ack) === 0) this.#writer.frame(frameType.ping, frameFlag.ack, 0, payload);
    else if (payload.equals(ourPing)) this.#owner.pinged();
    this.idled();
  }

  #takeWindowUpdate(payload: Buffer): void {
    if (payload.length !== 4) {
      this.#size("WINDOW_UPDATE");
      return;
    }
    const increment = payload.readUInt32BE(0) & 0x7fff_ffff;
    this.#notes.raised(increment);
    if (increment === 0) this.#protocol("a WINDOW_UPDATE of nothing (RFC 9113 §6.9)");
    else if (!this.#outflow.raise(increment)) this.#overflow();
    this.updated();
  }

  #overflow(): void {
    this.#owner.fault({ code: errorCode.flowControlError, reason: "a window too large (RFC 9113 §6.9.1)" });
  }

  #protocol(reason: string): void {
    this.#owner.fault({ code: errorCode.protocolError, reason });
  }

  #size(name: string): void {
    this.#owner.fault({ code: errorCode.frameSizeError, reason: `${name} of a wrong size (RFC 9113 §4.2)` });
  }

  #tooMany(what: string): void {
    this.#owner.fault({ code: errorCode.enhanceYourCalm, reason: `too many ${what} (RFC 9113 §10.5)` });
  }
}

const noBytes = Buffer.alloc(0);
