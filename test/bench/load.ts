/** Load on a proxy: as much as goes (wrk), or a steady rate; the generator runs beside the origin. */
import { join } from "node:path";
import { type ChildProcesses, processorSeconds, type Server } from "./child-processes.ts";
import type { PacedLatency } from "./paced-load.ts";
import { cores } from "./proxy-peers.ts";

/** Connections that the load comes over. */
const connections = 64;

/** What an API client sends; a browser sends about three times as much. */
const headers = [
  "User-Agent: okhttp/4.12.0",
  "Accept: application/json",
  "Accept-Encoding: gzip",
  "Accept-Language: en-GB",
];

/** What a fully loaded server did. */
export interface FullLoad {
  /** Answers per second. */
  readonly rate: number;
  /** Its processor time for one answer, µs: what a noisy neighbour on its core takes does not count here. */
  readonly micros: number;
}

/** Asks as fast as the server answers, for some seconds; rejects on anything but clean 2xx answers. */
export async function loadFully(
  children: ChildProcesses,
  wrk: string,
  target: { readonly server: Server; readonly path: string; readonly seconds: number },
): Promise<FullLoad> {
  const { server, seconds } = target;
  const url = `http://127.0.0.1:${server.port}${target.path}`;
  const before = processorSeconds(server.pid);
  const text = await children.run(cores.load, seconds * 1000 + 15_000, [
    wrk,
    "--threads=1",
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    "--timeout=5s",
    ...headers.map((header) => `--header=${header}`),
    url,
  ]);
  const used = processorSeconds(server.pid) - before;
  const problem = /^\s*(?:Socket errors|Non-2xx).*$/m.exec(text);
  if (problem) throw new Error(`${url} does not serve cleanly: ${problem[0].trim()}`);
  const rate = Number(/^Requests\/sec:\s+([\d.]+)$/m.exec(text)?.[1]);
  const answers = Number(/^\s*(\d+) requests in /m.exec(text)?.[1]);
  if (!(rate > 0 && answers > 0)) throw new Error(`wrk answered without a rate:\n${text}`);
  return { rate, micros: (used * 1_000_000) / answers };
}

/** Asks `rate` times a second for some seconds; rejects on anything but 2xx answers. */
export async function loadSteadily(
  children: ChildProcesses,
  url: string,
  rate: number,
  seconds: number,
): Promise<PacedLatency> {
  const script = join(import.meta.dir, "paced-load.ts");
  const command = [process.execPath, script, url, String(rate), String(seconds), JSON.stringify(headers)];
  const text = await children.run(cores.load, seconds * 1000 + 15_000, command);
  const latency = JSON.parse(text) as PacedLatency;
  if (latency.failures > 0 || latency.answers === 0) {
    throw new Error(`${url} does not serve cleanly at ${rate} requests/s: ${text}`);
  }
  return latency;
}
