/**
 * `bun run bench tell`: what 10,000 pending calls to five dead targets take of the serving thread: the part of its
 * time that it spends, while nothing else happens, beside the same without any call. On Linux, which counts threads.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../../src/store/open-store.ts";
import { Courier } from "../../src/tell/courier.ts";
import { TellSeal } from "../../src/tell/tell-seal.ts";
import { printFigure, say } from "./figure.ts";
import { threadMicros } from "./thread-micros.ts";

const pending = 10_000;
const targets = 5;
const measuredMs = 10_000;
const mustPercent = 2;

/** Runs it; prints figures. */
export async function benchTell(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), "sallyport-bench-tell-"));
  const store = await openStore({ dataDir });
  // Two refuse, three take the connection and say nothing: the ways of being dead.
  const mute = createServer((socket) => void socket.on("error", () => undefined)).listen(0, "127.0.0.1");
  const mutePort = (mute.address() as { port: number }).port;
  const sealKey = store.boot.secret("outbox-seal", 32);
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
  const courier = new Courier({
    commands: store.commands,
    start: {
      sealKey,
      folder: dataDir,
      allowed: [{ host: "127.0.0.1", port: undefined }],
      timeoutMs: 2000,
      environment: {},
    },
    messaging: () => messaging,
    fault: (error) => say(String(error)),
  });
  await Bun.sleep(1000);
  const idle = await shareOf();
  const seal = new TellSeal(sealKey);
  for (let batch = 0; batch < pending; batch += 500) {
    const calls = Array.from({ length: 500 }, (_, n) => {
      const id = `msg_bench_${batch + n}`;
      const body = seal.seal(id, '{"user":"somebody@shop.example"}');
      return {
        id,
        target: `webhook dead${n % targets}`,
        policy: "p",
        app: "shop",
        event: 1,
        body,
        once: undefined,
      };
    });
    await store.commands.commit({ calls, alerts: [] });
  }
  courier.wake();
  const busy = await shareOf();
  const { counts } = await store.reader.outbox(undefined, 1);
  say(
    `pending at the end: ${counts.pending}; idle ${idle.toFixed(3)} %, with pending calls ${busy.toFixed(3)} %`,
  );
  printFigure({
    figure: "tell.serving_thread",
    value: Math.max(0, busy - idle),
    unit: "%",
    must: mustPercent,
    better: "lower",
  });
  courier.close();
  mute.close();
  await store.close();
  await rm(dataDir, { recursive: true });
}

/** Percent of one processor that the calling thread takes over a while. */
async function shareOf(): Promise<number> {
  const before = threadMicros();
  const began = performance.now();
  await Bun.sleep(measuredMs);
  return (threadMicros() - before) / 10 / (performance.now() - began);
}
