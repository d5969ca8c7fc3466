/** The fields of the client's connection that TLS gives, its own or as the app's front tells them. */
import { claimed, observed, type Row } from "./field-row.ts";

/** Rows of the field table. */
export const tlsFields: readonly Row[] = [
  observed(
    "tls.ja4",
    "ja4",
    50,
    "JA4 of the client's TLS hello, or what the app's front says it is; missing on plain HTTP.",
    (f) => {
      return f.front ? f.front.ja4 : f.tls?.ja4;
    },
  ),
  observed(
    "tls.ja4_stable",
    "text",
    50,
    "`r1:` and a JA4 without what session resumption changes.",
    (f) => f.tls?.ja4Stable,
  ),
  observed(
    "tls.extension_order",
    "text",
    50,
    "The hello's extensions in the order sent, resumption's left out; Chromium shuffles them.",
    (f) => f.tls?.extensionOrder,
  ),
  observed("tls.version", "text", 10, "`1.2` or `1.3`.", (f) => {
    return f.front ? f.front.tlsVersion : f.tls?.tlsVersion.replace("TLSv", "");
  }),
  observed("tls.alpn", "text", 10, "The protocol agreed on; missing if none was.", (f) => f.tls?.alpn),
  claimed(
    "tls.sni",
    "text",
    10,
    "The server name asked for, lower case; missing if none.",
    (f) => f.tls?.sni,
  ),
  observed("tls.resumed", "bool", 10, "True when a TLS session was resumed.", (f) => {
    return f.front ? f.front.isResumed : f.tls?.isResumed;
  }),
  observed(
    "tls.client_verified",
    "bool",
    10,
    "True when the client showed a certificate that `--tls-client-ca` signed.",
    (f) => f.tls?.isAuthorized,
  ),
  observed(
    "conn.rtt",
    "duration",
    1500,
    "The least round-trip time of the client's TCP connection, as the kernel measured it; missing behind a front.",
    (f) => f.roundTripMs,
  ),
  observed(
    "tls.rtt",
    "duration",
    10,
    "From the TLS hello to the handshake's end: one round trip to whoever speaks TLS, and both sides' computing.",
    (f) => f.tls?.handshakeMs,
  ),
  observed(
    "tls.rtt_excess",
    "duration",
    1500,
    "How much longer TLS's round trip is than TCP's: large behind a relay that ends TCP nearby. Weak evidence: slow phones compute long too.",
    (f) => {
      const [tls, tcp] = [f.tls?.handshakeMs, f.roundTripMs];
      return tls === undefined || tcp === undefined ? undefined : Math.max(0, tls - tcp);
    },
  ),
];
