/** Normal customers of the flood benchmark: a steady pace of requests, some of them on new connections. */
import { quantile } from "./figure.ts";

/** What they met. */
export interface CustomersSeen {
  readonly requests: number;
  /** Without a 200 within five seconds. */
  readonly failed: number;
  /** ms. */
  readonly p99: number;
}

const perSecond = 100;
/** Every so many requests someone new comes. */
const newcomerEvery = 5;
const patienceMs = 5_000;
const request = "GET / HTTP/1.1\r\nHost: shop.example\r\n";

/** Comes for so long and tells what it was like. */
export async function visit(port: number, seconds: number): Promise<CustomersSeen> {
  const latencies: number[] = [];
  let failed = 0;
  const regulars = Array.from({ length: 10 }, () => new Customer(port));
  const visits: Promise<void>[] = [];
  const note = async (answer: Promise<number | undefined>) => {
    const ms = await answer;
    if (ms === undefined) failed++;
    latencies.push(ms ?? patienceMs);
  };
  const begin = performance.now();
  const total = seconds * perSecond;
  for (let index = 0; index < total; index++) {
    const wait = begin + (index * 1000) / perSecond - performance.now();
    if (wait > 0) await Bun.sleep(wait);
    const isNew = index % newcomerEvery === 0;
    const customer = isNew ? new Customer(port) : regulars[index % regulars.length]!;
    visits.push(note(customer.ask(isNew)));
  }
  await Promise.all(visits);
  for (const regular of regulars) regular.leave();
  return { requests: total, failed, p99: quantile(latencies, 0.99) };
}

type Waiter = { readonly done: (isAnswered: boolean) => void };

/** One connection; asks one at a time and comes again if it was closed. */
class Customer {
  readonly #port: number;
  #socket: Bun.Socket | undefined;
  #waiter: Waiter | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #received = "";

  constructor(port: number) {
    this.#port = port;
  }

  /** The answer's time in ms; undefined when none came. */
  ask(isLast: boolean): Promise<number | undefined> {
    const asked = performance.now();
    const answer = this.#turn.then(async () => {
      const isAnswered = await this.#once(isLast);
      return isAnswered ? performance.now() - asked : undefined;
    });
    this.#turn = answer;
    return answer;
  }

  leave(): void {
    this.#socket?.end();
  }

  async #once(isLast: boolean): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), patienceMs);
    this.#waiter = { done: resolve };
    try {
      this.#socket ??= await this.#connect();
      this.#socket.write(`${request}${isLast ? "Connection: close\r\n" : ""}\r\n`);
    } catch {
      resolve(false);
    }
    const isAnswered = await promise;
    clearTimeout(timer);
    if (isLast || !isAnswered) {
      this.#socket?.terminate();
      this.#socket = undefined;
    }
    return isAnswered;
  }

  #connect(): Promise<Bun.Socket> {
    return Bun.connect({
      hostname: "127.0.0.1",
      port: this.#port,
      socket: {
        data: (_, chunk) => {
          this.#received += chunk.toString("latin1");
          if (!this.#received.endsWith("\r\n\r\nok")) return;
          this.#waiter?.done(this.#received.startsWith("HTTP/1.1 200 "));
          this.#received = "";
        },
        close: () => {
          this.#socket = undefined;
          this.#waiter?.done(false);
        },
      },
    });
  }
}
