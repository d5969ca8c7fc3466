/** `sallyport serve`: brings the parts up in order, says where everything is, and takes them down again. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import pino from "pino";
import { defaultLimits, type TurnedAwayReason } from "./accept/connection-room.ts";
import type { EdgeListener } from "./accept/edge-listener.ts";
import { type EdgeTlsOptions, listenEdge } from "./accept/edge-listener.ts";
import { Certificates } from "./accept/tls/certificates.ts";
import { RefusalTally } from "./accept/tls/refusal-tally.ts";
import type { TlsRefusal } from "./accept/tls/tls-acceptor.ts";
import { AppError, listenError } from "./app-error.ts";
import { claimData } from "./claim-data.ts";
import type { Config } from "./config.ts";
import { DeviceCookies } from "./describe/device-cookie.ts";
import { openEnforcement } from "./enforcement.ts";
import { type NetworkDirectory, openNetworkDirectory } from "./enrich/network-directory.ts";
import { FaultLog } from "./fault-log.ts";
import type { GaugeStore } from "./gauge/gauge-store.ts";
import { ActivePolicies, type LiveSet } from "./judge/active-policies.ts";
import { diagnosticsText } from "./judge/diagnostics-text.ts";
import type { LiveSafety } from "./judge/live-safety.ts";
import { PolicyFolder } from "./judge/policy-folder.ts";
import { shippedLists, writeShippedPolicies } from "./judge/shipped-policies.ts";
import type { SwitchBoard } from "./judge/switch-board.ts";
import { type Learning, openLearning } from "./learning.ts";
import { accountKey, type Ledger } from "./ledger.ts";
import { type Measures, openMeasures } from "./measures.ts";
import { demoToken, outbound } from "./outbound.ts";
import { OriginPools } from "./perform/origin-pools.ts";
import { edgeApp, Pipeline } from "./pipeline.ts";
import { EventClock } from "./record/event-clock.ts";
import type { OutcomeWatch } from "./record/outcome-watch.ts";
import { Recorder } from "./record/recorder.ts";
import type { UntaggedLogins } from "./record/untagged-logins.ts";
import type { DataOwner } from "./store/data-owner.ts";
import { openStore, type Store } from "./store/open-store.ts";
import type { Telling } from "./telling.ts";
import type { TlsConfig } from "./tls-config.ts";
import { setGeneratedPassword } from "./user.ts";
import { version } from "./version.ts";
import { watchOutcomes } from "./watch-outcomes.ts";
import { consoleApp } from "./web/console-app.ts";
import type { ConsoleContext } from "./web/console-context.ts";
import { urlOf, welcome } from "./welcome.ts";

/** What is spoken over TLS, by preference. */
const protocols = ["h2", "http/1.1"];
/** How long requests in flight may take when the process is asked to stop, ms. */
const graceMs = 10_000;

/** Starts the bundled shop; passed in by main, so that nothing else knows of it. */
export type StartDemo = (options: { database: string; internalToken: string }) => Promise<{
  readonly url: string;
  stop(): Promise<void>;
}>;

const log = pino({ base: null }, pino.destination({ fd: 2, sync: true }));

/** Runs until SIGTERM or SIGINT. Rejects with AppError when something cannot be brought up. */
export async function serve(config: Config, startDemo: StartDemo): Promise<void> {
  // First of all, since a wrong file is the likeliest mistake.
  const tls = config.tls && openTls(config.tls);
  const store = await openStore({ dataDir: config.dataDir, retentionDays: config.retentionDays });
  const policiesDir = policiesFolder(config);
  const networks = await openNetworks(config, new PolicyFolder(policiesDir));
  const owner = claimData(config, log);
  const measures = await openState(config, store, owner);
  let origins: OriginPools | undefined;
  const { board, safety } = openEnforcement(store, log);
  const policies = await openPolicies(policiesDir, store, measures.gauges, safety, ({ set }) =>
    origins?.use(set.apps),
  );
  const demo = config.runsDemo ? await startDemo(demoOptions(config, store)) : undefined;
  origins = openOrigins(config.origin ?? demo?.url, policiesDir, policies);
  const fault = faultTaker();
  const learning = openLearning(store, policySalt(store), fault);
  const { telling, ledger } = outbound({ config, store, measures, policies, policiesDir, fault }, demo?.url);
  const recorder = new Recorder(store.events, accountKey(store.boot), ledger.risks);
  const outcomes = watchOutcomes(store, log);
  const pipeline = new Pipeline({
    policies,
    networks,
    origins,
    recorder,
    clock: new EventClock(),
    trusted: config.trusted,
    learning,
    teller: telling.requests,
    ledger,
    sessions: measures.sessions,
    outcomes,
    devices: new DeviceCookies([store.boot.secret("device-cookie-key", 32)]),
    fault,
  });
  const edge = openEdge(config, tls?.options, pipeline, fault);
  const edgeUrl = urlOf({ hostname: config.listen.hostname, port: edge.port });
  let isStopping = false;
  const context = consoleContext({
    store,
    policies,
    board,
    book: learning.book,
    recorder,
    edge,
    edgeUrl,
    untagged: pipeline.untagged,
    outcomes,
    telling,
    ledger,
    origins,
    isReady: () => !isStopping && store.health().isHealthy,
  });
  const admin = listenConsole(context, config);
  const password = store.boot.hasUsers() ? undefined : await setGeneratedPassword(store, "admin");
  const stopped = stopSignal();
  const tlsUrl =
    config.tls && urlOf({ hostname: config.tls.hostname, port: edge.tlsPort ?? config.tls.port }, "https");
  console.log(welcome({ config, edgeUrl, tlsUrl, adminUrl: urlOf(admin), policiesDir, policies, password }));
  await stopped;
  isStopping = true;
  await takeDown(config.reusePort, admin, edge, async () => {
    for (const part of [tls, policies, board, learning.learner]) part?.close();
    for (const part of [ledger, telling, measures]) await part.close();
  });
  origins.close();
  await demo?.stop();
  await store.close();
  owner.release();
  process.exit(0);
}

function openState({ dataDir }: Config, store: Store, owner: DataOwner): Promise<Measures> {
  return openMeasures({
    dataDir,
    isLatest: () => owner.isLatest(),
    seed: store.boot.secret("gauge-seed", 8),
    sessionKey: store.boot.secret("session-key", 32),
    problem: (message, error) => log.error({ err: error }, message),
  });
}

function faultTaker(): (error: unknown) => void {
  const faults = new FaultLog((error, suppressed) =>
    log.error({ err: error, suppressed }, "fault while handling a request: it was let through"),
  );
  return (error) => faults.add(error);
}

/** Lets requests in flight end, then what they are written to; the console answers until then. */
async function takeDown(
  isTakenOver: boolean,
  admin: RunningConsole,
  edge: EdgeListener,
  closeParts: () => Promise<void>,
): Promise<void> {
  log.info("stopping: requests in flight are finished first");
  // The process that takes over answers on the console's port too, and is asked alone from now on.
  if (isTakenOver) await admin.stop();
  await edge.drain(graceMs);
  await closeParts();
  if (!isTakenOver) await admin.stop();
}

function openNetworks({ dataDir, mmdb }: Config, folder: PolicyFolder): Promise<NetworkDirectory> {
  return openNetworkDirectory({
    dataDir,
    ...(mmdb === undefined ? {} : { mmdb }),
    lists: {
      hosting: folder.read("lists/hosting.txt") ?? shippedLists.hosting,
      bulletproof: folder.read("lists/bulletproof.txt") ?? shippedLists.bulletproof,
    },
  });
}

function openOrigins(
  defaultOrigin: string | undefined,
  folder: string,
  policies: ActivePolicies,
): OriginPools {
  const notes = {
    problem: (message: string) => log.error(message),
    changed: (message: string) => log.info(message),
  };
  const origins = new OriginPools(defaultOrigin, { folder, notes });
  origins.use(policies.live.set.apps);
  return origins;
}

function openEdge(
  { listen, trusted, proxied, maxConnectionsPerAddress, reusePort }: Config,
  tls: EdgeTlsOptions | undefined,
  pipeline: Pipeline,
  fault: (error: unknown) => void,
): EdgeListener {
  const app = edgeApp(pipeline);
  const turnedAway = new RefusalTally<TurnedAwayReason>((summary) =>
    log.warn(summary, "connections were turned away: there are too many"),
  );
  return listenEdge({
    ...listen,
    ...(tls && { tls }),
    trusted,
    proxied,
    limits: { ...defaultLimits, perAddress: maxConnectionsPerAddress },
    reusePort,
    serve: (request) => void app.fetch(request as unknown as Request),
    refused: (connection, refusal) => pipeline.refused(connection, refusal),
    turnedAway: (reason, peer) => turnedAway.add(reason, `latest from ${peer.text}`),
    fault,
  });
}

/** Opens the certificates; throws AppError `bad_option` naming the file that cannot be used. */
function openTls({ files, clientCertificates, ...where }: TlsConfig): {
  options: EdgeTlsOptions;
  close(): void;
} {
  const certificates = new Certificates({
    files,
    ...(clientCertificates && { clientCertificates }),
    onProblem: (message) => log.error(`a changed certificate is not used, the old one stays: ${message}`),
    onReload: (names) => log.info({ names }, "a changed certificate is in use"),
    onExpiry: (message) => log.warn(message),
  });
  const refusals = new RefusalTally<TlsRefusal>((summary) =>
    log.warn(summary, "TLS connections were refused"),
  );
  return {
    options: {
      ...where,
      certificates,
      alpn: protocols,
      clientCertificates: clientCertificates && (clientCertificates.isRequired ? "required" : "optional"),
      // Whoever connects and leaves may be a health check.
      refused: (reason, detail) => void (reason === "no_hello" || refusals.add(reason, detail)),
    },
    close: () => {
      certificates.close();
      refusals.close();
    },
  };
}

function policiesFolder(config: Config): string {
  if (config.policiesDir !== undefined) {
    if (!existsSync(config.policiesDir)) {
      throw new AppError("policies_unreadable", `there is no policies folder at ${config.policiesDir}`);
    }
    return config.policiesDir;
  }
  if (existsSync("policies/shop.policy")) return "policies";
  const folder = join(config.dataDir, "policies");
  writeShippedPolicies(folder);
  return folder;
}

function openPolicies(
  folder: string,
  store: Store,
  gauges: GaugeStore,
  safety: LiveSafety,
  wentLive: (live: LiveSet) => void,
): Promise<ActivePolicies> {
  return ActivePolicies.open({
    folder,
    store,
    gauges,
    safety,
    salt: policySalt(store),
    changed: (report, live) => {
      wentLive(live);
      const text = diagnosticsText(report.diagnostics, report.files, false);
      if (report.isBroken) log.error(`policies do not compile; the last good set decides\n${text}`);
      else log.info({ revision: live.revision, policies: live.set.policies.length }, "new policies are live");
      if (!report.isBroken && text !== "") log.warn(text);
      const action = report.isBroken ? "policies.refused" : "policies.live";
      const detail = report.isBroken
        ? `${report.diagnostics.length} diagnostics`
        : `revision ${live.revision}`;
      store.commands
        .audit({ who: "policies folder", action, detail })
        .catch((error: unknown) => log.error(error));
    },
    failed: (error) =>
      log.error({ err: error }, "reading the policies folder failed; the last good set decides"),
  });
}

/** What rollouts and made-up values are drawn with. */
function policySalt(store: Store): string {
  return Buffer.from(store.boot.secret("policy-salt", 16)).toString("hex");
}

function demoOptions(config: Config, store: Store): { database: string; internalToken: string } {
  return { database: join(config.dataDir, "demo-shop.sqlite"), internalToken: demoToken(store) };
}

interface ContextParts {
  readonly store: Store;
  readonly policies: ActivePolicies;
  readonly board: SwitchBoard;
  readonly book: Learning["book"];
  readonly recorder: Recorder;
  readonly edge: EdgeListener;
  readonly edgeUrl: string;
  readonly untagged: UntaggedLogins;
  readonly outcomes: OutcomeWatch;
  readonly telling: Telling;
  readonly ledger: Ledger;
  readonly origins: OriginPools;
  readonly isReady: () => boolean;
}

function consoleContext({
  store,
  policies,
  board,
  book,
  recorder,
  edge,
  edgeUrl,
  untagged,
  outcomes,
  telling,
  ledger,
  origins,
  isReady,
}: ContextParts): ConsoleContext {
  return {
    store,
    version,
    edgeUrl,
    startedAt: Date.now(),
    policyStatus: () => {
      const { live, report } = policies;
      return {
        live: live.set,
        revision: live.revision,
        files: live.files,
        liveSince: live.since,
        diagnostics: report.diagnostics,
        diagnosedFiles: report.files,
        isBroken: report.isBroken,
      };
    },
    enforcement: {
      switches: () => board.switches,
      refresh: () => board.refresh(),
      states: () => policies.live.set.safety(Date.now()),
      frozen: () => policies.live.set.frozen(Date.now()),
    },
    totals: () => ({
      requests: recorder.requests,
      stopped: recorder.stopped,
      errors: recorder.errors,
      openConnections: edge.openConnections,
      droppedEvents: store.events.pressure().droppedEvents,
    }),
    recentEvents: (limit) => recorder.recent.newest(limit),
    untaggedLogins: () => untagged.list(),
    outcomes: () => outcomes.states(),
    learnedAnswer: (name) => book.find(name),
    targets: telling.targets,
    accounts: { hash: (name) => ledger.hash(name), refreshReleases: () => ledger.releases.refresh() },
    outboxChanged: () => telling.wake(),
    originsOf: (app) => origins.statesOf(app),
    isReady,
  };
}

interface RunningConsole {
  readonly hostname: string;
  readonly port: number;
  stop(): Promise<void>;
}

function listenConsole(context: ConsoleContext, { admin, adminUrl, reusePort }: Config): RunningConsole {
  try {
    const app = consoleApp(context, {
      extraHosts: adminUrl ? [adminUrl.hostname] : [],
      isHttps: adminUrl?.protocol === "https:",
      onFault: (fault) => log.error({ err: fault }, "the console failed to answer"),
    }).listen({
      hostname: admin.hostname,
      port: admin.port,
      // Elysia's default would share a taken port in silence.
      reusePort,
    });
    return {
      hostname: admin.hostname,
      port: app.server?.port ?? admin.port,
      stop: async () => {
        await app.stop(true);
      },
    };
  } catch (cause) {
    throw listenError(admin.hostname, admin.port, cause);
  }
}

function stopSignal(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  process.once("SIGTERM", () => resolve());
  process.once("SIGINT", () => resolve());
  return promise;
}
