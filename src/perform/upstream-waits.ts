/** How long origins may take, and how long their connections are kept. */

/** Waits in ms; those checked by the sweep (all but `connect`) may last up to two seconds longer. */
export interface UpstreamWaits {
  /** Until connected, the TLS handshake included. */
  readonly connect: number;
  /** From the request's last progress to the head of the answer. */
  readonly answer: number;
  /** Between parts of an answer's body. */
  readonly body: number;
  /** Of silence on both sides after an upgrade. */
  readonly tunnel: number;
  /** An idle connection is kept: many origins end theirs after five seconds. */
  readonly idle: number;
}

/** What holds where nothing is said. */
export const usualWaits: UpstreamWaits = {
  connect: 5_000,
  answer: 60_000,
  body: 60_000,
  tunnel: 600_000,
  idle: 2_500,
};
