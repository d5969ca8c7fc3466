/** The words of HTTP/2's framing layer (RFC 9113 §4, §6, §7). */

/** Frame types (RFC 9113 §6). */
export const frameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** Frame flags; ACK and END_STREAM share a bit (RFC 9113 §6). */
export const frameFlag = { ack: 0x1, endStream: 0x1, endHeaders: 0x4, padded: 0x8, priority: 0x20 } as const;

/** Error codes that Sallyport sends (RFC 9113 §7). */
export const errorCode = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  enhanceYourCalm: 11,
} as const;

/** One of them. */
export type ErrorCode = (typeof errorCode)[keyof typeof errorCode];

/** What ends a whole connection (RFC 9113 §5.4.1). */
export interface ConnectionFault {
  readonly code: ErrorCode;
  readonly reason: string;
}

/** Settings (RFC 9113 §6.5.2). */
export const settingId = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
} as const;

/** Bytes before a frame's payload. */
export const frameHeaderBytes = 9;
/** The largest payload that either side may send unless told otherwise; nobody is told otherwise. */
export const maxFrameBytes = 16_384;
/** Flow-control windows end here (RFC 9113 §6.9.1). */
export const maxWindow = 0x7fff_ffff;
/** A window before anything was said about it (RFC 9113 §6.9.2). */
export const initialWindow = 65_535;
