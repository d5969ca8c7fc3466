/** Load on a proxy: as much as goes (wrk, h2load), or a steady rate; the generator runs beside the origin. */
import { join } from "node:path";
import { type ChildProcesses, processorTimes } from "./child-processes.ts";
import type { PacedLatency } from "./paced-load.ts";
import { cores, type ProxyServer } from "./proxy-peers.ts";
import { clientsScript } from "./wrk-clients.ts";

/** Connections that the load comes over; HTTP/2 has fewer, and as many requests in flight. */
const connections = 64;
const http2Connections = 8;

const host = "bench.example";
/** What an API client sends; a browser sends about three times as much. */
const headers = [
  "User-Agent: okhttp/4.12.0",
  "Accept: application/json",
  "Accept-Encoding: gzip",
  "Accept-Language: en-GB",
];

/** How it is asked; `handshake` is HTTPS with a connection for each request. */
export type Manner = "http" | "https" | "handshake" | "h2";

/** What is asked, and for how long. */
export interface LoadTarget {
  readonly server: ProxyServer;
  readonly manner: Manner;
  readonly path: string;
  readonly seconds: number;
  /** Above 0, each request is of another of so many clients, told apart by X-Forwarded-For; over plain HTTP/1.1 only. */
  readonly clients?: number;
}

/** The programs that load. */
export interface Loaders {
  readonly wrk: string;
  readonly h2load: string;
}

/** What a fully loaded server did. */
export interface FullLoad {
  /** Answers per second. */
  readonly rate: number;
  /** Its processor time for one answer, µs: what a noisy neighbour on its core takes does not count here. */
  readonly micros: number;
  /** What of it passes in the kernel, µs. */
  readonly kernelMicros: number;
  readonly answers: number;
}

/** Asks as fast as the server answers, for some seconds; rejects on anything but clean 2xx answers. */
export async function loadFully(
  children: ChildProcesses,
  loaders: Loaders,
  target: LoadTarget,
): Promise<FullLoad> {
  const before = processorTimes(target.server.pid);
  const { rate, answers } = await (target.manner === "h2" ? runH2load : runWrk)(children, loaders, target);
  const after = processorTimes(target.server.pid);
  if (!(rate > 0 && answers > 0)) throw new Error(`${urlOf(target)} did not answer`);
  const kernelMicros = ((after.kernel - before.kernel) * 1_000_000) / answers;
  const micros = kernelMicros + ((after.user - before.user) * 1_000_000) / answers;
  return { rate, answers, micros, kernelMicros };
}

type Counted = Pick<FullLoad, "rate" | "answers">;

async function runWrk(children: ChildProcesses, { wrk }: Loaders, target: LoadTarget): Promise<Counted> {
  const { manner, seconds } = target;
  const fields = [`Host: ${host}`, ...headers, ...(manner === "handshake" ? ["Connection: close"] : [])];
  const { clients = 0 } = target;
  const script = clients > 0 ? clientsScript(children.folder, target.path, fields, clients) : undefined;
  const text = await children.run(cores.load, seconds * 1000 + 15_000, [
    wrk,
    "--threads=1",
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    "--timeout=5s",
    ...(script === undefined ? fields.map((field) => `--header=${field}`) : [`--script=${script}`]),
    urlOf(target),
  ]);
  const problem = /^\s*(?:Socket errors|Non-2xx).*$/m.exec(text);
  if (problem) throw new Error(`${urlOf(target)} does not serve cleanly: ${problem[0].trim()}`);
  return {
    rate: Number(/^Requests\/sec:\s+([\d.]+)$/m.exec(text)?.[1]),
    answers: Number(/^\s*(\d+) requests in /m.exec(text)?.[1]),
  };
}

async function runH2load(
  children: ChildProcesses,
  { h2load }: Loaders,
  target: LoadTarget,
): Promise<Counted> {
  const { seconds } = target;
  const fields = [`:authority: ${host}`, ...headers];
  const text = await children.run(cores.load, seconds * 1000 + 15_000, [
    h2load,
    "--threads=1",
    `--clients=${http2Connections}`,
    `--max-concurrent-streams=${connections / http2Connections}`,
    `--duration=${seconds}`,
    ...fields.map((field) => `--header=${field}`),
    urlOf(target),
  ]);
  const [, done, failed, errored, timeouts] =
    /(\d+) succeeded, (\d+) failed, (\d+) errored, (\d+) timeout/.exec(text)?.map(Number) ?? [];
  const [, clean] = /^status codes: (\d+) 2xx, 0 3xx, 0 4xx, 0 5xx/m.exec(text)?.map(Number) ?? [];
  const isHttp2 = text.includes("Application protocol: h2");
  // At the end of its time h2load leaves answers halfway, whose heads it has counted.
  if (!isHttp2 || failed !== 0 || errored !== 0 || timeouts !== 0 || clean === undefined)
    throw new Error(`${urlOf(target)} does not serve HTTP/2 cleanly:\n${text}`);
  return { rate: Number(/, ([\d.]+) req\/s/.exec(text)?.[1]), answers: done ?? 0 };
}

function urlOf({ server, manner, path }: Pick<LoadTarget, "server" | "manner" | "path">): string {
  return manner === "http"
    ? `http://127.0.0.1:${server.port}${path}`
    : `https://127.0.0.1:${server.tlsPort}${path}`;
}

/** What is asked steadily: `clients` above 0 tells so many apart by X-Forwarded-For. */
export interface SteadyTarget {
  readonly server: ProxyServer;
  readonly path: string;
  readonly rate: number;
  readonly seconds: number;
  readonly clients: number;
}

/** Asks `rate` times a second for some seconds over plain HTTP; rejects on anything but 2xx answers. */
export async function loadSteadily(
  children: ChildProcesses,
  { server, path, rate, seconds, clients }: SteadyTarget,
): Promise<PacedLatency> {
  const url = urlOf({ server, manner: "http", path });
  const script = join(import.meta.dir, "paced-load.ts");
  const fields = JSON.stringify([`Host: ${host}`, ...headers]);
  const command = [process.execPath, script, url, String(rate), String(seconds), fields, String(clients)];
  const text = await children.run(cores.load, seconds * 1000 + 15_000, command);
  const latency = JSON.parse(text) as PacedLatency;
  if (latency.failures > 0 || latency.answers === 0) {
    throw new Error(`${url} does not serve cleanly at ${rate} requests/s: ${text}`);
  }
  return latency;
}
