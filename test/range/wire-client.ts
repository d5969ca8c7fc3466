/** One client's connection to the edge, behind the PROXY protocol: what it sends is exactly what its template says. */
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AnswerParser, type WireAnswer } from "./wire-answer.ts";

/** A request as its sender wrote it. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  /** In order and case; Host, Content-Length and Cookie come from here too. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: string;
}

const answerMs = 20_000;
const watchers = new Set<(request: WireRequest) => void>();

/** Shows every request that any client sends from now on; gives what ends it. */
export function watchRequests(watcher: (request: WireRequest) => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** Keeps one connection alive between requests and opens another when it was closed. */
export class WireClient {
  readonly #port: number;
  readonly #isTls: boolean;
  #address: string;
  #socket: Socket | undefined;
  #parser: AnswerParser | undefined;

  /** `address` is the client's IPv4 address as the front in front of Sallyport would say it; `port` is of HTTPS where `isTls`. */
  constructor(port: number, address: string, isTls = false) {
    this.#port = port;
    this.#address = address;
    this.#isTls = isTls;
  }

  get address(): string {
    return this.#address;
  }

  /** The next connection comes from somewhere else. */
  moveTo(address: string): void {
    this.close();
    this.#address = address;
  }

  /** Sends one request and gives its answer; undefined when the connection ended or nothing came for 20 s. */
  async send(request: WireRequest): Promise<WireAnswer | undefined> {
    for (const watch of watchers) watch(request);
    const isReused = this.#socket !== undefined;
    const answer = await this.#exchange(request);
    // A kept connection may have been closed meanwhile (RFC 9112 §9.3.1 allows that at any time).
    return answer === undefined && isReused ? this.#exchange(request) : answer;
  }

  close(): void {
    this.#socket?.destroy();
    this.#socket = undefined;
  }

  #exchange(request: WireRequest): Promise<WireAnswer | undefined> {
    const socket = this.#socket ?? this.#open();
    return new Promise((resolve) => {
      const finish = (answer: WireAnswer | undefined) => {
        clearTimeout(timer);
        socket.off("close", gone);
        if (answer === undefined || answer.closes) this.close();
        resolve(answer);
      };
      const gone = () => finish(undefined);
      const timer = setTimeout(gone, answerMs);
      socket.once("close", gone);
      this.#parser?.expect(request.method, finish);
      socket.write(bytesOf(request));
    });
  }

  #open(): Socket {
    const plain = connect({ host: "127.0.0.1", port: this.#port, noDelay: true });
    plain.write(`PROXY TCP4 ${this.#address} 198.51.100.1 40000 80\r\n`);
    // The certificate is the range's own, signed by nobody.
    const socket = this.#isTls
      ? connectTls({ socket: plain, servername: "shop.example", rejectUnauthorized: false })
      : plain;
    const parser = new AnswerParser();
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      if (this.#socket === socket) this.#socket = undefined;
    });
    socket.on("data", (chunk: Buffer) => parser.push(chunk));
    this.#socket = socket;
    this.#parser = parser;
    return socket;
  }
}

function bytesOf({ method, path, headers, body = "" }: WireRequest): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}
