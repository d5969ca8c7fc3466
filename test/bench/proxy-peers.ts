/** The servers of the proxy benchmark: the origin, its peers and Sallyport, each set up for its best. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MadeCertificate } from "../support/test-certificates.ts";
import { type ChildProcesses, freePort, type Server } from "./child-processes.ts";
import { firewallLines } from "./waf-peer.ts";

/** Where the proxy runs, and where load generator and origin run (DESIGN.md §8). */
export const cores = { proxy: 0, load: 1 } as const;

/** The answers that the origin has. */
export const answers = {
  small: "/v2/catalogue/4711",
  large: "/large.bin",
  counted: "/products/4711",
} as const;

const smallAnswer = '{"id":4711,"name":"Harbour lamp","price":4900,"currency":"EUR","stock":12}';
const largeBytes = 65_536;
const repository = join(import.meta.dir, "../..");

/** What starting a server takes. */
export interface PeerSetting {
  readonly folder: string;
  readonly children: ChildProcesses;
  readonly certificate: MadeCertificate;
}

/** A server with both kinds of port. */
export interface ProxyServer extends Server {
  readonly tlsPort: number;
}

// One process does all: with a master, ending it by force would leave the worker behind.
const nginxMain = (folder: string) => `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 4096; }`;

const nginxHttp = (folder: string) => `access_log off;
  tcp_nodelay on;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;`;

/** nginx, answering from memory and from a file of 64 KB; runs beside the load generator. */
export async function startOrigin(setting: PeerSetting, nginx: string): Promise<ProxyServer> {
  const folder = join(setting.folder, "origin");
  mkdirSync(folder);
  writeFileSync(join(folder, "large.bin"), Buffer.alloc(largeBytes, "0123456789abcdef"));
  const [port, tlsPort] = [freePort(), freePort()];
  const { cert, key } = setting.certificate;
  const small = `default_type application/json; return 200 '${smallAnswer}';`;
  const config = `${nginxMain(folder)}
http {
  ${nginxHttp(folder)}
  sendfile on;
  open_file_cache max=16;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    listen 127.0.0.1:${tlsPort} ssl http2 backlog=1024;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    root ${folder};
    location = ${answers.small} { ${small} }
    location = ${answers.counted} { ${small} }
    location = ${answers.large} { }
  }
}
`;
  const server = await startNginx(setting, nginx, { name: "origin", core: cores.load, port, folder, config });
  return { ...server, tlsPort };
}

/**
 * nginx `proxy_pass` with kept-alive upstream connections; buffers large enough that no answer goes to disk. `waf` is
 * the same with ModSecurity and the Core Rule Set.
 */
export async function startNginxProxy(
  setting: PeerSetting,
  nginx: string,
  origin: Server,
  name: "nginx" | "waf" = "nginx",
): Promise<ProxyServer> {
  const folder = join(setting.folder, name);
  mkdirSync(folder);
  const [port, tlsPort] = [freePort(), freePort()];
  const { cert, key } = setting.certificate;
  const firewall = name === "waf" ? firewallLines(folder) : { main: "", http: "" };
  const config = `${firewall.main}
${nginxMain(folder)}
http {
  ${nginxHttp(folder)}
  ${firewall.http}
  upstream origin {
    server 127.0.0.1:${origin.port};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    listen 127.0.0.1:${tlsPort} ssl http2 backlog=1024;
    ssl_certificate ${cert};
    ssl_certificate_key ${key};
    ssl_protocols TLSv1.2 TLSv1.3;
    location / {
      proxy_pass http://origin;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_buffers 16 8k;
      proxy_max_temp_file_size 0;
    }
  }
}
`;
  const server = await startNginx(setting, nginx, { name, core: cores.proxy, port, folder, config });
  return { ...server, tlsPort };
}

interface NginxSetting {
  readonly name: string;
  readonly core: number;
  readonly port: number;
  readonly folder: string;
  readonly config: string;
}

function startNginx(setting: PeerSetting, nginx: string, own: NginxSetting): Promise<Server> {
  const file = join(own.folder, "nginx.conf");
  writeFileSync(file, own.config);
  const command = [nginx, "-e", "stderr", "-p", own.folder, "-c", file];
  return setting.children.serve(own.name, own.core, own.port, command);
}

/** haproxy on one thread, reusing upstream connections as freely as it can. */
export async function startHaproxy(
  setting: PeerSetting,
  haproxy: string,
  origin: Server,
): Promise<ProxyServer> {
  const [port, tlsPort] = [freePort(), freePort()];
  const file = join(setting.folder, "haproxy.cfg");
  const pair = join(setting.folder, "haproxy.pem");
  const { cert, key } = setting.certificate;
  writeFileSync(pair, readFileSync(cert, "utf8") + readFileSync(key, "utf8"));
  writeFileSync(
    file,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  option http-keep-alive
  option forwardfor
  http-reuse always
  timeout connect 5s
  timeout client 600s
  timeout server 60s
  timeout http-keep-alive 600s
listen proxy
  bind 127.0.0.1:${port}
  bind 127.0.0.1:${tlsPort} ssl crt ${pair} alpn h2,http/1.1
  server origin 127.0.0.1:${origin.port}
`,
  );
  const command = [haproxy, "-db", "-f", file];
  return { ...(await setting.children.serve("haproxy", cores.proxy, port, command)), tlsPort };
}

/** http-proxy-3 on Node. */
export async function startNode(setting: PeerSetting, node: string, origin: Server): Promise<ProxyServer> {
  const [port, tlsPort] = [freePort(), freePort()];
  const script = join(import.meta.dir, "node-proxy.mjs");
  const { cert, key } = setting.certificate;
  const command = [node, script, String(port), String(tlsPort), `http://127.0.0.1:${origin.port}`, cert, key];
  return { ...(await setting.children.serve("node", cores.proxy, port, command)), tlsPort };
}

/** Sallyport's edge without policies, network data and store. */
export async function startBare(setting: PeerSetting, origin: Server): Promise<ProxyServer> {
  const [port, tlsPort] = [freePort(), freePort()];
  const script = join(import.meta.dir, "bare-edge.ts");
  const { cert, key } = setting.certificate;
  const where = [String(port), String(tlsPort), `http://127.0.0.1:${origin.port}`, cert, key];
  const command = [process.execPath, script, ...where];
  return { ...(await setting.children.serve("bare", cores.proxy, port, command)), tlsPort };
}

/** The whole of Sallyport as `serve` starts it, with the shipped policies and its events stored. */
export function startWhole(setting: PeerSetting, origin: Server): Promise<ProxyServer> {
  const data = join(setting.folder, "data");
  mkdirSync(data);
  return startServe(setting, origin, { name: "policies", data, policies: join(repository, "policies") });
}

/** A measure that the shipped policies are given, and a policy that reads it at each request for a product. */
const countedPolicy = `measure bench_visits = count at tagged catalogue by ip over 1h

policy bench_visitors on tagged catalogue {
  mode enforce
  reason "the benchmark wants a measure with very many keys to be counted and read"
  when { bench_visits >= 1000000 }
  then { block 429 }
}
`;

/** As many addresses have been seen as there are `keys`, and their measures are live; clients are told apart by X-Forwarded-For. */
export async function startWithKeys(
  setting: PeerSetting,
  origin: Server,
  keys: number,
): Promise<ProxyServer> {
  const data = join(setting.folder, "data-keys");
  const policies = join(setting.folder, "policies-keys");
  mkdirSync(data);
  cpSync(join(repository, "policies"), policies, { recursive: true });
  writeFileSync(join(policies, "bench.policy"), countedPolicy);
  const script = join(import.meta.dir, "live-keys.ts");
  const fill = [process.execPath, script, data, policies, "bench_visits", String(keys)];
  await setting.children.run(cores.load, 120_000, fill);
  return startServe(setting, origin, { name: "keys", data, policies }, ["--trusted-proxies=127.0.0.1"]);
}

interface ServeSetting {
  readonly name: string;
  readonly data: string;
  readonly policies: string;
}

async function startServe(
  { children, certificate }: PeerSetting,
  origin: Server,
  { name, data, policies }: ServeSetting,
  more: readonly string[] = [],
): Promise<ProxyServer> {
  const [port, tlsPort] = [freePort(), freePort()];
  const server = await children.serve(name, cores.proxy, port, [
    process.execPath,
    join(repository, "src/main.ts"),
    "serve",
    "--no-demo",
    `--origin=http://127.0.0.1:${origin.port}`,
    `--listen=127.0.0.1:${port}`,
    `--tls-listen=127.0.0.1:${tlsPort}`,
    `--tls-cert=${certificate.cert}`,
    `--tls-key=${certificate.key}`,
    `--admin=127.0.0.1:${freePort()}`,
    `--data=${data}`,
    `--policies=${policies}`,
    "--max-connections-per-address=100000",
    ...more,
  ]);
  return { ...server, tlsPort };
}
