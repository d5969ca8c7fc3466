/** Frames as a client makes and reads them; shares no code with the edge but the field decoder. */
import { FieldDecoder } from "../../../src/accept/http2/field-decoder.ts";

/** RFC 9113 §3.4. */
export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** Types and flags by the names that tests use. */
export const type = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;
export const flag = { END_STREAM: 1, ACK: 1, END_HEADERS: 4, PADDED: 8, PRIORITY: 32 } as const;

/** Any frame. */
export function frame(
  kind: number,
  flags: number,
  streamId: number,
  payload: Uint8Array | string = "",
): Buffer {
  const body = Buffer.from(payload as string, "latin1");
  const head = Buffer.alloc(9);
  head.writeUIntBE(body.length, 0, 3);
  head[3] = kind;
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, body]);
}

/** Four bytes. */
export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** SETTINGS with these values. */
export function settings(...values: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = values.map(([id, value]) => {
    const bytes = Buffer.alloc(6);
    bytes.writeUInt16BE(id);
    bytes.writeUInt32BE(value, 2);
    return bytes;
  });
  return frame(type.SETTINGS, 0, 0, Buffer.concat(payload));
}

/** A list of fields, in order. */
export type FieldList = readonly (readonly [name: string, value: string])[];

/** A field block of literals without indexing; names and values are bytes as they stand (RFC 7541 §6.2.2). */
export function block(fields: FieldList): Buffer {
  return Buffer.concat(
    fields.map(([name, value]) => Buffer.concat([Buffer.from([0]), text(name), text(value)])),
  );
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  return Buffer.concat([length(bytes.length), bytes]);
}

function length(value: number): Buffer {
  if (value < 127) return Buffer.from([value]);
  const bytes = [127];
  let rest = value - 127;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** The pseudo-headers of a request. */
export function pseudo(method = "GET", path = "/", authority = "h2.example"): FieldList {
  return [
    [":method", method],
    [":authority", authority],
    [":scheme", "https"],
    [":path", path],
  ];
}

/** A request in one HEADERS frame, its stream ended unless a body follows. */
export function request(streamId: number, fields: FieldList = pseudo(), ends = true): Buffer {
  return frame(type.HEADERS, flag.END_HEADERS | (ends ? flag.END_STREAM : 0), streamId, block(fields));
}

/** A DATA frame. */
export function data(streamId: number, body: string | Uint8Array, ends = true): Buffer {
  return frame(type.DATA, ends ? flag.END_STREAM : 0, streamId, body);
}

/** A frame that was received. */
interface ReadFrame {
  readonly kind: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** Cuts what a server sent into frames; keeps an unfinished one. */
class FrameCutter {
  #rest: Buffer = Buffer.alloc(0);

  push(bytes: Uint8Array): ReadFrame[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const frames: ReadFrame[] = [];
    while (this.#rest.length >= 9 && this.#rest.length >= 9 + this.#rest.readUIntBE(0, 3)) {
      const end = 9 + this.#rest.readUIntBE(0, 3);
      const payload = Buffer.from(this.#rest.subarray(9, end));
      const [kind = 0, flags = 0] = this.#rest.subarray(3, 5);
      frames.push({ kind, flags, streamId: this.#rest.readUInt32BE(5), payload });
      this.#rest = this.#rest.subarray(end);
    }
    return frames;
  }
}

/** A server's frames as short lines: `HEADERS 1 200 content-length=4`, `DATA 1 / 0 end`, `RST_STREAM 1 8`, `GOAWAY 1 11`. */
export class Transcript {
  readonly #cutter = new FrameCutter();
  readonly #decoder = new FieldDecoder();
  readonly lines: string[] = [];

  push(bytes: Uint8Array): void {
    for (const read of this.#cutter.push(bytes)) this.lines.push(this.#line(read));
  }

  #line({ kind, flags, streamId, payload }: ReadFrame): string {
    const end = flags & flag.END_STREAM ? " end" : "";
    switch (kind) {
      case type.HEADERS: {
        const fields = this.#decoder.decode(payload, 100_000);
        if (!fields) return `HEADERS ${streamId} undecodable`;
        const others = fields.names
          .slice(1)
          .map((name, index) => ` ${name}=${fields.values[index + 1] ?? ""}`);
        return `HEADERS ${streamId} ${fields.values[0] ?? ""}${others.join("")}${end}`;
      }
      case type.DATA:
        return `DATA ${streamId} ${payload.toString("latin1")}${end}`;
      case type.RST_STREAM:
        return `RST_STREAM ${streamId} ${payload.readUInt32BE(0)}`;
      case type.GOAWAY:
        return `GOAWAY ${payload.readUInt32BE(0)} ${payload.readUInt32BE(4)}`;
      case type.SETTINGS:
        return flags & flag.ACK ? "SETTINGS ack" : "SETTINGS";
      case type.PING:
        return `PING${flags & flag.ACK ? " ack" : ""} ${payload.toString("latin1")}`;
      case type.WINDOW_UPDATE:
        return `WINDOW_UPDATE ${streamId} ${payload.readUInt32BE(0)}`;
      default:
        return `frame ${kind} ${streamId}`;
    }
  }
}
