/** Reads the response heads of one connection; most are the last one again, which is then neither decoded nor parsed. */
import { parseResponseHead, type ResponseHead } from "./response-head.ts";

/** Longer heads are not remembered: idle connections hold one each. */
const mostRemembered = 2_048;
const noBytes = Buffer.alloc(0);

/** One connection's reader. */
export class ResponseHeadReader {
  #last: ResponseHead | undefined;
  #method = "";
  /** The last head at the front of a buffer that serves one after another. */
  #bytes = noBytes;
  #size = 0;

  /** Reads the head from `start` to before `end`, its empty line included; a text says what is wrong with it. */
  read(bytes: Buffer, start: number, end: number, method: string): ResponseHead | string {
    const size = end - start;
    if (
      this.#size === size &&
      this.#method === method &&
      this.#last &&
      bytes.compare(this.#bytes, 0, size, start, end) === 0
    )
      return this.#last;
    const head = parseResponseHead(bytes.toString("latin1", start, end - 2), method, this.#last);
    if (typeof head !== "string") this.#remember(head, method, bytes, start, end);
    return head;
  }

  #remember(head: ResponseHead, method: string, bytes: Buffer, start: number, end: number): void {
    const size = end - start;
    // Secrets are not kept beyond the response.
    this.#last = head.hasSecret ? undefined : head;
    this.#size = head.hasSecret || size > mostRemembered ? 0 : size;
    if (this.#size === 0) return;
    this.#method = method;
    if (this.#bytes.length < size) this.#bytes = Buffer.allocUnsafeSlow(size);
    bytes.copy(this.#bytes, 0, start, end);
  }
}
