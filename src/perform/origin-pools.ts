/** The origins of all apps: the apps' own, and the default for apps that name none. */
import type { AppSummary, UpstreamIr } from "../../dsl/index.ts";
import { AppError } from "../app-error.ts";
import { HealthCheck } from "./health-check.ts";
import { authorityOf, parseOrigin } from "./origin-address.ts";
import { type CredentialNotes, OriginCredentials, type OriginOptions } from "./origin-credentials.ts";
import { parseOriginFlag, plainOrigin } from "./origin-flag.ts";
import { type GroupMember, OriginGroup } from "./origin-group.ts";
import { UpstreamPool } from "./upstream-pool.ts";
import { usualWaits } from "./upstream-waits.ts";

/** The part of an app that tells where its requests go. */
export type OriginUser = Pick<AppSummary, "origin" | "weights" | "upstream" | "hosts">;

/** What pools need besides the apps. */
export interface OriginPoolsOptions {
  /** Gives 0 to 1. */
  readonly random?: () => number;
  /** What names of files are relative to. */
  readonly folder?: string;
  readonly notes?: CredentialNotes;
}

/** How an origin is, for the console. */
export interface OriginState {
  readonly url: string;
  readonly weight: number;
  /** `resting`: left alone for a while, for not being reachable or answering badly. */
  readonly state: "up" | "down" | "resting";
  readonly openConnections: number;
  readonly idleConnections: number;
  readonly lastProblem: { readonly text: string; readonly at: number } | undefined;
}

interface OpenPool {
  readonly pool: UpstreamPool;
  readonly check: HealthCheck | undefined;
}

const silent: CredentialNotes = { problem: () => undefined, changed: () => undefined };

/** Finds or makes the origins of an app. */
export class OriginPools {
  readonly #pools = new Map<string, OpenPool>();
  readonly #groups = new Map<OriginUser, OriginGroup>();
  readonly #default: OriginOptions | undefined;
  readonly #options: OriginPoolsOptions;

  /** `defaultOrigin`: where apps without an origin go, if anywhere, as `--origin` takes it; throws AppError `bad_option`. */
  constructor(defaultOrigin: string | undefined, options: OriginPoolsOptions = {}) {
    this.#default = defaultOrigin === undefined ? undefined : parseOriginFlag(defaultOrigin);
    this.#options = options;
  }

  /** The origins of an app; undefined when it has none and there is no default. */
  of(app: OriginUser): OriginGroup | undefined {
    return this.#groups.get(app) ?? this.#add(app);
  }

  /** Goes on with these apps: what no app uses any more ends once its requests are over. */
  use(apps: readonly OriginUser[]): void {
    const old = new Map(this.#pools);
    this.#groups.clear();
    const used = new Set(apps.flatMap((app) => this.#add(app)?.members.map(({ pool }) => pool) ?? []));
    for (const [key, { pool, check }] of old) {
      if (used.has(pool)) continue;
      this.#pools.delete(key);
      check?.stop();
      pool.retire();
    }
  }

  /** How an app's origins are. */
  statesOf(app: OriginUser): OriginState[] {
    return (this.of(app)?.members ?? []).map(({ pool, weight }) => ({
      url: urlOf(pool),
      weight,
      state: !pool.health.isUp ? "down" : pool.health.isResting ? "resting" : "up",
      openConnections: pool.open,
      idleConnections: pool.idle,
      lastProblem: pool.health.problem,
    }));
  }

  /** Closes every connection. */
  close(): void {
    for (const { pool, check } of this.#pools.values()) {
      check?.stop();
      pool.close();
    }
  }

  #add(app: OriginUser): OriginGroup | undefined {
    const upstream = upstreamOf(app);
    const origins = upstream.origins.length > 0 ? upstream.origins : this.#default ? [this.#default] : [];
    if (origins.length === 0) return undefined;
    const members = origins.map((origin): GroupMember => {
      return { pool: this.#pool(origin, upstream, app.hosts), weight: origin.weight };
    });
    const group = new OriginGroup(members, this.#options.random ?? Math.random);
    this.#groups.set(app, group);
    return group;
  }

  /** Apps that reach an origin in the same way share its connections. */
  #pool(options: OriginOptions, { lock, health, waits }: UpstreamIr, hosts: readonly string[]): UpstreamPool {
    const origin = parseOrigin(options.url);
    if (!origin) throw new AppError("bad_option", `\`${options.url}\` is no origin`);
    const host = hosts.find((name) => !name.startsWith("*")) ?? authorityOf(origin);
    const key = JSON.stringify([{ ...options, weight: 0 }, lock, waits, health && { ...health, host }]);
    const known = this.#pools.get(key);
    if (known) return known.pool;
    const { folder = ".", notes = silent } = this.#options;
    const credentials = new OriginCredentials(options, lock, origin.hostname, folder, notes);
    const pool = new UpstreamPool(origin, { credentials, waits: { ...usualWaits, ...waits } });
    this.#pools.set(key, { pool, check: health && new HealthCheck(pool, { ...health, host }) });
    return pool;
  }
}

function upstreamOf({ origin, weights, upstream }: OriginUser): UpstreamIr {
  if (upstream) return upstream;
  const origins = origin.map((url, index) => ({ ...plainOrigin(url), weight: weights[index] ?? 1 }));
  return { origins, lock: undefined, health: undefined, waits: {} };
}

function urlOf({ origin, authority }: UpstreamPool): string {
  return origin.unix === undefined ? `${origin.scheme}://${authority}` : `unix:${origin.unix}`;
}
