/** Asks one origin regularly whether it is well, each time on a connection of its own. */
import { OriginUnreachable } from "./open-connection.ts";
import type { ResponseHead } from "./response-head.ts";
import type { Exchange, UpstreamConnection } from "./upstream-connection.ts";
import type { UpstreamPool } from "./upstream-pool.ts";

/** What is asked, how often, and how many answers in a row count; times in ms. */
export interface HealthCheckOptions {
  readonly method: string;
  readonly path: string;
  readonly host: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  readonly rise: number;
  readonly fall: number;
}

/** The checks of one origin; the first comes at once, and one is over before the next begins. */
export class HealthCheck {
  readonly #pool: UpstreamPool;
  readonly #options: HealthCheckOptions;
  #timer: Timer | undefined;
  #inARow = 0;
  #isStopped = false;

  constructor(pool: UpstreamPool, options: HealthCheckOptions) {
    this.#pool = pool;
    this.#options = options;
    void this.#round();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  async #round(): Promise<void> {
    const problem = await this.#ask();
    if (this.#isStopped) return;
    this.#count(problem);
    // Origins that were declared together are not all asked at the same moment for ever.
    const everyMs = this.#options.everyMs * (0.95 + Math.random() * 0.1);
    this.#timer = setTimeout(() => void this.#round(), everyMs);
  }

  #count(problem: string | undefined): void {
    const { health } = this.#pool;
    const isWell = problem === undefined;
    if (isWell === health.isUp) {
      this.#inARow = 0;
      return;
    }
    this.#inARow++;
    if (this.#inARow < (isWell ? this.#options.rise : this.#options.fall)) return;
    this.#inARow = 0;
    health.checked(isWell, `health check: ${problem ?? "well"}`);
  }

  /** What is wrong with the origin, if anything. */
  async #ask(): Promise<string | undefined> {
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    let connection: UpstreamConnection | undefined;
    let isOver = false;
    const timer = setTimeout(() => resolve("no answer in time"), this.#options.timeoutMs);
    const opened = (made: UpstreamConnection) => {
      connection = made;
      if (isOver) made.close();
      else this.#send(made, resolve);
    };
    this.#pool
      .connectForCheck()
      .then(opened, (error: unknown) =>
        resolve(error instanceof OriginUnreachable ? error.message : String(error)),
      );
    const problem = await promise;
    isOver = true;
    clearTimeout(timer);
    connection?.close();
    return problem;
  }

  #send(connection: UpstreamConnection, done: (problem: string | undefined) => void): void {
    const { method, path, host } = this.#options;
    connection.begin(new Probe(method, done));
    connection.writer.writeHead(
      `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nUser-Agent: sallyport-health\r\n${this.#pool.lockLine}Connection: close\r\n\r\n`,
    );
  }
}

/** Only the head of the answer is of interest. */
class Probe implements Exchange {
  readonly method: string;
  readonly #done: (problem: string | undefined) => void;

  constructor(method: string, done: (problem: string | undefined) => void) {
    this.method = method;
    this.#done = done;
  }

  head({ status }: ResponseHead): void {
    this.#done(status < 400 ? undefined : `answered ${status}`);
  }

  fail(_failure: string, detail: string): void {
    this.#done(detail);
  }

  data(): boolean {
    return false;
  }

  upgraded(): undefined {
    return undefined;
  }

  continued(): void {
    // Nothing waits for it.
  }

  interim(): void {
    // The final answer counts.
  }

  end(): void {
    // The head has told it.
  }

  flush(): void {
    // Nothing is held back.
  }

  drained(): void {
    // One head always fits.
  }
}
