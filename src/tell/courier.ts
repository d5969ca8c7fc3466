/** The serving thread's end of the courier: hands its questions on to storage, and starts another one if it dies. */
import type { Messaging } from "../../dsl/index.ts";
import type { Store } from "../store/open-store.ts";
import { workerUrl } from "../worker-url.ts";
import type { CourierStart, FromCourier, ToCourier } from "./courier-messages.ts";

/** What the courier needs. */
export interface CourierOptions {
  readonly commands: Pick<Store["commands"], "claimDeliveries" | "settleDeliveries">;
  readonly start: Omit<CourierStart, "kind">;
  /** The targets of the live policies. */
  messaging(): Messaging;
  fault(error: unknown): void;
}

const restartMs = 1000;
const lookMs = 500;

/** A running courier. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #look: Timer;
  #worker: Worker;
  #messaging: Messaging;
  #isClosed = false;

  constructor(options: CourierOptions) {
    this.#options = options;
    this.#messaging = options.messaging();
    this.#worker = this.#startWorker();
    this.#look = setInterval(() => this.#takeNewTargets(), lookMs);
    this.#look.unref();
  }

  /** Something new is in the outbox. */
  wake(): void {
    if (!this.#isClosed) this.#post({ kind: "wake" });
  }

  /** Ends at once: what is under way is taken up again by the next start, under the same id. */
  close(): void {
    this.#isClosed = true;
    clearInterval(this.#look);
    this.#worker.terminate();
  }

  #startWorker(): Worker {
    const worker = new Worker(workerUrl("tell/courier"));
    worker.addEventListener(
      "message",
      ({ data }: MessageEvent<FromCourier>) => void this.#answer(worker, data),
    );
    const died = (reason: unknown) => {
      if (worker !== this.#worker || this.#isClosed) return;
      this.#options.fault(reason);
      setTimeout(() => {
        if (worker === this.#worker && !this.#isClosed) this.#worker = this.#startWorker();
      }, restartMs);
    };
    worker.addEventListener("error", (event) => died(event.message));
    worker.addEventListener("close", () => died("the courier ended by itself"));
    worker.postMessage({ kind: "start", ...this.#options.start } satisfies ToCourier, []);
    worker.postMessage({ kind: "messaging", messaging: this.#messaging } satisfies ToCourier, []);
    return worker;
  }

  #post(message: ToCourier): void {
    this.#worker.postMessage(message, []);
  }

  #takeNewTargets(): void {
    const messaging = this.#options.messaging();
    if (messaging === this.#messaging) return;
    this.#messaging = messaging;
    this.#post({ kind: "messaging", messaging });
  }

  async #answer(worker: Worker, message: FromCourier): Promise<void> {
    const { commands } = this.#options;
    const { call } = message;
    const reply = (answer: ToCourier) => {
      if (worker === this.#worker && !this.#isClosed) worker.postMessage(answer, []);
    };
    if (message.kind === "claim") {
      const claim = await commands.claimDeliveries(message.capacity).catch(() => undefined);
      reply({ kind: "claimed", call, claim });
      return;
    }
    const isKept = await commands.settleDeliveries(message.attempts).then(
      () => true,
      () => false,
    );
    reply({ kind: "settled", call, isKept });
  }
}
