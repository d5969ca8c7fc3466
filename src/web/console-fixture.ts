/** A console over a real store in a temporary folder, for this folder's tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Elysia } from "elysia";
import type { PolicySummary, SafetyState } from "../../dsl/index.ts";
import type { EnforcementSwitch } from "../store/enforcement-switch.ts";
import { type EventRow, eventIdsPerMs } from "../store/event-row.ts";
import { openStore, type Store } from "../store/open-store.ts";
import { consoleApp } from "./console-app.ts";
import type { ConsoleOptions } from "./console-call.ts";
import type { ConsoleContext, PolicyStatus } from "./console-context.ts";

/** The fixture's one user. */
export const fixtureUser = { name: "ana", password: "correct horse battery staple" };

/** A policy of the fixture's live set. */
export const fixturePolicy: PolicySummary = {
  name: "bad_infra_login",
  target: "tagged auth",
  mode: "enforce",
  priority: 900,
  adapt: undefined,
  effects: "block, label ato",
  owner: "fraud",
  reason: "Sign-ins from rented servers",
  file: "ato.policy",
  line: 3,
  source:
    'policy bad_infra_login on tagged auth {\n  when { ip.asn in bad_asn }  # see lists\n  then { block label "ato" }\n}',
};

/** The status of a folder that compiles. */
export const fixtureStatus: PolicyStatus = {
  live: {
    hash: "f00dfeedf00dfeedf00dfeedf00dfeed",
    policies: [fixturePolicy],
    apps: [
      {
        name: "shop",
        hosts: ["shop.example"],
        tags: ["retail"],
        origin: [],
        weights: [],
        failsClosed: false,
        routes: [{ name: "login", method: "POST", path: "/login", tags: ["auth"] }],
      },
    ],
  },
  revision: 1,
  files: [{ name: "ato.policy", text: `# Account takeover\n\n${fixturePolicy.source}\n` }],
  liveSince: Date.now() - 60_000,
  diagnostics: [],
  diagnosedFiles: [],
  isBroken: false,
};

/** An ordinary event `secondsAgo` with the given differences. */
export function fixtureEvent(secondsAgo: number, differences: Partial<EventRow> = {}): EventRow {
  return {
    id: Math.floor(Date.now() - secondsAgo * 1000) * eventIdsPerMs,
    durationUs: 1834,
    app: "shop",
    route: "login",
    method: "POST",
    host: "shop.example",
    path: "/login",
    status: 200,
    decision: "forward",
    decider: undefined,
    revision: 1,
    ip: "203.0.113.77",
    asn: 64_500,
    asName: "Example Net",
    country: "DE",
    networkClass: "isp",
    skeleton: "s1:0123456789abcdef",
    shape: undefined,
    stack: "t1:89abcdef01234567",
    ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
    headerVector: undefined,
    stackVector: undefined,
    shapeVector: undefined,
    userAgent: "Mozilla/5.0",
    accountHash: undefined,
    outcome: undefined,
    bytesIn: 300,
    bytesOut: 5000,
    receipt: undefined,
    ...differences,
  };
}

/** A running console and what tests reach into. */
export interface ConsoleFixture {
  readonly app: Elysia;
  readonly store: Store;
  /** What the context answers from now on. */
  readonly state: {
    status: PolicyStatus;
    recent: EventRow[];
    isReady: boolean;
    switches: readonly EnforcementSwitch[];
    safety: readonly SafetyState[];
  };
  /** Sends a request with the console's own Host; `cookie` signs it in. */
  send(path: string, init?: RequestInit & { readonly cookie?: string }): Promise<Response>;
  /** Signs the fixture's user in and returns the Cookie field. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

/** Starts a console with the given events stored. */
export async function consoleFixture(
  events: readonly EventRow[] = [],
  { targets, ...options }: Partial<ConsoleOptions> & Pick<ConsoleContext, "targets"> = {},
): Promise<ConsoleFixture> {
  const dataDir = mkdtempSync(join(tmpdir(), "sallyport-console-"));
  const store = await openStore({ dataDir });
  const passwordHash = await Bun.password.hash(fixtureUser.password, {
    algorithm: "argon2id",
    memoryCost: 64,
    timeCost: 1,
  });
  await store.commands.saveUser({ name: fixtureUser.name, passwordHash });
  for (const event of events) store.events.append(event);
  await store.events.flush();

  const state: ConsoleFixture["state"] = {
    status: fixtureStatus,
    recent: [...events].reverse(),
    isReady: true,
    switches: [],
    safety: [],
  };
  const context: ConsoleContext = {
    store,
    version: "0.0.0-test",
    edgeUrl: "http://127.0.0.1:8080",
    startedAt: Date.now() - 90_000,
    enforcement: {
      switches: () => state.switches,
      refresh: async () => {
        state.switches = await store.reader.switches();
      },
      states: () => state.safety,
      frozen: () => [],
    },
    policyStatus: () => state.status,
    totals: () => ({ requests: events.length, stopped: 0, errors: 0, openConnections: 2, droppedEvents: 0 }),
    recentEvents: (limit) => state.recent.slice(0, limit),
    ...(targets && { targets }),
    isReady: () => state.isReady,
  };
  const app = consoleApp(context, options);

  const send: ConsoleFixture["send"] = async (path, { cookie, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("host")) headers.set("host", "127.0.0.1:9090");
    if (cookie !== undefined) headers.set("cookie", cookie);
    return app.handle(new Request(`http://127.0.0.1:9090${path}`, { ...init, headers, redirect: "manual" }));
  };
  return {
    app,
    store,
    state,
    send,
    async signIn() {
      const response = await send("/sign-in", { method: "POST", body: new URLSearchParams(fixtureUser) });
      return (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    },
    async close() {
      if (app.server !== null) await app.stop(true);
      await store.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
