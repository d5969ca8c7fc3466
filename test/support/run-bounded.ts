/** Runs a program in sight of the user, and never longer than there is time. */

const killAfterMs = 5000;
const drainMs = 2000;

/** How a program is run. */
export interface BoundedRun {
  /** When it must have ended, ms since the epoch. */
  readonly deadline: number;
  /** Its environment; ours when left out. */
  readonly env?: Record<string, string | undefined>;
  /** Hears what the program writes to its standard error, which is shown as well. */
  readonly hear?: (text: string) => void;
}

/** The exit code; at the deadline the program is told to stop, then killed, and the code is 124. */
export async function runBounded(
  command: string[],
  { deadline, env = process.env, hear }: BoundedRun,
): Promise<number> {
  const child = Bun.spawn(command, {
    env,
    stdin: "ignore",
    stdout: "inherit",
    stderr: hear === undefined ? "inherit" : "pipe",
  });
  const heard = hear !== undefined && child.stderr ? passOn(child.stderr, hear) : Promise.resolve();
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    console.error(`out of time: ${command.slice(0, 3).join(" ")} is stopped`);
    child.kill("SIGTERM");
  }, deadline - Date.now());
  const tooLate = setTimeout(() => child.kill("SIGKILL"), deadline - Date.now() + killAfterMs);
  const code = await child.exited;
  clearTimeout(late);
  clearTimeout(tooLate);
  // Not until its end: a grandchild that was left behind may hold the pipe open.
  await Promise.race([heard, Bun.sleep(drainMs)]);
  return isLate ? 124 : code;
}

async function passOn(stream: ReadableStream<Uint8Array>, hear: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) {
    process.stderr.write(chunk);
    hear(decoder.decode(chunk, { stream: true }));
  }
}
