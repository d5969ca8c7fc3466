/**
 * `bench bodies`: the memory that large bodies, slow sides, WebSockets and idle connections cost. What counts is the
 * highest resident memory of the process while they pass; speeds are told for orientation, since client and origin
 * share the machine.
 */
import { mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";
import { TestCertificates } from "../support/test-certificates.ts";
import { startBodyOrigin } from "./body-origin.ts";
import { residentMegabytes } from "./child-processes.ts";
import { findTools } from "./debian-tools.ts";
import { printFigure, say } from "./figure.ts";
import { openIdleConnections } from "./idle-connections.ts";
import { SetupProblem } from "./setup-problem.ts";

const megabyte = 1_048_576;
const sampleMs = 50;
/** However large a body is, MB. */
const mostForBodies = 400;
/** Issue: 10,000 idle keep-alive connections, MB. */
const mostForIdle = 400;
const messages = 100;
const messagesAtOnce = 4;
const slowRate = "60M";

/** How curl is told to speak. */
const protocols = { http: [], https: ["--http1.1"], h2: ["--http2"] } as const;
type Protocol = keyof typeof protocols;

interface Bench {
  readonly curl: string;
  readonly process: RunningSallyport;
  readonly file: string;
  readonly bytes: number;
}

/** Runs the benchmark: `--megabytes N` (2048) a body, `--connections N` (10000) idle ones. */
export async function benchBodies(options: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...options],
    options: {
      megabytes: { type: "string", default: "2048" },
      connections: { type: "string", default: "10000" },
    },
  });
  const { curl } = findTools(["curl"]);
  const folder = mkdtempSync(join(tmpdir(), "sallyport-bodies-"));
  const made = new TestCertificates();
  const origin = startBodyOrigin();
  const file = join(folder, "body");
  const bytes = Number(values.megabytes) * megabyte;
  // A hole: it takes no room on the disk.
  writeFileSync(file, "");
  truncateSync(file, bytes);
  const process = await start(join(folder, "policies"), made, origin);
  try {
    const bench = { curl, process, file, bytes };
    for (const protocol of ["http", "https", "h2"] as const) await bodies(bench, protocol);
    for (const url of [process.edgeUrl, process.tlsUrl ?? ""]) await webSocket(process, url);
    for (const url of [process.edgeUrl, process.tlsUrl ?? ""])
      await idle(process, url, Number(values.connections));
  } finally {
    await process.stop();
    await origin.stop();
    made.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(policies: string, made: TestCertificates, origin: { url: string; webSocketUrl: string }) {
  const { cert, key } = made.selfSigned("bench", ["bench.example"]);
  mkdirSync(policies);
  writeFileSync(
    join(policies, "apps.policy"),
    `app bodies { origin ${origin.url} }\napp echo { hosts echo.example origin ${origin.webSocketUrl} }\n`,
  );
  const tls = ["--tls-listen", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key];
  const limits = ["--max-connections-per-address", "100000"];
  return startSallyport({ args: ["--policies", policies, "--no-demo", ...tls, ...limits] });
}

/** Runs something and gives the highest memory meanwhile, MB, and the seconds that it took. */
async function watched(pid: number, run: () => Promise<void>): Promise<{ highest: number; seconds: number }> {
  let highest = residentMegabytes(pid);
  const timer = setInterval(() => {
    highest = Math.max(highest, residentMegabytes(pid));
  }, sampleMs);
  const began = performance.now();
  try {
    await run();
  } finally {
    clearInterval(timer);
  }
  return { highest, seconds: (performance.now() - began) / 1000 };
}

function printMemory(figure: string, value: number, must: number): void {
  printFigure({ figure: `bodies.${figure}.rss`, value, unit: "MB", must, better: "lower" });
}

async function bodies(bench: Bench, protocol: Protocol): Promise<void> {
  const { process, file, bytes } = bench;
  const url = protocol === "http" ? process.edgeUrl : process.tlsUrl;
  const part = Math.round(bytes / 4);
  const tasks: [name: string, moved: number, args: string[]][] = [
    ["download", bytes, [`${url}/${bytes}`]],
    ["upload", bytes, ["-T", file, `${url}/upload`]],
    ["slow_reader", part, ["--limit-rate", slowRate, `${url}/${part}`]],
    ["slow_origin", bytes, ["-T", file, `${url}/slow/upload`]],
  ];
  for (const [name, moved, args] of tasks) {
    say(`${name} over ${protocol}`);
    const { highest, seconds } = await watched(process.pid, () => curl(bench, protocol, moved, name, args));
    printMemory(`${name}_${protocol}`, highest, mostForBodies);
    printFigure({
      figure: `bodies.${name}_${protocol}.rate`,
      value: moved / megabyte / seconds,
      unit: "MB/s",
      better: "higher",
    });
  }
}

/** Rejects unless every byte went through, in the protocol that was meant. */
async function curl(
  bench: Bench,
  protocol: Protocol,
  moved: number,
  name: string,
  args: string[],
): Promise<void> {
  const wanted = "%{http_code} %{http_version} %{size_download} %{size_upload}";
  const child = Bun.spawn(
    [bench.curl, "-ksS", ...protocols[protocol], "-o", "/dev/null", "-w", wanted, ...args],
    {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: 180_000,
    },
  );
  const [text, problem] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  const isDownload = name === "download" || name === "slow_reader";
  const version = protocol === "h2" ? "2" : "1.1";
  const expected = `200 ${version} ${isDownload ? moved : 0} ${isDownload ? 0 : moved}`;
  if (text !== expected)
    throw new SetupProblem(`${name} over ${protocol}: \`${text}\` instead of \`${expected}\` ${problem}`);
}

async function webSocket(process: RunningSallyport, url: string): Promise<void> {
  const scheme = new URL(url).protocol.slice(0, -1);
  say(`WebSocket over ${scheme}`);
  const options = { headers: { Host: "echo.example" }, tls: { rejectUnauthorized: false } };
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/echo`, options as unknown as string[]);
  socket.binaryType = "arraybuffer";
  const { highest, seconds } = await watched(process.pid, () => echo(socket));
  printMemory(`websocket_${scheme}`, highest, mostForBodies);
  const value = messages / seconds;
  printFigure({ figure: `bodies.websocket_${scheme}.rate`, value, unit: "MB/s", better: "higher" });
  socket.close();
}

function echo(socket: WebSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let sent = 0;
  let received = 0;
  const more = () => {
    while (sent < messages && sent - received < messagesAtOnce)
      socket.send(Buffer.alloc(megabyte, sent++ % 256));
  };
  socket.onopen = more;
  socket.onclose = () => reject(new SetupProblem(`the WebSocket closed after ${received} MB`));
  socket.onmessage = ({ data }) => {
    const expected = Buffer.alloc(megabyte, received % 256);
    if (!expected.equals(new Uint8Array(data as ArrayBuffer)))
      reject(new Error(`message ${received} is another`));
    received++;
    if (received === messages) resolve();
    else more();
  };
  return promise;
}

async function idle(process: RunningSallyport, url: string, connections: number): Promise<void> {
  const scheme = new URL(url).protocol.slice(0, -1);
  say(`${connections} idle connections over ${scheme}`);
  const before = residentMegabytes(process.pid);
  const opened = await openIdleConnections(url, connections);
  await Bun.sleep(1_000);
  const after = residentMegabytes(process.pid);
  printMemory(`idle_${scheme}`, after, mostForIdle);
  const each = ((after - before) * 1024) / connections;
  printFigure({ figure: `bodies.idle_${scheme}.each`, value: each, unit: "KB", better: "lower" });
  opened.close();
  await Bun.sleep(1_000);
}
