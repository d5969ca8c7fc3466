/** Finds request heads in the bytes of a connection, and says as early as it can that none can come of them. */
import { lowerFieldName } from "./field-lines.ts";
import type { PendingBytes } from "./pending-bytes.ts";
import { isRefusal, type Refusal } from "./refusal.ts";
import {
  type FieldSectionMemo,
  headBefore,
  headLimits,
  parseRequestHead,
  type RequestHead,
  requestLineProblem,
} from "./request-head.ts";

const doubleCrlf = Buffer.from("\r\n\r\n");
const crlf = Buffer.from("\r\n");
const noBytes = Buffer.alloc(0);
/** The longest request line: method, target, version and the two spaces. */
const requestLineBytes = headLimits.methodBytes + headLimits.targetBytes + 10;

/** Reads one head after the other; the outcome does not depend on how the bytes were split. */
export class HeadReader {
  /** Bytes that hold no end of a head. */
  #searched = 0;
  #hasSkippedLine = false;
  #hasCheckedLine = false;
  #memo: FieldSectionMemo | undefined;
  /** The bytes of that section, its empty line included, at the front of a buffer that serves one section after another. */
  #memoBytes = noBytes;
  #memoSize = 0;

  /** Takes a complete head off the queue; undefined while more bytes are needed. */
  read(pending: PendingBytes): RequestHead | Refusal | undefined {
    let bytes = pending.view;
    if (bytes && this.#searched === 0 && bytes[0] === 13) {
      // RFC 9112 §2.2: one empty line before the request line is ignored; one, not any number.
      if (bytes.length === 1) return undefined;
      if (bytes[1] !== 10 || this.#hasSkippedLine) return noMethod;
      this.#hasSkippedLine = true;
      pending.consume(2);
      bytes = pending.view;
      if (bytes?.[0] === 13) return noMethod;
    }
    if (!bytes) return undefined;
    const again = this.#memo && this.#searched === 0 && this.#readAgain(bytes, pending, this.#memo);
    if (again) return again;
    const end = bytes.indexOf(doubleCrlf, Math.max(0, this.#searched - 3));
    if (end < 0) return this.#unfinished(bytes);
    if (end > headLimits.bytes) return tooLarge(bytes);
    const parsed = parseRequestHead(bytes.toString("latin1", 0, end + 2), this.#memo);
    this.#consume(pending, end + 4);
    if (isRefusal(parsed)) return parsed;
    if (parsed.memo) this.#remember(parsed.memo, bytes, end + 4);
    else this.#memo = undefined;
    return parsed.head;
  }

  #consume(pending: PendingBytes, bytes: number): void {
    pending.consume(bytes);
    this.#searched = 0;
    this.#hasSkippedLine = false;
    this.#hasCheckedLine = false;
  }

  /** Where the last field section comes again, byte for byte, only the request line is new. */
  #readAgain(
    bytes: Buffer,
    pending: PendingBytes,
    memo: FieldSectionMemo,
  ): RequestHead | Refusal | undefined {
    const start = bytes.indexOf(10) + 1;
    const end = start + this.#memoSize;
    if (start < 2 || bytes[start - 2] !== 13 || end > bytes.length || end - 4 > headLimits.bytes)
      return undefined;
    if (bytes.compare(this.#memoBytes, 0, this.#memoSize, start, end) !== 0) return undefined;
    const head = headBefore(memo, bytes.toString("latin1", 0, start - 2));
    if (head) this.#consume(pending, end);
    return head;
  }

  #remember(memo: FieldSectionMemo, bytes: Buffer, end: number): void {
    this.#memo = memo;
    const size = memo.text.length + 2;
    if (this.#memoBytes.length < size) this.#memoBytes = Buffer.allocUnsafeSlow(size);
    bytes.copy(this.#memoBytes, 0, end - size, end);
    this.#memoSize = size;
  }

  /** What the complete head would be refused for is said at once, rather than after the wait for its end. */
  #unfinished(bytes: Buffer): Refusal | undefined {
    // Binary protocols (a TLS ClientHello, say) may never send the empty line that would end a head.
    if (this.#searched === 0 && lowerFieldName(String.fromCharCode(bytes[0] ?? 0)) === undefined)
      return noMethod;
    for (let at = bytes.indexOf(10, this.#searched); at >= 0; at = bytes.indexOf(10, at + 1)) {
      if (bytes[at - 1] !== 13) return { status: 400, reason: "bare LF in the head (RFC 9112 §2.2)" };
    }
    // A head that ends later is at least as long as what has no end in it, up to three bytes of its terminator.
    if (bytes.length - 3 > headLimits.bytes) return tooLarge(bytes);
    const lineFrom = Math.max(0, this.#searched - 1);
    this.#searched = bytes.length;
    return this.#hasCheckedLine ? undefined : this.#checkLine(bytes, lineFrom);
  }

  #checkLine(bytes: Buffer, from: number): Refusal | undefined {
    const end = bytes.indexOf(crlf, from);
    if (end < 0) return undefined;
    this.#hasCheckedLine = true;
    return requestLineProblem(bytes.toString("latin1", 0, end));
  }
}

const noMethod: Refusal = {
  status: 400,
  reason: "the request line does not start with a method (RFC 9112 §3)",
};

function tooLarge(bytes: Buffer): Refusal {
  const lineEnd = bytes.indexOf(crlf);
  return lineEnd < 0 || lineEnd > requestLineBytes
    ? { status: 414, reason: "request line too long (RFC 9112 §3)" }
    : { status: 431, reason: "head too large (RFC 6585 §5)" };
}
