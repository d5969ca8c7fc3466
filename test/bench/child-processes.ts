/** Processes that a benchmark starts: each pinned to a core, none left behind, their words kept in case they die. */
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Ends of a child's output shown when it fails, characters. */
const shownOutput = 2_000;
/** A server that does not listen after this long has failed, ms. */
const startMs = 30_000;

/** A running server. */
export interface Server {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
}

/** Starts, finds and ends child processes. */
export class ChildProcesses {
  /** Where their output goes, and what they are given to read. */
  readonly folder: string;
  readonly #taskset: string;
  readonly #running: Bun.Subprocess[] = [];

  constructor(folder: string, taskset: string) {
    this.folder = folder;
    this.#taskset = taskset;
  }

  /** Starts a server on a core and waits until its port accepts; rejects with its last words otherwise. */
  async serve(name: string, core: number, port: number, command: readonly string[]): Promise<Server> {
    const output = join(this.folder, `${name}.log`);
    const log = openSync(output, "w");
    const child = Bun.spawn([this.#taskset, "-c", String(core), ...command], {
      stdin: "ignore",
      stdout: log,
      stderr: log,
    });
    closeSync(log);
    this.#running.push(child);
    const until = Date.now() + startMs;
    while (!(await accepts(port))) {
      if (child.exitCode !== null || Date.now() > until) {
        const words = readFileSync(output, "utf8").slice(-shownOutput);
        throw new Error(`${name} does not listen on port ${port} (exit code ${child.exitCode}):\n${words}`);
      }
      await Bun.sleep(50);
    }
    return { name, pid: child.pid, port };
  }

  /** Runs a program on a core and gives its standard output; rejects when it fails or takes longer than `ms`. */
  async run(core: number, ms: number, command: readonly string[]): Promise<string> {
    const child = Bun.spawn([this.#taskset, "-c", String(core), ...command], {
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      timeout: ms,
      killSignal: "SIGKILL",
    });
    this.#running.push(child);
    const [text, problems] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
    ]);
    if ((await child.exited) !== 0) {
      throw new Error(`${command[0]} failed (${child.signalCode ?? child.exitCode}):\n${text}${problems}`);
    }
    this.#running.splice(this.#running.indexOf(child), 1);
    return text;
  }

  /** Ends all of them, and waits until they are gone. */
  async end(): Promise<void> {
    for (const child of this.#running) child.kill("SIGTERM");
    const gone = Promise.all(this.#running.map((child) => child.exited));
    await Promise.race([gone, Bun.sleep(3_000)]);
    this.endNow();
    await gone;
  }

  /** Ends all of them without waiting; for a process that is about to exit. */
  endNow(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }
}

/** A port that was free a moment ago. */
export function freePort(): number {
  for (;;) {
    const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { port } = probe;
    probe.stop(true);
    // Whoever was given it may not listen there yet.
    if (givenPorts.has(port)) continue;
    givenPorts.add(port);
    return port;
  }
}

const givenPorts = new Set<number>();

async function accepts(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}

/** Memory that a process holds now, MB. */
export function residentMegabytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** Processor time that a process and its threads have used so far, s: their own, and the kernel's in their stead. */
export function processorTimes(pid: number): { readonly user: number; readonly kernel: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // proc(5): fields 14 and 15 are user and system time; the name in brackets may hold spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // USER_HZ is 100 on every Linux that Bun runs on.
  return { user: Number(fields[11]) / 100, kernel: Number(fields[12]) / 100 };
}
