/**
 * Floods of connections, of slow clients and of resets: what normal customers see during and after each, and whether
 * all that the attackers held is given back (issue: normal customers' p99 is printed, and recovery is complete).
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { answerWith, startRawOrigin } from "../support/raw-origin.ts";
import { startSallyport } from "../support/sallyport.ts";
import { printFigure, say } from "./figure.ts";
import { floodKinds, startFlood } from "./flood-client.ts";
import { type CustomersSeen, visit } from "./normal-customers.ts";
import { SetupProblem } from "./setup-problem.ts";

const calmSeconds = 3;
const floodSeconds = 6;
/** From the attackers' end until everything must be given back. */
const recoveryMs = 10_000;
const big = "/big";
const bigBody = "x".repeat(8_000_000);

/** Runs every kind of flood once against one process. */
export async function benchFloods(): Promise<void> {
  const node = Bun.which("node");
  if (node === null) throw new SetupProblem("node not found: apt-get install -y nodejs");
  const small = answerWith("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  const large = answerWith(`HTTP/1.1 200 OK\r\nContent-Length: ${bigBody.length}\r\n\r\n${bigBody}`);
  const origin = startRawOrigin((request, socket, isFirst) => {
    if (request.head.startsWith("POST")) return;
    (request.head.startsWith(`GET ${big} `) ? large : small)(request, socket, isFirst);
    origin.requests.length = 0;
  });
  const sallyport = await startSallyport({ args: ["--origin", origin.url] });
  const port = Number(new URL(sallyport.edgeUrl).port);
  try {
    const calm = await visit(port, calmSeconds);
    tell("calm", calm);
    // What the edge keeps open to the origin is its pool, and no attacker's.
    const clientSockets = () => socketsOf(sallyport.pid) - origin.open.size;
    const before = { sockets: clientSockets(), bytes: residentBytes(sallyport.pid) };
    for (const kind of floodKinds) {
      const flood = startFlood(node, kind, port, big);
      await Bun.sleep(1_000);
      const during = await visit(port, floodSeconds);
      const held = clientSockets() - before.sockets;
      await flood.stop();
      const recoveredMs = await recovery(clientSockets, before.sockets);
      const after = await visit(port, calmSeconds);
      say(`${kind}: the attackers held ${held} sockets; given back after ${Math.round(recoveredMs)} ms`);
      tell(`${kind}.during`, during);
      tell(`${kind}.after`, after);
      const left = Math.max(0, clientSockets() - before.sockets);
      printFigure({
        figure: `floods.${kind}.sockets_left`,
        value: left,
        unit: "sockets",
        must: 16,
        better: "lower",
      });
    }
    // Freed memory goes back to the system in its own time.
    await Bun.sleep(2_000);
    const grown = (residentBytes(sallyport.pid) - before.bytes) / 1_048_576;
    printFigure({ figure: "floods.memory_left", value: Math.max(0, grown), unit: "MB", better: "lower" });
  } finally {
    await sallyport.stop();
    origin.stop();
  }
}

function tell(name: string, { p99, failed, requests }: CustomersSeen): void {
  printFigure({ figure: `floods.${name}.p99`, value: p99, unit: "ms", better: "lower" });
  printFigure({
    figure: `floods.${name}.failed`,
    value: (100 * failed) / requests,
    unit: "%",
    must: 0,
    better: "lower",
  });
}

async function recovery(openNow: () => number, sockets: number): Promise<number> {
  const begin = performance.now();
  while (performance.now() - begin < recoveryMs) {
    if (openNow() <= sockets + 16) break;
    await Bun.sleep(50);
  }
  return performance.now() - begin;
}

/** Sockets that a process has open (proc_pid_fd(5)). */
function socketsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith("socket:");
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? Number.NaN) * 1024;
}
