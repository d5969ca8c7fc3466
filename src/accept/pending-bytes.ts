/** Bytes received and not yet used. Appending is amortised constant time, so a client that sends byte by byte costs no more. */

const smallestStore = 1024;

/** A queue of bytes in one buffer; views taken from it stay valid, because used bytes are never overwritten. */
export class PendingBytes {
  #store: Buffer | undefined;
  #start = 0;
  #end = 0;
  /** The store is ours to append to; a chunk straight from the socket is only borrowed. */
  #isOwned = false;

  get length(): number {
    return this.#end - this.#start;
  }

  /** The bytes where they lie, from `start` to before `end`: a view of a part costs a buffer of its own. */
  get store(): Buffer | undefined {
    return this.#store;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** All bytes, or undefined when there are none. */
  get view(): Buffer | undefined {
    const store = this.#store;
    if (!store) return undefined;
    if (this.#start === 0 && this.#end === store.length) return store;
    return store.subarray(this.#start, this.#end);
  }

  /** Takes a chunk; an empty queue keeps the chunk itself and copies nothing. */
  append(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (!this.#store) {
      this.#store = Buffer.isBuffer(chunk)
        ? chunk
        : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      this.#start = 0;
      this.#end = chunk.length;
      this.#isOwned = false;
      return;
    }
    if (!this.#isOwned || this.#end + chunk.length > this.#store.length) this.#grow(chunk.length);
    this.#store.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Removes bytes from the front. */
  consume(bytes: number): void {
    this.#start += bytes;
    if (this.#start >= this.#end) this.clear();
  }

  clear(): void {
    this.#store = undefined;
    this.#start = 0;
    this.#end = 0;
  }

  #grow(extra: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(smallestStore, (this.length + extra) * 2));
    const old = this.view;
    if (old) grown.set(old, 0);
    this.#end = this.length;
    this.#start = 0;
    this.#store = grown;
    this.#isOwned = true;
  }
}
