/**
 * A load generator for a steady rate, a process of its own: `bun paced-load.ts URL RATE SECONDS HEADERS-JSON CLIENTS`.
 * With CLIENTS above 0 each question is of another of so many clients, as a trusted front would name them.
 *
 * Questions come as from clients who know nothing of each other: a Poisson process. Each is asked when it is due, on a
 * connection of its own, and waits for nobody: a slow answer does not keep later questions from being due (no
 * coordinated omission). It looks at the clock some ten times each millisecond, since timers tick once and would ask
 * a millisecond's questions all at once; h2load's clients tick together every 10 ms. Either would measure the queue
 * that it makes itself.
 */
import type { Socket } from "bun";
import { clientAddressOf, clientStride } from "./client-addresses.ts";
import { quantile } from "./figure.ts";
import { diceOf } from "./rule-world.ts";

/** Latencies at a steady rate, ms, from when a question was due to the end of its answer. */
export interface PacedLatency {
  readonly answers: number;
  /** Anything but a whole 2xx answer in time. */
  readonly failures: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

const connections = 128;
/** The first part of the run, not counted, s. */
const warmUpSeconds = 1;
/** How long the last answers may take, ms. */
const graceMs = 2_000;

class Client {
  readonly #question: () => Buffer | string;
  readonly #over: (client: Client, dueAt: number, isGood: boolean) => void;
  #socket: Socket<Client> | undefined;
  #dueAt = 0;
  #text = "";

  constructor(
    question: () => Buffer | string,
    over: (client: Client, dueAt: number, isGood: boolean) => void,
  ) {
    this.#question = question;
    this.#over = over;
  }

  async open(hostname: string, port: number): Promise<void> {
    this.#socket = await Bun.connect<Client>({
      hostname,
      port,
      data: this,
      socket: {
        data: (socket, chunk) => socket.data.#received(chunk),
        close: (socket) => socket.data.#end(false),
      },
    });
  }

  ask(dueAt: number): void {
    this.#dueAt = dueAt;
    this.#text = "";
    this.#socket?.write(this.#question());
  }

  close(): void {
    this.#dueAt = 0;
    this.#socket?.terminate();
  }

  #received(chunk: Buffer): void {
    this.#text += chunk.toString("latin1");
    const headEnd = this.#text.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1]);
    if (this.#text.length >= headEnd + 4 + length) this.#end(this.#text.startsWith("HTTP/1.1 2"));
  }

  #end(isGood: boolean): void {
    const dueAt = this.#dueAt;
    this.#dueAt = 0;
    if (dueAt > 0) this.#over(this, dueAt, isGood);
  }
}

/** What is asked, one time after the other. */
function questions(url: URL, headers: readonly string[], clientCount: number): () => Buffer | string {
  const head = [`GET ${url.pathname} HTTP/1.1`, ...headers].join("\r\n");
  const whole = Buffer.from(`${head}\r\n\r\n`);
  if (clientCount === 0) return () => whole;
  let client = 0;
  return () => {
    client = (client + clientStride) % clientCount;
    return `${head}\r\nX-Forwarded-For: ${clientAddressOf(client)}\r\n\r\n`;
  };
}

const nothing = new Int32Array(new SharedArrayBuffer(4));
const restMs = 0.05;

/** Leaves the processor to the origin for a moment; a timer cannot be as short. */
function rest(): void {
  Atomics.wait(nothing, 0, 0, restMs);
}

const diceFaces = 1 << 30;

/** Gives the ms between one question and the next: exponentially distributed, the same each time (Poisson process). */
function gapsAt(rate: number): () => number {
  const dice = diceOf(rate);
  return () => (-Math.log((1 + dice(diceFaces)) / diceFaces) * 1000) / rate;
}

async function run(
  url: URL,
  rate: number,
  seconds: number,
  headers: readonly string[],
  clientCount: number,
): Promise<PacedLatency> {
  const question = questions(url, headers, clientCount);
  const begin = performance.now() + 100;
  const countedFrom = begin + warmUpSeconds * 1000;
  const end = countedFrom + seconds * 1000;
  const latencies: number[] = [];
  let failures = 0;
  let answered = 0;
  let asked = 0;
  const waiting: number[] = [];
  const over = (client: Client, dueAt: number, isGood: boolean) => {
    answered++;
    if (!isGood) failures++;
    else if (dueAt >= countedFrom) latencies.push(performance.now() - dueAt);
    const next = waiting.shift();
    if (next === undefined) idle.push(client);
    else client.ask(next);
  };
  const clients = Array.from({ length: connections }, () => new Client(question, over));
  const idle = [...clients];
  await Promise.all(clients.map((client) => client.open(url.hostname, Number(url.port))));
  const { promise, resolve } = Promise.withResolvers<void>();
  const gap = gapsAt(rate);
  let dueAt = begin + gap();
  const look = () => {
    const now = performance.now();
    for (; dueAt <= now && dueAt < end; dueAt += gap()) {
      asked++;
      const client = idle.pop();
      if (client) client.ask(now);
      else waiting.push(now);
    }
    if (now >= end && (answered >= asked || now >= end + graceMs)) resolve();
    else {
      rest();
      setImmediate(look);
    }
  };
  look();
  await promise;
  failures += asked - answered;
  for (const client of clients) client.close();
  return {
    answers: latencies.length,
    failures,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    p999: quantile(latencies, 0.999),
  };
}

if (import.meta.main) {
  const [url = "", rate = "", seconds = "", headers = "[]", clients = "0"] = process.argv.slice(2);
  const fields = JSON.parse(headers) as string[];
  const result = await run(new URL(url), Number(rate), Number(seconds), fields, Number(clients));
  console.log(JSON.stringify(result));
}
