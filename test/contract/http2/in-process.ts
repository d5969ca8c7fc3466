/** An HTTP/2 connection without a network: bytes in as a test cuts them, frames out as lines. */
import type { ConnectionHost } from "../../../src/accept/client-connection.ts";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { Http2Connection } from "../../../src/accept/http2/http2-connection.ts";
import { ipv4FromWord } from "../../../src/accept/ip-address.ts";
import type { Refusal } from "../../../src/accept/refusal.ts";
import type { ClientSocket } from "../../../src/accept/tls/tls-acceptor.ts";
import { defaultWaits, type Waits } from "../../../src/accept/waits.ts";
import { answerTarget } from "./http2-edge.ts";
import { preface, settings, Transcript } from "./wire.ts";

/** A socket that takes as much as it is told to. */
class FakeSocket implements ClientSocket {
  readonly transcript = new Transcript();
  /** Bytes that it still takes. */
  room = Number.POSITIVE_INFINITY;
  isShut = false;
  isEnded = false;
  isTerminated = false;
  isPaused = false;
  writtenBytes = 0;

  write(bytes: Uint8Array, from = 0, length = bytes.length - from): number {
    const taken = Math.min(length, this.room);
    this.room -= taken;
    this.writtenBytes += taken;
    this.transcript.push(bytes.slice(from, from + taken));
    return taken;
  }
  shutdown(): void {
    this.isShut = true;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  end(): void {
    this.isEnded = true;
  }
  terminate(): void {
    this.isTerminated = true;
  }
}

/** The connection and what came of it. */
export class InProcess {
  readonly socket = new FakeSocket();
  readonly requests: EdgeRequest[] = [];
  readonly refusals: Refusal[] = [];
  isDraining = false;
  /** Requests beside others of the connection, and how many there may be. */
  besides = 0;
  mostBesides = Number.POSITIVE_INFINITY;
  readonly connection: Http2Connection;

  constructor(serve: (request: EdgeRequest) => void = answerTarget, waits: Partial<Waits> = {}) {
    const isDraining = () => this.isDraining;
    const host: ConnectionHost = {
      trusted: [],
      waits: { ...defaultWaits, ...waits },
      serve: (request) => {
        this.requests.push(request);
        serve(request);
      },
      refused: (_, refusal) => void this.refusals.push(refusal),
      beganBeside: () => this.besides < this.mostBesides && ++this.besides > 0,
      endedBeside: () => void this.besides--,
      get isDraining() {
        return isDraining();
      },
    };
    this.connection = new Http2Connection(1, ipv4FromWord(0x7f000001), undefined, this.socket, host);
  }

  /** Feeds pieces as a socket would: not while it is paused, nor after its end. */
  feed(pieces: readonly Uint8Array[]): this {
    for (const piece of pieces) {
      if (this.socket.isTerminated || this.socket.isEnded) break;
      this.connection.received(Buffer.from(piece));
    }
    return this;
  }

  /** Sends the preface and SETTINGS before anything else. */
  greet(...values: (readonly [id: number, value: number])[]): this {
    return this.feed([Buffer.concat([preface, settings(...values)])]);
  }

  /** Lines without the greetings, once everything of this turn was sent. */
  async lines(): Promise<string[]> {
    await new Promise((done) => setImmediate(done));
    await new Promise((done) => setImmediate(done));
    return this.socket.transcript.lines.filter(
      (line) => !line.startsWith("SETTINGS") && line !== "WINDOW_UPDATE 0 983041",
    );
  }
}
