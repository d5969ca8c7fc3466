/** How long a client may take, and where else it could hold a connection for nothing. */

/** Waits in ms; each is checked about once a second. */
export interface Waits {
  /** From connecting to the end of the TLS handshake. */
  readonly handshake: number;
  /** From the first byte of a head (or from connecting) to its last. */
  readonly head: number;
  /** Between requests. */
  readonly idle: number;
  /** Without enough bytes of a body that somebody waits for: `leastBytesPerSecond`, averaged over this wait. */
  readonly body: number;
  /** Without the client taking enough of what is queued for it, at the same pace. */
  readonly drain: number;
  /** Between our FIN and the client's. */
  readonly linger: number;
}

/** The waits of a production edge. */
export const defaultWaits: Waits = {
  handshake: 10_000,
  head: 15_000,
  idle: 75_000,
  body: 30_000,
  drain: 60_000,
  linger: 2_000,
};

/** Whoever connected this recently is about to send its request, ms: it is not closed for being idle. */
export const freshMs = 1_000;

/** The slowest pace of a body or of a reader that is waited for; a phone at the edge of its network is faster. */
export const leastBytesPerSecond = 100;
