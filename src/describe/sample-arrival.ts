/** A TLS arrival for tests and benchmarks: what Chromium's hello came to, unless told otherwise. */
import type { TlsArrival } from "../accept/tls/tls-acceptor.ts";

/** An arrival without a connection. */
export function sampleArrival(differences: Partial<TlsArrival> = {}): TlsArrival {
  return {
    ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1",
    ja4Stable: "r1:t13d1514h2_8daaf6152771_0123456789ab",
    extensionOrder: "0000-0017-ff01",
    sni: "shop.example",
    alpnOffered: ["h2", "http/1.1"],
    alpn: "http/1.1",
    tlsVersion: "TLSv1.3",
    isResumed: false,
    helloAt: 0,
    handshakeMs: 12,
    isAuthorized: false,
    ...differences,
  };
}
