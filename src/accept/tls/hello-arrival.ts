/** What a connection's hello and handshake tell; prints cost 10 to 20 µs each and are made once, when asked for. */
import type { ClientHello } from "./client-hello.ts";
import { extensionOrder, ja4, ja4Stable } from "./ja4.ts";
import type { TlsArrival } from "./tls-acceptor.ts";
import type { Agreement } from "./tls-engine.ts";

/** Lives as long as its connection. */
export class HelloArrival implements TlsArrival {
  readonly sni: string | undefined;
  readonly alpnOffered: readonly string[];
  readonly alpn: string | undefined;
  readonly tlsVersion: string;
  readonly isResumed: boolean;
  readonly helloAt: number;
  readonly handshakeMs: number;
  readonly isAuthorized: boolean;
  readonly #hello: ClientHello;
  #ja4: string | undefined;
  #ja4Stable: string | undefined;
  #extensionOrder: string | undefined;

  constructor(
    hello: ClientHello,
    { alpn, tlsVersion, isResumed }: Pick<Agreement, "alpn" | "tlsVersion" | "isResumed">,
    { helloAt, handshakeMs, isAuthorized }: Pick<TlsArrival, "helloAt" | "handshakeMs" | "isAuthorized">,
  ) {
    this.#hello = hello;
    this.sni = hello.serverName;
    this.alpnOffered = hello.alpn;
    this.alpn = alpn;
    this.tlsVersion = tlsVersion;
    this.isResumed = isResumed;
    this.helloAt = helloAt;
    this.handshakeMs = handshakeMs;
    this.isAuthorized = isAuthorized;
  }

  get ja4(): string {
    this.#ja4 ??= ja4(this.#hello);
    return this.#ja4;
  }

  get ja4Stable(): string {
    this.#ja4Stable ??= ja4Stable(this.#hello);
    return this.#ja4Stable;
  }

  get extensionOrder(): string {
    this.#extensionOrder ??= extensionOrder(this.#hello);
    return this.#extensionOrder;
  }
}
