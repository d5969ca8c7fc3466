/** A connection from a front that speaks the PROXY protocol: nothing of it is served before it said for whom. */
import type { IpAddress } from "./ip-address.ts";
import { ProxyHeaderReader } from "./proxy-protocol.ts";
import type { ClientSocket, SocketOwner } from "./tls/tls-acceptor.ts";
import { freshMs } from "./waits.ts";

/** What becomes of the connection. */
export interface ProxiedOptions {
  /** From connecting to the header's end, ms. */
  readonly headerMs: number;
  /** The header is read: gives the next owner; undefined if the connection is not wanted, which then is closed. */
  named(source: IpAddress | undefined): SocketOwner | undefined;
  /** There was no acceptable header; the connection is closed. */
  refused(reason: string): void;
}

/** Owns the socket's events all along and passes them on after the header. */
export class ProxiedConnection implements SocketOwner {
  readonly #socket: ClientSocket;
  readonly #options: ProxiedOptions;
  #deadline: number;
  #reader: ProxyHeaderReader | undefined = new ProxyHeaderReader();
  #owner: SocketOwner | undefined;

  constructor(socket: ClientSocket, options: ProxiedOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#deadline = performance.now() + options.headerMs;
  }

  get isIdle(): boolean {
    return this.#owner?.isIdle === true;
  }

  received(chunk: Buffer): void {
    if (this.#reader) this.#readHeader(this.#reader, chunk);
    else this.#owner?.received(chunk);
  }

  drained(): void {
    this.#owner?.drained();
  }

  clientEnded(): void {
    if (this.#owner) this.#owner.clientEnded();
    else this.#end();
  }

  closed(): void {
    this.#reader = undefined;
    this.#owner?.closed();
  }

  checkDeadlines(now: number): void {
    if (this.#owner) this.#owner.checkDeadlines(now);
    else if (this.#reader && now > this.#deadline) this.#refuse("the PROXY header did not arrive in time");
  }

  drain(): void {
    if (this.#owner) this.#owner.drain();
    else this.#deadline = Math.min(this.#deadline, performance.now() + freshMs);
  }

  #readHeader(reader: ProxyHeaderReader, chunk: Buffer): void {
    const reading = reader.push(chunk);
    if (reading === "incomplete") return;
    if ("problem" in reading) {
      this.#refuse(reading.problem);
      return;
    }
    this.#reader = undefined;
    this.#owner = this.#options.named(reading.source);
    if (!this.#owner) this.#cut();
    else if (reading.rest) this.#owner.received(reading.rest);
  }

  #end(): void {
    // Whoever connects and leaves is a health check.
    if (!this.#reader || this.#reader.isEmpty) this.#cut();
    else this.#refuse("the connection ended within the PROXY header");
  }

  #refuse(reason: string): void {
    this.#options.refused(reason);
    this.#cut();
  }

  #cut(): void {
    this.#reader = undefined;
    this.#socket.terminate();
  }
}
