/** Node's own HTTP server in a process of its own, telling how it read each request. */
import { exchange } from "../contract/http/raw-client.ts";
import type { PeerReader } from "./peer-reader.ts";
import type { HttpReading } from "./reading.ts";
import { inOriginForm } from "./readings-in.ts";

/**
 * Plain JavaScript for whatever Node is installed. Each answer carries how its request was read (in a field, for
 * HEAD's sake). It listens as the edge's origin, and once a lane for the client's own bytes; when a connection of
 * the latter kind ends, a line on stdout tells the lane and all that was read on it.
 */
const program = `
const http = require("node:http");
const { createHash } = require("node:crypto");
const read = (request, response) => {
  const slot = {};
  request.socket.slots.push(slot);
  const parts = [];
  request.on("data", (part) => parts.push(part));
  request.on("error", () => {});
  request.on("end", () => {
    const body = Buffer.concat(parts);
    const raw = request.rawHeaders;
    const host = raw.filter((_, at) => at % 2 === 1 && raw[at - 1].toLowerCase() === "host").join("|");
    const mark = body.length + ":" + createHash("sha1").update(body).digest("hex").slice(0, 12);
    const upgrades = request.headers.upgrade !== undefined;
    slot.read = { method: request.method, target: request.url, host, body: mark, upgrades };
    response.setHeader("X-Read", Buffer.from(JSON.stringify(slot.read)).toString("base64"));
    response.setHeader("Content-Length", 0);
    response.end();
  });
};
const opened = (name) => (socket) => {
  socket.slots = [];
  if (name === "origin") return;
  // After an offer of another protocol Node may read no further, and notice no end either.
  socket.setTimeout(700, () => socket.destroy());
  socket.on("close", () => {
    const readings = socket.slots.filter((slot) => slot.read).map((slot) => slot.read);
    if (socket.failed) readings.push({ error: socket.failed });
    console.log(name + " " + JSON.stringify(readings));
  });
};
const failed = (error, socket) => {
  socket.failed ??= error.code;
  // What came whole before the broken message is still answered: its events are on their way.
  const later = (turns, action) => (turns === 0 ? action() : setImmediate(() => later(turns - 1, action)));
  if (socket.slots.every((slot) => slot.read) && socket.writable) {
    socket.end("HTTP/1.1 400 Bad Request\\r\\nX-Failed: " + error.code + "\\r\\nConnection: close\\r\\n\\r\\n");
  } else later(4, () => socket.destroy());
};
const listen = (name) => {
  const server = http.createServer({ requireHostHeader: false, maxHeaderSize: 65536 }, read);
  server.httpAllowHalfOpen = true;
  server.on("connection", opened(name));
  server.on("clientError", failed);
  server.listen(0, "127.0.0.1", () => console.log(name + " " + server.address().port));
};
listen("origin");
for (let lane = 0; lane < Number(process.argv[1]); lane++) listen("lane" + lane);
process.stdin.on("end", () => process.exit(0)).resume();
`;

/** Node's refusals that are no other reading of the message: it knows fewer methods, targets and versions. */
const narrowerErrors = new Set([
  "HPE_INVALID_METHOD",
  "HPE_INVALID_URL",
  "HPE_INVALID_VERSION",
  "HPE_HEADER_OVERFLOW",
]);

/** True for those. */
export function isNarrowerToNode(error: string): boolean {
  return narrowerErrors.has(error);
}

/** Starts it; throws when no Node is on the path. */
export async function startNodeReader(lanes: number): Promise<PeerReader> {
  const node = Bun.which("node");
  if (!node)
    throw new Error("the differential fuzzer compares with Node, and there is no `node` on the path");
  const version = Bun.spawnSync([node, "--version"]).stdout.toString().trim();
  const child = Bun.spawn([node, "-e", program, String(lanes)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  const told = new Map<string, PromiseWithResolvers<string>>();
  const next = (name: string) => {
    const fresh = Promise.withResolvers<string>();
    told.set(name, fresh);
    return fresh.promise;
  };
  const names = Array.from({ length: lanes }, (_, lane) => `lane${lane}`);
  const listening = Promise.all(["origin", ...names].map((name) => next(name)));
  void forEachLine(child.stdout, (text) => {
    const space = text.indexOf(" ");
    told.get(text.slice(0, space))?.resolve(text.slice(space + 1));
  });
  const [port = 0, ...lanePorts] = (await listening).map(Number);
  return {
    name: `node ${version}`,
    port,
    read: async (lane, bytes) => {
      const line = next(`lane${lane}`);
      await exchange(lanePorts[lane] ?? 0, [bytes], { fin: true, timeoutMs: 1_000 });
      return (JSON.parse(await line) as HttpReading[]).map(inOriginForm);
    },
    isProxy: false,
    isNarrower: isNarrowerToNode,
    stop: async () => {
      child.kill();
      await child.exited;
    },
  };
}

async function forEachLine(stream: ReadableStream<Uint8Array>, take: (line: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    for (const text of lines) take(text);
  }
}
