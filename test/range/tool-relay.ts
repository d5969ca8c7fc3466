/** Stands between an attacker's tool and the edge: says for each connection where it comes from, and counts what the tool does. */
import { connect, createServer, type Socket } from "node:net";
import type { AttackTally, Pair } from "./attack-tally.ts";

/** A running relay. */
export interface ToolRelay {
  readonly port: number;
  stop(): void;
}

/** What it needs. */
export interface ToolRelayOptions {
  readonly toPort: number;
  /** The address of the connection with this number. */
  readonly addressOf: (connection: number) => string;
  /** Left out for a tool that speaks TLS or tells by itself how it fared. */
  readonly counts?: { readonly tally: AttackTally; readonly pairs: readonly Pair[] };
  readonly sent: (address: string, path: string) => void;
}

/** Starts it on a free port of loopback. Only plain HTTP can be counted. */
export async function startToolRelay(options: ToolRelayOptions): Promise<ToolRelay> {
  const { counts } = options;
  const valid = new Map(
    counts?.pairs.filter(({ isValid }) => isValid).map(({ email, password }) => [email, password]),
  );
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    const address = options.addressOf(connections++);
    const far = connect({ host: "127.0.0.1", port: options.toPort, noDelay: true });
    far.write(`PROXY TCP4 ${address} 198.51.100.1 40000 80\r\n`);
    const sent = (path: string) => options.sent(address, path);
    if (counts) {
      const reader = new LoginReader(counts.tally, valid, address, sent);
      near.on("data", (chunk: Buffer) => reader.asked(chunk));
      far.on("data", (chunk: Buffer) => reader.answered(chunk));
    } else sent("a connection");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(socket);
      socket.pipe(other);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        open.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    stop: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Follows sign-ins on one connection; tools wait for each answer before the next request. */
class LoginReader {
  readonly #tally: AttackTally;
  readonly #valid: ReadonlyMap<string, string>;
  readonly #address: string;
  readonly #sent: (path: string) => void;
  #request = "";
  #pending: readonly [email: string, password: string] | undefined;

  constructor(
    tally: AttackTally,
    valid: ReadonlyMap<string, string>,
    address: string,
    sent: (path: string) => void,
  ) {
    this.#tally = tally;
    this.#valid = valid;
    this.#address = address;
    this.#sent = sent;
  }

  asked(chunk: Buffer): void {
    this.#request = (this.#request + chunk.toString("latin1")).slice(-16_384);
    const headEnd = this.#request.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const head = this.#request.slice(0, headEnd);
    const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
    if (this.#request.length < headEnd + 4 + length) return;
    const body = this.#request.slice(headEnd + 4, headEnd + 4 + length);
    this.#request = "";
    const [, method, path = ""] = /^(\S+) (\S+)/.exec(head) ?? [];
    this.#sent(path);
    if (method !== "POST") return;
    this.#pending = credentialsIn(body);
    if (!this.#pending) return;
    this.#tally.attempted();
    const [email, password] = this.#pending;
    if (this.#valid.get(email) === password) this.#tally.reach(email);
  }

  answered(chunk: Buffer): void {
    const status = /^HTTP\/1\.[01] (\d{3})/.exec(chunk.subarray(0, 16).toString("latin1"))?.[1];
    if (status === undefined || !this.#pending) return;
    const [email, password] = this.#pending;
    this.#pending = undefined;
    if (["403", "429", "503"].includes(status)) this.#tally.stopped();
    else if ((status === "303" || status === "200") && this.#valid.get(email) === password) {
      this.#tally.signedIn(this.#address, email);
      this.#tally.learnt(email);
    }
  }
}

function credentialsIn(body: string): readonly [string, string] | undefined {
  if (body.startsWith("{")) {
    const [, email] = /"email": *"([^"]*)"/.exec(body) ?? [];
    const [, password] = /"password": *"([^"]*)"/.exec(body) ?? [];
    return email === undefined || password === undefined ? undefined : [email, password];
  }
  const form = new URLSearchParams(body);
  const [email, password] = [form.get("email"), form.get("password")];
  return email === null || password === null ? undefined : [email, password];
}
