/** Looks at one genuine answer as it passes, for whoever learns from it; holds nothing up. */
import type { ResponseWatcher } from "../perform/forward.ts";

/** Bytes of a body that are learned from; longer answers are not. */
const longestBody = 65_536;

/** Copies a body while another watcher, if any, reads it too. */
export class LearningWatcher implements ResponseWatcher {
  readonly #inner: ResponseWatcher | undefined;
  readonly #ended: (body: Buffer | undefined) => void;
  readonly #parts: Buffer[] = [];
  #length = 0;

  /** `ended` gets the whole body, or undefined when it is not kept: too long, or not sampled. */
  constructor(
    inner: ResponseWatcher | undefined,
    isSampled: boolean,
    ended: (body: Buffer | undefined) => void,
  ) {
    this.#inner = inner;
    this.#ended = ended;
    if (!isSampled) this.#length = longestBody + 1;
  }

  data(bytes: Buffer, from: number, to: number): void {
    this.#inner?.data(bytes, from, to);
    this.#length += to - from;
    if (this.#length <= longestBody) this.#parts.push(Buffer.from(bytes.subarray(from, to)));
    else this.#parts.length = 0;
  }

  end(): void {
    this.#inner?.end();
    this.#ended(this.#length <= longestBody ? Buffer.concat(this.#parts) : undefined);
  }
}
