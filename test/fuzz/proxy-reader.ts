/** nginx and HAProxy as readers: each in front of Node, which tells what they passed on. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exchange } from "../contract/http/raw-client.ts";
import { waitUntil } from "../support/wait-until.ts";
import { isNarrowerToNode, startNodeReader } from "./node-reader.ts";
import type { PeerReader } from "./peer-reader.ts";
import { readingsIn } from "./readings-in.ts";

/** A proxy that can be read through. */
export type ProxyName = "nginx" | "haproxy";

/** Starts the proxy and Node behind it; throws when one of the two is not installed. */
export async function startProxyReader(name: ProxyName): Promise<PeerReader> {
  const program = Bun.which(name, { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin:/sbin` });
  if (program === null) throw new Error(`${name} is not installed: apt-get install ${name}`);
  const backend = await startNodeReader(0);
  const folder = mkdtempSync(join(tmpdir(), `sallyport-fuzz-${name}-`));
  const port = freePort();
  const file = join(folder, "proxy.conf");
  writeFileSync(file, configOf[name](folder, port, backend.port));
  const child = Bun.spawn([program, ...argumentsOf[name](folder, file)], {
    stdin: "ignore",
    stdout: "ignore",
    stderr: "ignore",
  });
  const stop = async () => {
    child.kill("SIGKILL");
    await child.exited;
    await backend.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await waitUntil(`${name} listens`, () => child.exitCode !== null || accepts(port));
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    name: versionOf(program),
    port,
    read: async (_, bytes) => {
      const { response } = await exchange(port, [bytes], { fin: true, timeoutMs: 1_000 });
      return readingsIn(response);
    },
    isProxy: true,
    isNarrower: (error) => error.startsWith("status ") || error === closedUnderIt || isNarrowerToNode(error),
    stop,
  };
}

/** The proxy used a connection again that Node was about to close: a race between those two. */
const closedUnderIt = "HPE_CLOSED_CONNECTION";

// The client's bytes come with FIN at once: neither may take that for a client that left.
const configOf: Readonly<Record<ProxyName, (folder: string, port: number, origin: number) => string>> = {
  nginx: (folder, port, origin) => `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log /dev/null crit;
events { worker_connections 2048; }
http {
  access_log off;
  ${scratch.map((part) => `${part === "body" ? "client_body" : part}_temp_path ${folder}/${part};`).join("\n  ")}
  client_max_body_size 0;
  client_header_timeout 1s;
  client_body_timeout 1s;
  large_client_header_buffers 8 64k;
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://127.0.0.1:${origin};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_ignore_client_abort on;
    }
  }
}
`,
  haproxy: (_, port, origin) => `global
  nbthread 1
  maxconn 2000
  tune.bufsize 65536
defaults
  mode http
  option http-keep-alive
  no option abortonclose
  timeout connect 2s
  timeout client 2s
  timeout server 2s
  timeout http-request 1s
  timeout http-keep-alive 1s
frontend edge
  bind 127.0.0.1:${port}
  default_backend origin
backend origin
  server origin 127.0.0.1:${origin}
`,
};

const scratch = ["body", "proxy", "fastcgi", "uwsgi", "scgi"];

const argumentsOf: Readonly<Record<ProxyName, (folder: string, file: string) => string[]>> = {
  nginx: (folder, file) => {
    for (const part of scratch) mkdirSync(join(folder, part));
    return ["-e", "stderr", "-p", folder, "-c", file];
  },
  haproxy: (_, file) => ["-db", "-f", file],
};

function versionOf(program: string): string {
  const { stdout, stderr } = Bun.spawnSync([program, "-v"]);
  return `${stdout.toString()}${stderr.toString()}`.split("\n")[0] ?? program;
}

/** A port that was free a moment ago: neither can pick one itself and say which. */
function freePort(): number {
  using probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  return probe.port;
}

async function accepts(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}
