/** One tick a second for all live pages: each span of time is read and rendered once, however many look at it. */
import type { Range } from "../../views/event-query.ts";
import { overviewLive } from "../../views/fragments/overview-live.ts";
import type { ConsoleContext } from "./console-context.ts";
import { overviewModel } from "./overview-model.ts";

const tickMs = 1000;
const maxStreams = 64;
/** Longer spans change slowly and cost more to read. */
const ticksPerRead: Record<Range, number> = { "15m": 1, "1h": 1, "6h": 3, "24h": 5 };
const ticksPerCheck = 10;
const ticksPerPing = 5;

/** One open page. */
export interface LiveSink {
  /** Takes a chunk, or drops it when the client does not keep up. */
  write(chunk: Uint8Array): void;
  /** False once its session has ended. */
  isAllowed(): Promise<boolean>;
  end(): void;
}

/** Renders the overview once a second while someone looks. */
export class LiveFeed {
  readonly #context: ConsoleContext;
  readonly #now: () => number;
  readonly #sinks = new Map<LiveSink, Range>();
  readonly #last = new Map<Range, string>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isTicking = false;
  #ticks = 0;

  constructor(context: ConsoleContext, now: () => number) {
    this.#context = context;
    this.#now = now;
  }

  /** How many pages are open. */
  get size(): number {
    return this.#sinks.size;
  }

  /** Adds a page; false when too many are open. */
  add(sink: LiveSink, range: Range): boolean {
    if (this.#sinks.size >= maxStreams) return false;
    this.#sinks.set(sink, range);
    // The page may have been rendered a while ago: the next tick must tell it everything.
    this.#last.delete(range);
    this.#timer ??= setInterval(() => {
      this.#tick().catch(() => {
        // A read that failed is tried again with the next tick; the page shows its last state meanwhile.
        this.#isTicking = false;
      });
    }, tickMs);
    return true;
  }

  /** Removes a page that is gone; the ticking ends with the last one. */
  remove(sink: LiveSink): void {
    this.#sinks.delete(sink);
    if (this.#sinks.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#last.clear();
  }

  /** Ends every stream. */
  close(): void {
    for (const sink of this.#sinks.keys()) {
      this.remove(sink);
      sink.end();
    }
  }

  async #tick(): Promise<void> {
    if (this.#isTicking) return;
    this.#isTicking = true;
    this.#ticks += 1;
    if (this.#ticks % ticksPerCheck === 0) await this.#check();
    for (const range of new Set(this.#sinks.values())) {
      const isFirst = !this.#last.has(range);
      if (isFirst || this.#ticks % ticksPerRead[range] === 0) await this.#send(range);
    }
    if (this.#ticks % ticksPerPing === 0) this.#write(undefined, ": still here\n\n");
    this.#isTicking = false;
  }

  async #send(range: Range): Promise<void> {
    const content = String(overviewLive(await overviewModel(this.#context, range, this.#now())));
    if (this.#last.get(range) === content) return;
    if ([...this.#sinks.values()].includes(range)) this.#last.set(range, content);
    this.#write(range, `data: ${content.replaceAll("\n", "\ndata: ")}\n\n`);
  }

  #write(range: Range | undefined, text: string): void {
    const chunk = new TextEncoder().encode(text);
    for (const [sink, wanted] of this.#sinks) if (range === undefined || wanted === range) sink.write(chunk);
  }

  async #check(): Promise<void> {
    for (const sink of this.#sinks.keys()) {
      if (await sink.isAllowed()) continue;
      this.remove(sink);
      sink.end();
    }
  }
}
