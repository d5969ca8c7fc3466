/** What many Node deployments have in front: http-proxy-3, kept alive; `node node-proxy.mjs PORT TLS-PORT ORIGIN CERT KEY`. */
import { readFileSync } from "node:fs";
import { Agent, createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createProxyServer } from "http-proxy-3";

const [port = "", tlsPort = "", target = "", cert = "", key = ""] = process.argv.slice(2);
const proxy = createProxyServer({
  target,
  xfwd: true,
  agent: new Agent({ keepAlive: true, maxSockets: 256 }),
});
proxy.on("error", (error) => console.error(error));
const server = createServer({ keepAliveTimeout: 600_000 }, (request, response) =>
  proxy.web(request, response),
);
server.listen(Number(port), "127.0.0.1");
const pair = { cert: readFileSync(cert), key: readFileSync(key), keepAliveTimeout: 600_000 };
createTlsServer(pair, (request, response) => proxy.web(request, response)).listen(
  Number(tlsPort),
  "127.0.0.1",
);
