/**
 * `bun run bench tell`: what 10,000 pending calls to five dead targets take of the proxy. Its throughput under full load,
 * in one process and in turns with and without a courier that tries them; and the part of its time that the serving
 * thread spends on them while nothing else happens. On Linux, which counts threads; needs wrk.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenEdge } from "../../src/accept/edge-listener.ts";
import { edgeApp } from "../../src/pipeline.ts";
import { openStore, type Store } from "../../src/store/open-store.ts";
import { Courier } from "../../src/tell/courier.ts";
import { TellSeal } from "../../src/tell/tell-seal.ts";
import { barePipeline } from "./bare-pipeline.ts";
import { median, printFigure, say } from "./figure.ts";
import { threadMicros } from "./thread-micros.ts";

const pending = 10_000;
const targets = 5;
const measuredMs = 10_000;
const mustPercent = 2;
/** Rounds of a second, each with one of the other kind beside it: a loaded machine slows both. */
const pairs = 20;
const settleMs = 400;

/** Runs it; prints figures. */
export async function benchTell(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "sallyport-bench-tell-"));
  const store = await openStore({ dataDir });
  // Two refuse, three take the connection and say nothing: the ways of being dead.
  const mute = createServer((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  const startCourier = courierTo(store, dataDir, (mute.address() as { port: number }).port);
  const idle = await idleShare(startCourier);
  await fillOutbox(store);
  const busy = await idleShare(startCourier);
  say(`idle ${idle.toFixed(3)} %, with pending calls ${busy.toFixed(3)} %`);
  const used = { value: Math.max(0, busy - idle), unit: "%", must: mustPercent, better: "lower" } as const;
  printFigure({ figure: "tell.serving_thread", ...used });
  await measureThroughput(startCourier);
  const { counts } = await store.reader.outbox(undefined, 1);
  say(`pending at the end: ${counts.pending}`);
  mute.close();
  await store.close();
  await rm(dataDir, { recursive: true });
}

type StartCourier = () => Courier;

function courierTo(store: Store, folder: string, mutePort: number): StartCourier {
  const messaging = {
    webhooks: Array.from({ length: targets }, (_, n) => ({
      name: `dead${n}`,
      method: "POST" as const,
      url: n < 2 ? "http://127.0.0.1:1/" : `http://127.0.0.1:${mutePort}/`,
      secret: undefined,
    })),
    channels: [],
    smtp: undefined,
  };
  const sealKey = store.boot.secret("outbox-seal", 32);
  const allowed = [{ host: "127.0.0.1", port: undefined }];
  return () => {
    const courier = new Courier({
      commands: store.commands,
      start: { sealKey, folder, allowed, timeoutMs: 2000, environment: {} },
      messaging: () => messaging,
      fault: (error) => say(String(error)),
    });
    courier.wake();
    return courier;
  };
}

async function fillOutbox(store: Store): Promise<void> {
  const seal = new TellSeal(store.boot.secret("outbox-seal", 32));
  for (let batch = 0; batch < pending; batch += 500) {
    const calls = Array.from({ length: 500 }, (_, n) => {
      const id = `msg_bench_${batch + n}`;
      const body = seal.seal(id, '{"user":"somebody@shop.example"}');
      const target = `webhook dead${n % targets}`;
      return { id, target, policy: "p", app: "shop", event: 1, body, once: undefined };
    });
    await store.commands.commit({ calls, alerts: [] });
  }
}

/** Percent of one processor that the calling thread takes over a while, with a courier and no requests. */
async function idleShare(startCourier: StartCourier): Promise<number> {
  const courier = startCourier();
  await Bun.sleep(1000);
  const before = threadMicros();
  const began = performance.now();
  await Bun.sleep(measuredMs);
  const share = (threadMicros() - before) / 10 / (performance.now() - began);
  courier.close();
  return share;
}

/** The proxy in this process, as fast as it goes. A courier that starts tries all targets anew: more than one that runs for long. */
async function measureThroughput(startCourier: StartCourier): Promise<void> {
  const origin = Bun.spawn([process.execPath, "-e", originScript], { stdout: "pipe" });
  const { value } = await origin.stdout.getReader().read();
  const originPort = Number(new TextDecoder().decode(value));
  const pipeline = barePipeline(`http://127.0.0.1:${originPort}`);
  const app = edgeApp(pipeline);
  const edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => void app.fetch(request as unknown as Request),
    refused: (connection, refusal) => pipeline.refused(connection, refusal),
    fault: (error) => say(String(error)),
  });
  const round = async (isTelling: boolean) => {
    const courier = isTelling ? startCourier() : undefined;
    await Bun.sleep(settleMs);
    const rate = await requestsPerSecond(edge.port);
    courier?.close();
    return rate;
  };
  await round(false);
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    // In turns, so that what drifts does not favour one of the two.
    const isFirst = pair % 2 === 0;
    const first = await round(isFirst);
    const second = await round(!isFirst);
    ratios.push(isFirst ? first / second : second / first);
  }
  origin.kill();
  await edge.drain(1000);
  const least = 1 - mustPercent / 100;
  const ratio = { value: median(ratios), unit: "x", must: least, better: "higher" } as const;
  printFigure({ figure: "tell.throughput_with_pending", ...ratio });
  const sorted = ratios.toSorted((left, right) => left - right);
  say(`of ${pairs} pairs the middle half lies within ${sorted[pairs / 4]} and ${sorted[(pairs * 3) / 4]}`);
}

const originScript = `const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("ok") });
console.log(server.port);`;

async function requestsPerSecond(port: number): Promise<number> {
  const url = `http://127.0.0.1:${port}/`;
  const wrk = Bun.spawn(["wrk", "--threads=1", "--connections=16", "--duration=1s", url], { stdout: "pipe" });
  const text = await wrk.stdout.text();
  const rate = Number(/^Requests\/sec:\s+([\d.]+)$/m.exec(text)?.[1]);
  if (!(rate > 0)) throw new Error(`wrk measured nothing\n${text}`);
  return rate;
}
