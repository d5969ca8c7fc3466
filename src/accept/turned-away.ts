/** A connection for which there is no room: its first request is answered with 503, and nothing of it is read. */
import type { ClientSocket, SocketOwner } from "./tls/tls-acceptor.ts";

/** How long the request may take to come, and then the client to read the answer, ms. */
const waitMs = 1_000;
/** Bytes read into nothing, lest a reset destroy the answer (RFC 9112 §9.6). */
const readBytes = 65_536;

const body = "Too many connections. Please try again in a moment.\n";
const answer = Buffer.from(
  "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\nRetry-After: 5\r\n" +
    `Cache-Control: no-store\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  "latin1",
);

/** Owns the socket until it is gone; `gone` is told then. */
export class TurnedAway implements SocketOwner {
  readonly isIdle = false;
  readonly #socket: ClientSocket;
  readonly #gone: () => void;
  readonly #deadline = performance.now() + waitMs;
  #received = 0;

  constructor(socket: ClientSocket, gone: () => void) {
    this.#socket = socket;
    this.#gone = gone;
  }

  received(chunk: Buffer): void {
    if (this.#received === 0) {
      this.#socket.write(answer);
      this.#socket.shutdown();
    }
    this.#received += chunk.length;
    if (this.#received > readBytes) this.#socket.terminate();
  }

  drained(): void {}

  clientEnded(): void {
    this.#socket.end();
  }

  closed(): void {
    this.#gone();
  }

  checkDeadlines(now: number): void {
    if (now > this.#deadline) this.#socket.end();
  }

  drain(): void {
    this.#socket.end();
  }
}
