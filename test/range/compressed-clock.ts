/**
 * Preloaded into a Sallyport process (`bun --preload`): wall-clock time runs as fast as the range says, so that a day of
 * customers fits into seconds. Timers and the monotonic clock stay real.
 */

/** What the range sends: from now on the time is `at` (ms since epoch) and runs `speed` times as fast. */
export interface ClockSetting {
  readonly at: number;
  readonly speed: number;
}

const RealDate = Date;
/** Where the clock starts, ms since epoch; whoever starts the process says so in its environment. */
let base = Number(process.env["RANGE_CLOCK_AT"] ?? RealDate.now());
let anchor = performance.now();
let speed = 1;

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

process.on("message", (message: ClockSetting) => {
  base = message.at;
  anchor = performance.now();
  ({ speed } = message);
});
