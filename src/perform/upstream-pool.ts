/** Connections to one origin, kept alive and shared by all clients. */
import type { IpAddress } from "../accept/ip-address.ts";
import { OriginUnreachable, openConnection } from "./open-connection.ts";
import { authorityOf, type Origin } from "./origin-address.ts";
import type { OriginCredentials } from "./origin-credentials.ts";
import { OriginHealth } from "./origin-health.ts";
import { PoolShares } from "./pool-shares.ts";
import type { Upstream } from "./upstream.ts";
import type { ConnectionOwner, UpstreamConnection } from "./upstream-connection.ts";
import { type UpstreamWaits, usualWaits } from "./upstream-waits.ts";

/** Idle connections kept, and connections at once; beyond that a request is answered 503. */
const bounds = { idle: 256, total: 4_096 } as const;
const sweepMs = 1_000;
/** From this part of all connections in use on, no network may hold more than its share. */
const crowdedPart = 0.5;

/** What is special about an origin. */
interface PoolSettings {
  readonly credentials?: OriginCredentials;
  readonly waits?: UpstreamWaits;
  /** Connections at once, if not as many as usual. */
  readonly total?: number;
}

/** The pool of one origin. */
export class UpstreamPool implements ConnectionOwner, Upstream {
  readonly origin: Origin;
  /** The origin's own Host. */
  readonly authority: string;
  readonly health = new OriginHealth();
  readonly waits: UpstreamWaits;
  /** What the field lines for this origin depend on, beside the request. */
  readonly fieldsKey: string;
  readonly #credentials: OriginCredentials | undefined;
  readonly #idle: UpstreamConnection[] = [];
  readonly #all = new Set<UpstreamConnection>();
  readonly #sweep: Timer;
  /** For whom connections are being opened. */
  readonly #waiting = new Set<{ readonly client: IpAddress | undefined }>();
  readonly #total: number;
  /** Kept only while connections are scarce, so that usual requests do not pay for it. */
  #shares: PoolShares | undefined;
  #isRetired = false;

  constructor(origin: Origin, settings: PoolSettings = {}) {
    this.origin = origin;
    this.authority = authorityOf(origin);
    this.#credentials = settings.credentials;
    this.waits = settings.waits ?? usualWaits;
    this.#total = settings.total ?? bounds.total;
    this.fieldsKey = `${this.authority} ${this.lockName ?? ""}`;
    this.#sweep = setInterval(() => this.#sweepOnce(), sweepMs);
  }

  /** The field that shows this origin where the request comes from, CRLF included; often empty. */
  get lockLine(): string {
    return this.#credentials?.lockLine ?? "";
  }

  /** That field's name in lower case: clients must not send it. */
  get lockName(): string | undefined {
    return this.#credentials?.lockName;
  }

  /** Connections open now. */
  get open(): number {
    return this.#all.size;
  }

  get idle(): number {
    return this.#idle.length;
  }

  get connecting(): number {
    return this.#waiting.size;
  }

  /** True when no further connection may be opened. */
  get isFull(): boolean {
    return this.#all.size + this.#waiting.size >= this.#total;
  }

  /** False when connections are scarce and the client's network holds its share of them. */
  admits(client: IpAddress): boolean {
    if (!this.#isCrowded) return true;
    this.#shares ??= new PoolShares(this.#total, this.#holders());
    return this.#shares.admits(client);
  }

  get #isCrowded(): boolean {
    return this.#all.size - this.#idle.length + this.#waiting.size > this.#total * crowdedPart;
  }

  /** A connection begins to serve the client; until it is free or gone. */
  began(connection: UpstreamConnection, client: IpAddress): void {
    connection.client = client;
    this.#shares?.add(client);
  }

  choose(tried: readonly UpstreamPool[]): UpstreamPool | undefined {
    return tried.includes(this) ? undefined : this;
  }

  mayRetry(): boolean {
    return true;
  }

  /** The most recently used idle connection, if any. */
  takeIdle(): UpstreamConnection | undefined {
    for (;;) {
      const connection = this.#idle.pop();
      if (!connection?.isClosed) return connection;
    }
  }

  /** Opens a connection on behalf of a client; rejects with OriginUnreachable. */
  async connect(isHalfOpen = false, client?: IpAddress): Promise<UpstreamConnection> {
    const wait = { client };
    this.#waiting.add(wait);
    if (client) this.#shares?.add(client);
    try {
      const connection = await this.#open(isHalfOpen);
      this.health.connected();
      return connection;
    } catch (error) {
      this.health.refused(error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      this.#waiting.delete(wait);
      if (client) this.#shares?.remove(client);
    }
  }

  /** Opens a connection without taking notice of how that went: checks have their own rules. */
  async #open(isHalfOpen: boolean): Promise<UpstreamConnection> {
    const { origin, waits } = this;
    let tls: OriginCredentials["tls"] | undefined;
    try {
      tls = origin.scheme === "https" ? (this.#credentials?.tls ?? ownTls(origin)) : undefined;
    } catch (error) {
      throw new OriginUnreachable(error instanceof Error ? error.message : String(error));
    }
    const connection = await openConnection({ origin, tls, waits, owner: this, isHalfOpen });
    this.#all.add(connection);
    return connection;
  }

  /** Opens a connection for a check, which counts neither as a request's success nor as its failure. */
  connectForCheck(): Promise<UpstreamConnection> {
    return this.#open(false);
  }

  /** Takes no new requests: ends once those in flight are over. */
  retire(): void {
    this.#isRetired = true;
    this.#closeIdle();
    this.#endIfEmpty();
  }

  /** Closes everything. */
  close(): void {
    clearInterval(this.#sweep);
    for (const connection of this.#all) connection.close();
  }

  free(connection: UpstreamConnection): void {
    this.#leave(connection);
    if (this.#idle.length < bounds.idle && !this.#isRetired) this.#idle.push(connection);
    else connection.close();
  }

  gone(connection: UpstreamConnection): void {
    this.#leave(connection);
    this.#all.delete(connection);
    const index = this.#idle.indexOf(connection);
    if (index >= 0) this.#idle.splice(index, 1);
    this.#endIfEmpty();
  }

  #leave(connection: UpstreamConnection): void {
    const { client } = connection;
    if (!client) return;
    connection.client = undefined;
    this.#shares?.remove(client);
  }

  *#holders(): Iterable<IpAddress> {
    for (const { client } of this.#all) if (client) yield client;
    for (const { client } of this.#waiting) if (client) yield client;
  }

  #endIfEmpty(): void {
    if (this.#isRetired && this.#all.size === 0 && this.#waiting.size === 0) clearInterval(this.#sweep);
  }

  #sweepOnce(): void {
    // What was made with other certificates is not asked again.
    if (this.#credentials?.refresh()) this.#closeIdle();
    if (!this.#isCrowded) this.#shares = undefined;
    const now = performance.now();
    for (const connection of this.#all) connection.checkDeadline(now);
  }

  #closeIdle(): void {
    for (const connection of this.#idle.splice(0)) connection.close();
  }
}

function ownTls({ hostname }: Origin): OriginCredentials["tls"] {
  return { serverName: hostname, rejectUnauthorized: true };
}
