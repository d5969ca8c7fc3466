/** Bytes both ways after an upgrade, with backpressure; each direction ends by itself, so that no last byte is lost. */
import type { ClientTunnel, TunnelEnd } from "../accept/tunnel.ts";
import type { OriginTunnel, UpstreamConnection } from "./upstream-connection.ts";

/** What went through. */
export interface TunnelResult {
  /** Bytes from the client. */
  readonly bytesIn: number;
  /** The origin's connection broke. */
  readonly failure: "closed" | undefined;
}

/** One tunnel, from the 101 to its end. */
export class Tunnel implements OriginTunnel, TunnelEnd {
  readonly #origin: UpstreamConnection;
  readonly #over: (result: TunnelResult) => void;
  #client: ClientTunnel | undefined;
  #bytesIn = 0;
  #hasClientEnded = false;
  #hasOriginEnded = false;
  #isOver = false;

  /** `over` is called once. */
  constructor(origin: UpstreamConnection, over: (result: TunnelResult) => void) {
    this.#origin = origin;
    this.#over = over;
  }

  /** Joins the client's side; called at once, before any byte goes through. */
  join(client: ClientTunnel): void {
    this.#client = client;
  }

  /** Bytes of the origin, for the client. */
  data(bytes: Buffer): boolean {
    return this.#client?.write(bytes) ?? true;
  }

  /** Bytes of the client, for the origin. */
  sent(bytes: Buffer): boolean {
    this.#bytesIn += bytes.length;
    this.#origin.progressed();
    return this.#origin.writer.write(bytes);
  }

  /** The origin has ended its direction. */
  ended(): void {
    this.#hasOriginEnded = true;
    this.#client?.end();
    this.#closeIfDone();
  }

  /** The client has ended its direction. */
  clientEnded(): void {
    this.#hasClientEnded = true;
    this.#origin.progressed();
    this.#origin.writer.onEnded = () => this.#closeIfDone();
    this.#origin.writer.end();
  }

  /** The origin can take more. */
  drained(): void {
    this.#origin.progressed();
    this.#client?.resume();
  }

  /** The client can take more. */
  clientDrained(): void {
    this.#origin.resume();
  }

  /** The origin's connection is gone: what it had sent before is still delivered, unless it broke off. */
  gone(reason: "closed" | "timeout"): void {
    // Once both directions have ended, Bun tells of the closing alone.
    const isBroken = !this.#hasOriginEnded && !this.#hasClientEnded && reason === "closed";
    // Before the client's side tells that it is over.
    this.#finish(isBroken ? "closed" : undefined);
    if (isBroken) this.#client?.abort();
    else this.#client?.finish();
  }

  /** The client's connection is gone. */
  clientGone(): void {
    // What it sent before its FIN still goes to the origin; the tunnel's silence bounds that.
    const isSending = this.#hasClientEnded && this.#origin.writer.queuedBytes > 0;
    this.#client = undefined;
    if (!isSending) this.#origin.close();
    else this.#hasOriginEnded = true;
    this.#origin.resume();
    this.#finish(undefined);
  }

  #closeIfDone(): void {
    if (!this.#hasClientEnded || !this.#hasOriginEnded || this.#origin.writer.queuedBytes > 0) return;
    this.#origin.close();
    this.#finish(undefined);
  }

  #finish(failure: TunnelResult["failure"]): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#over({ bytesIn: this.#bytesIn, failure });
  }
}
