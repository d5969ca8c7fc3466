/** Which request was whose, kept out of band: a file of the range, never anything that Sallyport can see. */
import type { FileSink } from "bun";
import type { RangeClock } from "./range-clock.ts";

/** Takes a sign-in that succeeded; `own account` is one that the attacker made himself. */
export type SignInLabeller = (address: string, email: string, label: "attack" | "own account") => void;

/** Writes one line for each request sent: compressed ms, address, path, label. */
export class RequestLabels {
  /** Where they are; undefined when they are only counted. */
  readonly file: string | undefined;
  readonly #sink: FileSink | undefined;
  count = 0;

  /** Counts only, when no file is named. */
  constructor(file?: string) {
    this.file = file;
    this.#sink = file === undefined ? undefined : Bun.file(file).writer();
  }

  of(label: string, clock: RangeClock): (address: string, path: string) => void {
    return (address, path) => {
      this.count++;
      void this.#sink?.write(`${JSON.stringify([Math.floor(clock.now), address, path, label])}\n`);
    };
  }

  /** Takes sign-ins of attackers that succeeded: lines that have the account and the scenario at their end. */
  signIns(scenario: string, clock: RangeClock): SignInLabeller {
    return (address, email, label) => {
      const line = [Math.floor(clock.now), address, "/login", label, email, scenario];
      void this.#sink?.write(`${JSON.stringify(line)}\n`);
    };
  }

  /** All lines so far are in the file when it resolves. */
  async flush(): Promise<void> {
    await this.#sink?.flush();
  }

  async close(): Promise<void> {
    await this.#sink?.end();
  }
}
