/**
 * Preloaded into a Sallyport process (`bun --preload`) and into its Workers: wall-clock time runs as fast as the range
 * says, so that a day of customers fits into seconds. Timers and the monotonic clock stay real.
 */

/** What the range sends: from now on the time is `at` (ms since epoch) and runs `speed` times as fast. */
export interface ClockSetting {
  readonly at: number;
  readonly speed: number;
}

const RealDate = Date;
/** Where the clock starts, ms since epoch, and how fast: whoever starts the process or the Worker says so in its environment. */
let base = Number(process.env["RANGE_CLOCK_AT"] ?? RealDate.now());
let speed = Number(process.env["RANGE_CLOCK_SPEED"] ?? 1);
let anchor = performance.now();
/** The Workers follow: ledger, outbox and courier live by the same time. */
const followers = new BroadcastChannel("range clock");

const now = () => Math.floor(base + (performance.now() - anchor) * speed);

class CompressedDate extends RealDate {
  constructor(...parts: []) {
    if (parts.length === 0) super(now());
    else super(...parts);
  }

  static override now(): number {
    return now();
  }
}

globalThis.Date = CompressedDate as DateConstructor;

function follow(setting: ClockSetting): void {
  base = setting.at;
  anchor = performance.now();
  ({ speed } = setting);
}

if (Bun.isMainThread) {
  const RealWorker = Worker;
  // Bun preloads nothing into Workers by itself.
  globalThis.Worker = class extends RealWorker {
    constructor(url: string | URL, options?: WorkerOptions) {
      process.env["RANGE_CLOCK_AT"] = String(now());
      process.env["RANGE_CLOCK_SPEED"] = String(speed);
      super(url, { ...options, preload: [import.meta.path] });
    }
  };
  process.on("message", (message: ClockSetting) => {
    follow(message);
    followers.postMessage(message);
  });
} else {
  followers.addEventListener("message", (message) => follow(message.data as ClockSetting));
  followers.unref();
}
