/** What one HTTP/2 connection may cost. */
import { headLimits } from "../request-head.ts";

/** Bounds of one connection; a client that passes one is told so by the error code that the RFC names. */
export const http2Limits = {
  /** Requests at once (RFC 9113 §5.1.2). */
  streams: 128,
  /** Bytes of one request's body that may be on their way, or wait for its origin. */
  streamWindow: 262_144,
  /** The same of all requests together. */
  connectionWindow: 1_048_576,
  /** Names and values with 32 bytes each beside (RFC 9113 §6.5.2): all that HTTP/1.1 would take. */
  headerListBytes: headLimits.bytes + headLimits.fields * 32,
  /** A field block as sent, over all its frames; more can only be meant to wear the decoder out. */
  fieldBlockBytes: 49_152,
  /** CONTINUATION frames after one HEADERS. */
  continuations: 16,
  /** Streams that came to nothing by the client's doing: at once, and a second. */
  resets: { burst: 300, perSecond: 30 },
  /** Frames that carry nothing (SETTINGS, PING, PRIORITY, unknown, empty): at once, and a second. */
  idleFrames: { burst: 1_000, perSecond: 100 },
  /** WINDOW_UPDATE frames beyond what the data sent explains. */
  windowUpdates: { burst: 2_000, perSecond: 200 },
  /** Responses wait in their streams while this much waits for the socket. */
  socketBacklog: 65_536,
  /** Nothing is read while this much waits for the socket. */
  readingBacklog: 262_144,
  /** An origin waits while this much of its response waits in the stream. */
  streamBacklog: 65_536,
} as const;
