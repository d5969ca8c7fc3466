/** Which request was whose, kept out of band: a file of the range, never anything that Sallyport can see. */
import type { FileSink } from "bun";
import type { RangeClock } from "./range-clock.ts";

/** Writes one line for each request sent: compressed ms, address, path, label. */
export class RequestLabels {
  readonly #sink: FileSink | undefined;
  count = 0;

  /** Counts only, when no file is named. */
  constructor(file?: string) {
    this.#sink = file === undefined ? undefined : Bun.file(file).writer();
  }

  of(label: string, clock: RangeClock): (address: string, path: string) => void {
    return (address, path) => {
      this.count++;
      void this.#sink?.write(`${JSON.stringify([Math.floor(clock.now), address, path, label])}\n`);
    };
  }

  async close(): Promise<void> {
    await this.#sink?.end();
  }
}
