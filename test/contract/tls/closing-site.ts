/** An HTTPS site that closes every connection, so that a client's second request is a second handshake. */
import type { TlsWay } from "../../../src/accept/tls/accept-tls.ts";
import { Certificates } from "../../../src/accept/tls/certificates.ts";
import type { ClientSocket } from "../../../src/accept/tls/tls-acceptor.ts";
import type { MadeCertificate } from "../../support/test-certificates.ts";
import { listenTls, type TlsListener } from "./tls-listener.ts";

const page = "<!doctype html><title>ok</title>ok";
const response = Buffer.from(
  `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\nConnection: close\r\n\r\n${page}`,
);

/** Starts it with HTTP/1.1 only. */
export function closingSite(certificate: MadeCertificate, way: TlsWay = "same_socket"): TlsListener {
  const heads = new WeakMap<ClientSocket, string>();
  return listenTls(
    way,
    { certificates: new Certificates({ files: [certificate], pollMs: 0 }), alpn: ["http/1.1"] },
    {
      received(socket, chunk) {
        const head = (heads.get(socket) ?? "") + chunk.toString("latin1");
        heads.set(socket, head);
        if (!head.endsWith("\r\n\r\n")) return;
        socket.write(response);
        socket.shutdown();
      },
    },
  );
}
