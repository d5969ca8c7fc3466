/** Starts Sallyport as users do: a process of its own, on ports that the system picks, in a folder of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Subprocess } from "bun";

/** How the command line is run. */
export interface SallyportCommand {
  /** The command line before the arguments; Bun on src/main.ts unless told otherwise. */
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory. */
  readonly cwd?: string;
}

/** What a process is started with; the rest is made for it. */
export interface SallyportOptions extends SallyportCommand {
  /** A data directory to go on with, which then stays after `stop`; a new one when left out. */
  readonly dataDir?: string;
}

/** A process that said that it serves. */
export interface RunningSallyport {
  readonly edgeUrl: string;
  /** Undefined without HTTPS. */
  readonly tlsUrl: string | undefined;
  readonly consoleUrl: string;
  /** The generated password of `admin`; empty unless this start made it. */
  readonly password: string;
  readonly dataDir: string;
  /** Where it found or put its policies. */
  readonly policiesDir: string;
  /** The start-up text. */
  readonly welcome: string;
  readonly pid: number;
  /** All it wrote so far. */
  output(): string;
  /** Ends it with SIGTERM and removes what was made for it; throws if it does not end well within 15 s. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL; its data stays. */
  kill(): Promise<void>;
}

/** How a command ended. */
export interface CommandEnd {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const root = resolve(import.meta.dir, "../..");
const fromSource = [process.execPath, join(root, "src/main.ts")];
/** Ours, without what would configure the process beside its arguments. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("SALLYPORT_")),
);
const startMs = 30_000;
const stopMs = 15_000;

/** Starts `serve`; rejects with everything that the process wrote if it ends or says nothing for 30 s. */
export async function startSallyport(options: SallyportOptions = {}): Promise<RunningSallyport> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-test-"));
  const dataDir = options.dataDir ?? join(folder, "data");
  const args = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--data", dataDir];
  // Without a policies folder in sight, each process has a copy of the shipped ones in its data directory.
  const child = spawn({ cwd: folder, ...options, args: [...args, ...(options.args ?? [])] });
  let output = "";
  const hear = (text: string) => {
    output += text;
  };
  void eachText(child.stderr, hear);
  const stdout = { text: "" };
  const { promise: up, resolve: cameUp } = Promise.withResolvers<void>();
  void eachText(child.stdout, (text) => {
    hear(text);
    stdout.text += text;
    if (isUp(stdout.text)) cameUp();
  });
  await within(startMs, Promise.race([up, child.exited]));
  if (!isUp(stdout.text)) {
    child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
    throw new Error(`sallyport did not start (exit code ${child.exitCode})\n${output}`);
  }
  return {
    ...readWelcome(stdout.text),
    dataDir,
    pid: child.pid,
    output: () => output,
    stop: async () => {
      child.kill("SIGTERM");
      await within(stopMs, child.exited);
      const { exitCode } = child;
      child.kill("SIGKILL");
      await rm(folder, { recursive: true, force: true });
      if (exitCode !== 0) throw new Error(`sallyport did not stop well (exit code ${exitCode})\n${output}`);
    },
    kill: async () => {
      child.kill("SIGKILL");
      await child.exited;
      // Its data lies elsewhere then.
      if (options.dataDir !== undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs any command to its end; after 30 s it is killed, and the exit code is 137. */
export async function runSallyport(options: SallyportCommand): Promise<CommandEnd> {
  const child = spawn(options);
  const timer = setTimeout(() => child.kill("SIGKILL"), startMs);
  const [stdout, stderr, exitCode] = await Promise.all([
    child.stdout.text(),
    child.stderr.text(),
    child.exited,
  ]);
  clearTimeout(timer);
  return { exitCode, stdout, stderr };
}

/** Those that run now. */
const children = new Set<Subprocess>();

/** Kills what a test that failed left running; it would take the processor from those that come after. */
export function killLeftOver(): void {
  for (const child of children) child.kill("SIGKILL");
}

function spawn({ command = fromSource, args = [], env = {}, cwd = root }: SallyportCommand) {
  const child = Bun.spawn([...command, ...args], {
    cwd,
    env: { ...environment, ...env },
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    onExit: (ended) => void children.delete(ended),
  });
  children.add(child);
  return child;
}

/** The start-up text is out as far as what every start says last; the demo adds a line. */
function isUp(text: string): boolean {
  return /^ +data .*\n/m.test(text);
}

async function within(ms: number, end: Promise<unknown>): Promise<void> {
  const { promise: late, resolve: isLate } = Promise.withResolvers<void>();
  const timer = setTimeout(isLate, ms);
  await Promise.race([end, late]);
  clearTimeout(timer);
}

async function eachText(stream: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  for await (const chunk of stream) take(decoder.decode(chunk, { stream: true }));
}

function readWelcome(
  welcome: string,
): Pick<RunningSallyport, "edgeUrl" | "tlsUrl" | "consoleUrl" | "password" | "policiesDir" | "welcome"> {
  const find = (pattern: RegExp) => pattern.exec(welcome)?.[1];
  const edgeUrl = find(/ at (http:\S+)$/m);
  const consoleUrl = find(/^ +console +(http:\S+)/m);
  const policiesDir = find(/^ +policies +(.+?) {2}\d+ policies/m);
  if (edgeUrl === undefined || consoleUrl === undefined || policiesDir === undefined) {
    throw new Error(`the start-up text does not say where everything is:\n${welcome}`);
  }
  const tlsUrl = find(/ at (https:\S+) and at /);
  return {
    edgeUrl,
    tlsUrl,
    consoleUrl,
    policiesDir,
    password: find(/sign in as admin with (\S+)/) ?? "",
    welcome,
  };
}
