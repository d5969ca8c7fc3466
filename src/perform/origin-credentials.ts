/** What a pool shows its origin and wants to see of it: authorities, a name, a client certificate, the lock's secret. */
import { createSecureContext } from "node:tls";
import type { UpstreamIr } from "../../dsl/index.ts";
import { KeptText } from "./kept-text.ts";

/** An origin's options as an app declares them. */
export type OriginOptions = UpstreamIr["origins"][number];

/** The part of Bun's TLS options that connecting uses. */
export interface ConnectTls {
  readonly serverName: string;
  readonly rejectUnauthorized: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Told of files that cannot be used, and of those that have changed. */
export interface CredentialNotes {
  problem(message: string): void;
  changed(message: string): void;
}

// RFC 9110 §5.5: what may stand in a field's value.
const fieldValue = /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/;

/** Reads them, and reads changed files anew; what was good stays in use until what replaces it is good, too. */
export class OriginCredentials {
  readonly #origin: OriginOptions;
  readonly #name: string;
  readonly #notes: CredentialNotes;
  readonly #ca: KeptText | undefined;
  readonly #certificate: KeptText | undefined;
  readonly #key: KeptText | undefined;
  readonly #lock: { readonly header: string; readonly secret: KeptText } | undefined;
  #tls: ConnectTls | undefined;
  /** The field that the lock adds to each request, CRLF included; empty without one. */
  lockLine = "";
  /** Why no connection can be made, if so. */
  tlsProblem: string | undefined;

  /** `name` is the address's own; files are named relative to `folder`. */
  constructor(
    origin: OriginOptions,
    lock: UpstreamIr["lock"],
    name: string,
    folder: string,
    notes: CredentialNotes,
  ) {
    const file = (path: string | undefined) =>
      path === undefined ? undefined : new KeptText({ from: "file", name: path }, folder);
    this.#origin = origin;
    this.#name = name;
    this.#notes = notes;
    this.#ca = file(origin.ca);
    this.#certificate = file(origin.certificate);
    this.#key = origin.key && new KeptText(origin.key, folder);
    this.#lock = lock && { header: lock.header, secret: new KeptText(lock.secret, folder) };
    this.#readTls();
    this.#readLock();
    if (origin.isInsecure) {
      notes.problem(`the certificate of ${origin.url} is not verified: whoever sits in between can read all`);
    }
  }

  /** The lock's field name in lower case. */
  get lockName(): string | undefined {
    return this.#lock?.header.toLowerCase();
  }

  /** How to connect; throws when the certificates cannot be used: an origin is never trusted for want of a file. */
  get tls(): ConnectTls {
    if (!this.#tls) throw new Error(this.tlsProblem ?? "the certificates cannot be used");
    return this.#tls;
  }

  /** Reads changed files; true when connections made so far were made with other certificates. */
  refresh(): boolean {
    if (this.#lock?.secret.refresh()) this.#readLock();
    const texts = [this.#ca, this.#certificate, this.#key];
    // Each is looked at: `some` would stop at the first that has changed.
    const changed = texts.filter((text) => text?.refresh());
    return changed.length > 0 && this.#readTls() && this.#changed("certificates");
  }

  #changed(what: string): true {
    this.#notes.changed(`the changed ${what} for ${this.#origin.url} are in use`);
    return true;
  }

  #readTls(): boolean {
    const texts = [this.#ca, this.#certificate, this.#key];
    try {
      for (const text of texts) if (text?.text === undefined && text?.problem) throw new Error(text.problem);
      const [ca, cert, key] = texts.map((text) => text?.text);
      const given = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
      // A pair that does not fit together, or no certificate at all: told here and not at the next connection.
      if (ca !== undefined || cert !== undefined) createSecureContext(given);
      this.#tls = {
        serverName: this.#origin.sni ?? this.#name,
        rejectUnauthorized: !this.#origin.isInsecure,
        ...given,
      };
      this.tlsProblem = undefined;
      return true;
    } catch (error) {
      this.tlsProblem = error instanceof Error ? error.message : String(error);
      const stays = this.#tls ? "the old ones stay" : "no connection can be made";
      this.#notes.problem(
        `the certificates for ${this.#origin.url} cannot be used, ${stays}: ${this.tlsProblem}`,
      );
      return false;
    }
  }

  #readLock(): void {
    const lock = this.#lock;
    if (!lock) return;
    const secret = lock.secret.text?.trim();
    if (secret !== undefined && fieldValue.test(secret)) {
      const line = `${lock.header}: ${secret}\r\n`;
      if (this.lockLine !== "" && this.lockLine !== line) this.#changed("lock");
      this.lockLine = line;
      return;
    }
    const reason = secret === undefined ? lock.secret.problem : "it cannot stand in a header";
    this.#notes.problem(`the secret of the lock for ${this.#origin.url} cannot be used: ${reason}`);
  }
}
