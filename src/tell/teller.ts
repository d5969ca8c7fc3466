/**
 * Takes what decisions ask to be told and brings it into the outbox: calls at once, alerts as one that grows. Costs
 * the request a few lookups; writing is batched, and nothing here grows without bound.
 */
import type { Tell } from "../../dsl/index.ts";
import type { Store } from "../store/open-store.ts";
import type { DurableEntry, NewCall } from "../store/outbox-rows.ts";
import { AlertGrowths } from "./alert-growths.ts";
import type { TellSeal } from "./tell-seal.ts";
import type { ToldRequest } from "./told-request.ts";

/** What the teller needs. */
export interface TellerOptions {
  readonly commands: Pick<Store["commands"], "commit">;
  readonly seal: TellSeal;
  /** Something new is in the outbox. */
  stored(): void;
  fault(error: unknown): void;
}

/** Calls are on disk after a moment; alerts that are known grow in steps. */
const callMs = 5;
const newAlertMs = 50;
const growthMs = 1000;
const retryMs = 1000;
const mostCalls = 50_000;
const mostABatch = 500;
const mostRemembered = 100_000;

/** Collects and stores what is to be told. */
export class Teller {
  readonly #options: TellerOptions;
  readonly #growths: AlertGrowths;
  /** Keys told of lately, so that a flood asks storage once. */
  readonly #until = new Map<string, number>();
  #calls: NewCall[] = [];
  #timer: Timer | undefined;
  #dueAt = Infinity;
  #writing: Promise<void> | undefined;

  constructor(options: TellerOptions) {
    this.#options = options;
    this.#growths = new AlertGrowths(options.seal);
  }

  /** Takes tells that may be told: those that wait for a success come only after it. Never throws. */
  tell(tells: readonly Tell[], request: ToldRequest): void {
    for (const tell of tells) {
      if (tell.kind === "alert") {
        const isNew = this.#growths.add(tell, request);
        this.#flushIn(isNew ? newAlertMs : growthMs);
      } else if (this.#addCall(tell, request)) this.#flushIn(callMs);
    }
  }

  /** Resolves when everything taken so far is stored. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#dueAt = Infinity;
    while (this.#calls.length > 0 || this.#growths.size > 0 || this.#writing) {
      await (this.#writing ?? this.#write());
    }
  }

  #addCall(tell: Extract<Tell, { kind: "webhook" }>, request: ToldRequest): boolean {
    const { seal } = this.#options;
    const { policy, name, once } = tell;
    const key = once && seal.onceKey("webhook", policy, name, once.key);
    if (once && key && !this.#isDue(key, once.everyMs, request.at)) return false;
    if (this.#calls.length >= mostCalls) {
      this.#options.fault(new Error(`a call of ${policy} is lost: storage has not taken any for too long`));
      return false;
    }
    const id = `msg_${crypto.randomUUID().replaceAll("-", "")}`;
    this.#calls.push({
      id,
      policy,
      target: `webhook ${name}`,
      app: request.app,
      event: request.event,
      body: seal.seal(id, tell.payload ?? ownBody(policy, request)),
      once: once && key && { key, until: request.at + once.everyMs },
    });
    return true;
  }

  #isDue(key: Uint8Array, everyMs: number, now: number): boolean {
    const text = Buffer.from(key).toString("base64");
    if (now < (this.#until.get(text) ?? 0)) return false;
    // Storage remembers what is forgotten here.
    if (this.#until.size >= mostRemembered) this.#until.clear();
    this.#until.set(text, now + everyMs);
    return true;
  }

  #flushIn(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#dueAt) return;
    this.#dueAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#dueAt = Infinity;
      if (!this.#writing) void this.#write();
    }, ms);
  }

  #write(): Promise<void> {
    const entry: DurableEntry = {
      calls: this.#calls.slice(0, mostABatch),
      alerts: this.#growths.take(),
    };
    this.#calls = this.#calls.slice(mostABatch);
    this.#writing = this.#commit(entry).finally(() => {
      this.#writing = undefined;
      if (this.#calls.length > 0) this.#flushIn(0);
      else if (this.#growths.size > 0) this.#flushIn(growthMs);
    });
    return this.#writing;
  }

  /** Tries until storage has it; a call that is stored twice is one, by its id. */
  async #commit(entry: DurableEntry): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        await this.#options.commands.commit(entry);
        this.#options.stored();
        return;
      } catch (error) {
        if (tries === 1) this.#options.fault(error);
        await Bun.sleep(retryMs);
      }
    }
  }
}

/** What is said where the policy writes no body. */
function ownBody(policy: string, request: ToldRequest): string {
  return JSON.stringify({
    type: "sallyport.match",
    policy,
    app: request.app,
    route: request.route ?? null,
    event: request.event,
    at: new Date(request.at).toISOString(),
    withheld: request.withheld(policy),
  });
}
