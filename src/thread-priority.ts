/** Serving goes before everything else: Workers that store, read or compile yield the processor to it. */
import { readlinkSync } from "node:fs";
import { setPriority } from "node:os";

/** Added to a Worker's niceness; of one contended core the serving thread then gets about nine tenths. */
const niceness = 10;

/** Lowers the priority of the calling thread alone; Linux schedules threads one by one, elsewhere nothing happens. */
export function yieldToServing(): void {
  try {
    // PID/task/TID; setpriority(2) takes a thread's id on Linux.
    const thread = Number(readlinkSync("/proc/thread-self").split("/").at(-1));
    setPriority(thread, niceness);
  } catch {
    // No /proc, or not permitted: the thread competes as an equal, which is slower and not wrong.
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4));
/** ms; the shortest that the kernel takes for a sleep. */
const shortest = 0.05;

/**
 * Gives the processor away for a moment. A thread of low priority that is at work is still left to it for up to 3 ms (EEVDF),
 * and on a machine of one core serving would wait for it.
 */
export function letServingGoOn(): void {
  Atomics.wait(nothing, 0, 0, shortest);
}
