/**
 * One contender of `bench gauge`, in a process of its own: fills a sliding count of ten minutes with live keys, a tenth of
 * them with a distinct count too, then measures updates and reads of known keys. Prints one JSON line.
 */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RedisClient } from "bun";
import { GaugeStore } from "../../src/gauge/gauge-store.ts";
import { quantile } from "./figure.ts";

/** What a contender prints; memory is what the keys added. */
export interface ContenderFigures {
  readonly megabytes: number;
  readonly updateNs: number;
  readonly readNs: number;
  /** Of batches of a hundred updates, µs an update; garbage collection and table growth show here. */
  readonly updateP999Us: number;
}

interface Contender {
  update(key: string, value: string, now: number): void | Promise<void>;
  read(key: string, now: number): void | Promise<void>;
  /** Everything sent so far is done. */
  settle(): Promise<void>;
  bytes(): number | Promise<number>;
  close(): Promise<void>;
}

const windowMs = 600_000;
const bucketMs = 60_000;
const start = 1_800_000_000_000;
const batch = 100;

const [name = "", keyText = "", redisServer = ""] = process.argv.slice(2);
const keys = Number(keyText);
const contender = await open(name);
const before = await contender.bytes();
for (let index = 0; index < keys; index++) {
  const pending = contender.update(
    keyOf(index),
    `user${index % 977}`,
    start + (index / keys) * (windowMs - bucketMs),
  );
  if (pending && index % 1000 === 999) await pending;
}
await contender.settle();
const megabytes = ((await contender.bytes()) - before) / 1e6;
const now = start + windowMs - bucketMs + 1;
const updates = await timed((index) =>
  contender.update(keyOf((index * 7919) % keys), `user${index % 977}`, now),
);
const reads = await timed((index) => contender.read(keyOf((index * 104_729) % keys), now));
await contender.close();
const figures: ContenderFigures = {
  megabytes,
  updateNs: mean(updates) * 1000,
  readNs: mean(reads) * 1000,
  updateP999Us: quantile(updates, 0.999),
};
console.log(JSON.stringify(figures));
process.exit(0);

function keyOf(index: number): string {
  return `198.51.${index >> 12}.${index & 4095}\u0000s1:${(index * 2_654_435_761) >>> 0}`;
}

/** µs an operation, batch by batch; pipelined where the contender answers later. */
async function timed(run: (index: number) => void | Promise<void>): Promise<number[]> {
  const times: number[] = [];
  const rounds = 5000;
  for (let round = 0; round < rounds; round++) {
    const began = Bun.nanoseconds();
    let pending: void | Promise<void> = undefined;
    for (let nth = 0; nth < batch; nth++) pending = run(round * batch + nth);
    if (pending) await pending;
    times.push((Bun.nanoseconds() - began) / batch / 1000);
  }
  return times;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function open(which: string): Contender | Promise<Contender> {
  switch (which) {
    case "sallyport":
      return openOwn();
    case "map":
      return openMap();
    case "redis":
      return openRedis();
    default:
      throw new Error(`no contender ${which}`);
  }
}

function residentBytes(): number {
  Bun.gc(true);
  return process.memoryUsage().rss;
}

function openOwn(): Contender {
  const store = new GaugeStore({ maxBytes: 1 << 30 });
  const counts = store.open({ id: "count", name: "count", kind: "count", windowMs });
  const users = store.open({ id: "distinct", name: "distinct", kind: "distinct", windowMs });
  return {
    update: (key, value, at) => {
      counts.observe(key, "", at);
      if (isDistinct(key)) users.observe(key, value, at);
    },
    read: (key, at) => {
      counts.read(key, at);
    },
    settle: () => Promise.resolve(),
    bytes: residentBytes,
    close: () => Promise.resolve(),
  };
}

function isDistinct(key: string): boolean {
  return key.charCodeAt(key.length - 1) === 48;
}

/** What one writes in an afternoon: an object of buckets a key, and sets. */
function openMap(): Contender {
  const counts = new Map<string, Map<number, number>>();
  const users = new Map<string, Map<number, Set<string>>>();
  return {
    update: (key, value, at) => {
      const bucket = Math.floor(at / bucketMs);
      const known = counts.get(key);
      if (known) known.set(bucket, (known.get(bucket) ?? 0) + 1);
      else counts.set(key, new Map([[bucket, 1]]));
      if (!isDistinct(key)) return;
      const seen = users.get(key) ?? new Map<number, Set<string>>();
      users.set(key, seen.set(bucket, (seen.get(bucket) ?? new Set()).add(value)));
    },
    read: (key, at) => {
      const first = Math.floor(at / bucketMs) - windowMs / bucketMs;
      let sum = 0;
      for (const [bucket, count] of counts.get(key) ?? []) if (bucket > first) sum += count;
      return void sum;
    },
    settle: () => Promise.resolve(),
    bytes: residentBytes,
    close: () => Promise.resolve(),
  };
}

function bucketed(key: string, at: number): string {
  return `${key}:${Math.floor(at / bucketMs)}`;
}

/** A counter a key and bucket that expires, and a HyperLogLog for the distinct ones, pipelined over a Unix socket. */
async function openRedis(): Promise<Contender> {
  const folder = mkdtempSync(join(tmpdir(), "bench-redis-"));
  const socket = join(folder, "redis.sock");
  const server = Bun.spawn(
    [redisServer, "--port", "0", "--unixsocket", socket, "--save", "", "--appendonly", "no", "--dir", folder],
    { stdout: "ignore", stderr: "ignore" },
  );
  for (let tries = 0; tries < 100 && !existsSync(socket); tries++) await Bun.sleep(20);
  const client = new RedisClient(`redis+unix://${socket}`);
  await client.connect();
  let last: Promise<unknown> = Promise.resolve();
  return {
    update: async (key, value, at) => {
      const name = bucketed(key, at);
      void client.incr(name);
      last = client.expire(name, windowMs / 1000);
      if (isDistinct(key)) last = client.send("PFADD", [`u:${name}`, value]);
      await last;
    },
    read: async (key, at) => {
      const names = Array.from({ length: windowMs / bucketMs }, (_, back) =>
        bucketed(key, at - back * bucketMs),
      );
      last = client.send("MGET", names);
      await last;
    },
    settle: async () => {
      await last;
    },
    bytes: async () =>
      Number(/used_memory:(\d+)/.exec(String(await client.send("INFO", ["memory"])))?.[1] ?? 0),
    close: async () => {
      client.close();
      server.kill();
      await server.exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
