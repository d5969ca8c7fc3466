/**
 * Sallyport's data path and nothing else, as a process of its own: `bun bare-edge.ts PORT TLS-PORT ORIGIN-URL CERT KEY`.
 * Listener, Elysia app, pipeline and upstream client are the real ones; there is one app without policies, no
 * network data, and nothing is recorded.
 */
import { listenEdge } from "../../src/accept/edge-listener.ts";
import { Certificates } from "../../src/accept/tls/certificates.ts";
import { edgeApp } from "../../src/pipeline.ts";
import { barePipeline } from "./bare-pipeline.ts";

const [port = "", tlsPort = "", origin = "", cert = "", key = ""] = process.argv.slice(2);

const pipeline = barePipeline(origin);
const elysia = edgeApp(pipeline);
listenEdge({
  hostname: "127.0.0.1",
  port: Number(port),
  tls: {
    hostname: "127.0.0.1",
    port: Number(tlsPort),
    way: "same_socket",
    alpn: ["h2", "http/1.1"],
    certificates: new Certificates({ files: [{ cert, key }], pollMs: 0 }),
    clientCertificates: undefined,
    refused: (reason) => console.error(reason),
  },
  trusted: [],
  serve: (request) => void elysia.fetch(request as unknown as Request),
  refused: (connection, refusal) => pipeline.refused(connection, refusal),
  fault: console.error,
});
