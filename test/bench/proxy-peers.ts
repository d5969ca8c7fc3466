/** The servers of the proxy benchmark: the origin, nginx, haproxy and Sallyport, each set up for its best. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ChildProcesses, freePort, type Server } from "./child-processes.ts";

/** Where the proxy runs, and where load generator and origin run (DESIGN.md §8). */
export const cores = { proxy: 0, load: 1 } as const;

/** The answers that the origin has. */
export const answers = { small: "/v2/catalogue/4711", large: "/large.bin" } as const;

const smallAnswer = '{"id":4711,"name":"Harbour lamp","price":4900,"currency":"EUR","stock":12}';
const largeBytes = 65_536;

/** What starting a server takes. */
export interface PeerSetting {
  readonly folder: string;
  readonly children: ChildProcesses;
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
export function startOrigin(setting: PeerSetting, nginx: string): Promise<Server> {
  const folder = join(setting.folder, "origin");
  mkdirSync(folder);
  writeFileSync(join(folder, "large.bin"), Buffer.alloc(largeBytes, "0123456789abcdef"));
  const port = freePort();
  const config = `${nginxMain(folder)}
http {
  ${nginxHttp(folder)}
  sendfile on;
  open_file_cache max=16;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    root ${folder};
    location = ${answers.small} { default_type application/json; return 200 '${smallAnswer}'; }
    location = ${answers.large} { }
  }
}
`;
  return startNginx(setting, nginx, { name: "origin", core: cores.load, port, folder, config });
}

/** nginx `proxy_pass` with kept-alive upstream connections; buffers large enough that no answer goes to disk. */
export function startNginxProxy(setting: PeerSetting, nginx: string, origin: Server): Promise<Server> {
  const folder = join(setting.folder, "nginx");
  mkdirSync(folder);
  const port = freePort();
  const config = `${nginxMain(folder)}
http {
  ${nginxHttp(folder)}
  upstream origin {
    server 127.0.0.1:${origin.port};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${port} backlog=1024;
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
  return startNginx(setting, nginx, { name: "nginx", core: cores.proxy, port, folder, config });
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
export function startHaproxy(setting: PeerSetting, haproxy: string, origin: Server): Promise<Server> {
  const port = freePort();
  const file = join(setting.folder, "haproxy.cfg");
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
  server origin 127.0.0.1:${origin.port}
`,
  );
  return setting.children.serve("haproxy", cores.proxy, port, [haproxy, "-db", "-f", file]);
}

/** Sallyport's edge without policies, network data and store. */
export function startBare(setting: PeerSetting, origin: Server): Promise<Server> {
  const port = freePort();
  const script = join(import.meta.dir, "bare-edge.ts");
  const command = [process.execPath, script, String(port), `http://127.0.0.1:${origin.port}`];
  return setting.children.serve("bare", cores.proxy, port, command);
}

/** The whole of Sallyport as `serve` starts it, with the shipped policies and its events stored. */
export function startWhole(setting: PeerSetting, origin: Server): Promise<Server> {
  const port = freePort();
  const data = join(setting.folder, "data");
  mkdirSync(data);
  const repository = join(import.meta.dir, "../..");
  return setting.children.serve("policies", cores.proxy, port, [
    process.execPath,
    join(repository, "src/main.ts"),
    "serve",
    "--no-demo",
    `--origin=http://127.0.0.1:${origin.port}`,
    `--listen=127.0.0.1:${port}`,
    `--admin=127.0.0.1:${freePort()}`,
    `--data=${data}`,
    `--policies=${join(repository, "policies")}`,
  ]);
}
