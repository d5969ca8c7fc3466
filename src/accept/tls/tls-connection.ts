/** One TLS connection from its first byte: waits for the hello, chooses the certificate, hands on the secure side. */
import type { Socket } from "bun";
import { refusalResponse } from "../refusal-response.ts";
import { freshMs } from "../waits.ts";
import type { ClientHello } from "./client-hello.ts";
import { HelloArrival } from "./hello-arrival.ts";
import { type HelloProblem, HelloReader } from "./hello-reader.ts";
import type { ClientSocket, Secured, SocketOwner, TlsOptions, TlsRefusal } from "./tls-acceptor.ts";
import type { HandshakeEnd, RawSide, SecureSide, TlsEngine } from "./tls-engine.ts";

type State = "hello" | "handshake" | "secure" | "refused" | "closed";

/** Alert descriptions (RFC 8446 §6.2) for what is no usable hello. */
const alertOf: Readonly<Record<Exclude<HelloProblem, "plain_http">, number>> = {
  not_tls: 10,
  bad_record: 10,
  too_large: 22,
  bad_hello: 50,
  bad_extension: 50,
};

/** The state machine; it owns the raw socket's events all along and passes on those of the secure side. */
export class TlsConnection implements SocketOwner, SecureSide {
  readonly #raw: Socket<SocketOwner>;
  readonly #options: TlsOptions;
  readonly #engine: TlsEngine;
  readonly #secured: Secured;
  #deadline: number;
  #state: State = "hello";
  #reader: HelloReader | undefined = new HelloReader();
  #hello: ClientHello | undefined;
  #helloAt = 0;
  #helloClock = 0;
  #rawSide: RawSide | undefined;
  #owner: SocketOwner | undefined;

  constructor(raw: Socket<SocketOwner>, options: TlsOptions, engine: TlsEngine, secured: Secured) {
    this.#raw = raw;
    this.#options = options;
    this.#engine = engine;
    this.#secured = secured;
    this.#deadline = performance.now() + options.handshakeMs;
  }

  get isIdle(): boolean {
    return this.#state === "secure" && this.#owner?.isIdle === true;
  }

  received(chunk: Buffer): void {
    if (this.#state === "hello") this.#readHello(chunk);
    else this.#rawSide?.received(chunk);
  }

  drained(): void {
    this.#rawSide?.drained();
  }

  clientEnded(): void {
    if (this.#state === "hello") this.#refuse("no_hello");
    else this.#rawSide?.clientEnded();
  }

  closed(): void {
    this.#rawSide?.closed();
    this.secureClosed();
  }

  checkDeadlines(now: number): void {
    if (this.#state === "secure") this.#owner?.checkDeadlines(now);
    else if (now > this.#deadline) this.#timeOut();
  }

  drain(): void {
    if (this.#state === "secure") this.#owner?.drain();
    else this.#deadline = Math.min(this.#deadline, performance.now() + freshMs);
  }

  handshakeEnded(socket: ClientSocket, end: HandshakeEnd): void {
    if (this.#state !== "handshake") {
      socket.terminate();
      return;
    }
    if (!end.isDone) {
      // The library has sent its alert and closes the socket by itself.
      this.#refuse("handshake_failed", end.detail);
      return;
    }
    if (end.certificateProblem !== undefined && this.#options.clientCertificates === "required") {
      this.#refuse("client_certificate", end.certificateProblem);
      socket.end();
      return;
    }
    const hello = this.#hello!;
    this.#hello = undefined;
    this.#state = "secure";
    const arrival = new HelloArrival(hello, end, {
      helloAt: this.#helloAt,
      handshakeMs: performance.now() - this.#helloClock,
      isAuthorized: this.#options.clientCertificates !== undefined && end.certificateProblem === undefined,
    });
    this.#owner = this.#secured(socket, arrival);
  }

  secureReceived(chunk: Buffer): void {
    this.#owner?.received(chunk);
  }

  secureDrained(): void {
    this.#owner?.drained();
  }

  secureEnded(): void {
    if (this.#state === "handshake") this.#fail("handshake_failed", "the client ended");
    else this.#owner?.clientEnded();
  }

  secureClosed(): void {
    const state = this.#state;
    this.#state = "closed";
    this.#reader = undefined;
    this.#hello = undefined;
    if (state === "hello") this.#options.refused("no_hello");
    else if (state === "handshake") this.#options.refused("handshake_failed", "the client left");
    else if (state === "secure") this.#owner?.closed();
  }

  secureFailed(error: Error): void {
    if (this.#state === "handshake") this.#fail("handshake_failed", error.message);
    else {
      // A broken session is the peer's doing.
      if (!isSessionFault(error)) this.#options.defect(error);
      this.#terminate();
    }
  }

  #readHello(chunk: Buffer): void {
    const reader = this.#reader!;
    const reading = reader.push(chunk);
    if (reading === "incomplete") return;
    this.#reader = undefined;
    if (typeof reading === "string") {
      this.#answerProblem(reading);
      return;
    }
    this.#hello = reading;
    this.#helloAt = Date.now();
    this.#helloClock = performance.now();
    this.#state = "handshake";
    const certificate = this.#options.certificates.find(reading.serverName);
    this.#rawSide = this.#engine.start(this.#raw, certificate, reader.received, this, this.#options);
  }

  /** Says in the client's own protocol that it is not understood. */
  #answerProblem(problem: HelloProblem): void {
    const answer =
      problem === "plain_http" ? refusalResponse(400) : Buffer.from([21, 3, 1, 0, 2, 2, alertOf[problem]]);
    this.#raw.write(answer);
    this.#refuse(problem);
  }

  #timeOut(): void {
    if (this.#state === "hello") this.#fail("hello_timeout");
    else if (this.#state === "handshake") this.#fail("handshake_timeout");
    else this.#terminate();
  }

  /** Refuses and closes in good order. */
  #refuse(reason: TlsRefusal, detail?: string): void {
    const isUntouched = this.#state === "hello";
    this.#state = "refused";
    this.#options.refused(reason, detail);
    if (isUntouched) this.#raw.end();
  }

  /** Refuses and cuts. */
  #fail(reason: TlsRefusal, detail?: string): void {
    this.#state = "refused";
    this.#options.refused(reason, detail);
    this.#terminate();
  }

  #terminate(): void {
    if (this.#rawSide) this.#rawSide.terminate();
    else this.#raw.terminate();
  }
}

/** BoringSSL's own errors and the kernel's, as Bun marks them. */
function isSessionFault(error: Error): boolean {
  const code = "code" in error ? String(error.code) : "";
  return (
    /^(ERR_SSL_|ERR_TLS_|ECONNRESET$|EPIPE$|ETIMEDOUT$)/.test(code) || error.message.includes("SSL routines")
  );
}
