/** What the fuzzer compares the edge with: another reader of HTTP/1.1, as an origin and on the client's own bytes. */
import type { HttpReading } from "./reading.ts";

/** A running reader. */
export interface PeerReader {
  /** Name and version. */
  readonly name: string;
  /** Where it listens as an origin; its answers tell how it read each request. */
  readonly port: number;
  /** How it reads these bytes, sent whole and followed by FIN; one at a time in each lane. */
  read(lane: number, bytes: Buffer): Promise<HttpReading[]>;
  /**
   * A proxy: it may drop what was pipelined before a FIN, and read OPTIONS of an authority alone as of "/" where
   * RFC 9112 §3.2.4 has "*".
   */
  readonly isProxy: boolean;
  /** True for a refusal that is no other reading of the message, but a narrower taste. */
  isNarrower(error: string): boolean;
  stop(): Promise<void>;
}
