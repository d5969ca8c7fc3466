/** Makes the acceptor that a listener uses. */
import { sameSocketEngine } from "./same-socket.ts";
import { spliceEngine } from "./splice.ts";
import type { TlsAcceptor, TlsOptions } from "./tls-acceptor.ts";
import { TlsConnection } from "./tls-connection.ts";

/** The two ways; `splice` is the fallback and costs more than half of the throughput. */
export type TlsWay = "same_socket" | "splice";

/** The acceptor; both ways keep the same contract. */
export function acceptTls(options: TlsOptions, way: TlsWay = "same_socket"): TlsAcceptor {
  const engine = way === "same_socket" ? sameSocketEngine(options) : spliceEngine(options);
  return {
    accept: (raw, secured) => new TlsConnection(raw, options, engine, secured),
    close: () => engine.close(),
  };
}
