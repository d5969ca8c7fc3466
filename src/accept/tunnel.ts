/** A client's connection after an upgrade (RFC 9110 §7.8): bytes of another protocol, each direction for itself. */

/** Whoever takes what the client sends. */
export interface TunnelEnd {
  /** Bytes of the client; false asks it to wait until `ClientTunnel.resume`. */
  sent(bytes: Buffer): boolean;
  /** The client sent FIN, and may still read. */
  clientEnded(): void;
  /** What was queued for the client has been taken. */
  clientDrained(): void;
  /** The client's connection is gone. */
  clientGone(): void;
}

/** The client's side, for whoever writes to it. */
export interface ClientTunnel {
  /** False asks to wait for `TunnelEnd.clientDrained`. */
  write(bytes: Uint8Array): boolean;
  /** Sends FIN after what is queued. */
  end(): void;
  /** Sends FIN after what is queued, and waits no longer than for its arrival. */
  finish(): void;
  /** Cuts the connection. */
  abort(): void;
  /** Lets a waiting client go on. */
  resume(): void;
}
