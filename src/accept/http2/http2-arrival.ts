/** What a client's HTTP/2 stack shows of itself before its first request: the same for everybody who runs it. */
import { settingId } from "./frames.ts";

/** As it was when the first request began. */
export interface Http2Arrival {
  /** SETTINGS as sent, in order: `1:65536;2:0;4:6291456`; at most 16, and "" for an empty frame. */
  readonly settings: string;
  /** By how much the connection's window was raised; 0 if it was not. */
  readonly windowUpdate: number;
  /** PRIORITY frames in order as `stream:exclusive:dependency:weight`, joined by commas; at most 16, "0" for none. */
  readonly priorities: string;
}

const most = 16;
/** Setting ids by which clients keep servers tolerant (0x0a0a, 0x1a1a…) come with random values. */
const isGrease = (id: number) => (id & 0x0f0f) === 0x0a0a;

/** Takes notes until the first request begins. */
export class ArrivalNotes implements Http2Arrival {
  settings = "";
  windowUpdate = 0;
  priorities = "0";
  #settingsSeen = 0;
  #prioritiesSeen = 0;
  #isDone = false;

  /** One setting of the client's first SETTINGS. */
  setting(id: number, value: number): void {
    if (this.#isDone || this.#settingsSeen++ >= most) return;
    const text = isGrease(id) ? "grease" : `${id}:${value}`;
    this.settings = this.settings === "" ? text : `${this.settings};${text}`;
  }

  raised(increment: number): void {
    if (!this.#isDone && this.windowUpdate === 0) this.windowUpdate = increment;
  }

  /** The payload of a PRIORITY frame (RFC 9113 §6.3). */
  priority(streamId: number, payload: Buffer): void {
    if (this.#isDone || this.#prioritiesSeen++ >= most) return;
    const word = payload.readUInt32BE(0);
    const text = `${streamId}:${word >>> 31}:${word & 0x7fff_ffff}:${payload[4]! + 1}`;
    this.priorities = this.priorities === "0" ? text : `${this.priorities},${text}`;
  }

  requestBegan(): void {
    this.#isDone = true;
  }
}

/** What a value of a setting is refused for (RFC 9113 §6.5.2). */
export function settingProblem(id: number, value: number): "protocol" | "flow" | undefined {
  switch (id) {
    case settingId.enablePush:
      return value > 1 ? "protocol" : undefined;
    case settingId.initialWindowSize:
      return value > 0x7fff_ffff ? "flow" : undefined;
    case settingId.maxFrameSize:
      return value < 16_384 || value > 16_777_215 ? "protocol" : undefined;
    default:
      return undefined;
  }
}
