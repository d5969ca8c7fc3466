/** A Sallyport process in front of the demo shop, on the range's clock, behind a front that speaks the PROXY protocol. */
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { ClockSetting } from "./compressed-clock.ts";
import { stockCatalogue } from "./wide-catalogue.ts";

/** A running one. */
export interface ProtectedShop {
  readonly port: number;
  /** 0 unless it was started with a certificate. */
  readonly tlsPort: number;
  readonly consoleUrl: string;
  readonly password: string;
  readonly dataDir: string;
  readonly policiesDir: string;
  /** All it wrote so far. */
  output(): string;
  setClock(setting: ClockSetting): void;
  /** Ends it; its folder goes unless `keep` is set. */
  stop(keep?: boolean): Promise<void>;
}

/** What it is started with. */
export interface ProtectedShopOptions {
  /** The folder of policies that is copied; only the app's declaration is when `isProtected` is false. */
  readonly policies: string;
  readonly isProtected: boolean;
  /** What is protected; the bundled shop in the same process if left out. */
  readonly origin?: string | undefined;
  /** PEM files. */
  readonly certificate?: { readonly cert: string; readonly key: string };
  /** What the clock shows at its start, ms since epoch. */
  readonly clockAt: number;
  /** A data folder of an earlier process, which is copied. */
  readonly dataFrom?: string | undefined;
}

const root = resolve(import.meta.dir, "../..");
const startMs = 30_000;

/** Starts it; throws with all that it wrote if it does not serve within 30 s. */
export async function startProtectedShop(options: ProtectedShopOptions): Promise<ProtectedShop> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-range-"));
  const policiesDir = join(folder, "policies");
  const dataDir = join(folder, "data");
  await copyPolicies(options, policiesDir);
  if (options.dataFrom === undefined) {
    await mkdir(dataDir, { mode: 0o700 });
    stockCatalogue(join(dataDir, "demo-shop.sqlite"));
  } else await cp(options.dataFrom, dataDir, { recursive: true });
  const { certificate } = options;
  let output = "";
  const child = Bun.spawn(
    [
      process.execPath,
      "--preload",
      join(import.meta.dir, "compressed-clock.ts"),
      join(root, "src/main.ts"),
      "serve",
      "--listen",
      "127.0.0.1:0",
      "--admin",
      "127.0.0.1:0",
      "--data",
      dataDir,
      "--policies",
      policiesDir,
      "--proxy-protocol",
      "127.0.0.0/8",
      // Under a clock that runs, what one call may take passes in a moment; longer waits keep it from being made twice.
      "--tell-timeout",
      "60",
      ...(options.origin === undefined ? [] : ["--origin", options.origin]),
      ...(certificate
        ? ["--tls-listen", "127.0.0.1:0", "--tls-cert", certificate.cert, "--tls-key", certificate.key]
        : []),
    ],
    {
      cwd: folder,
      env: { ...process.env, RANGE_CLOCK_AT: String(options.clockAt) },
      stdin: "ignore",
      stdout: "pipe",
      stderr: "pipe",
      ipc: () => undefined,
      serialization: "json",
    },
  );
  const hear = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) output += decoder.decode(chunk, { stream: true });
  };
  void hear(child.stdout);
  void hear(child.stderr);
  const until = performance.now() + startMs;
  while (!/^ +data .*\n/m.test(output)) {
    if (performance.now() > until || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`sallyport did not start\n${output}`);
    }
    await Bun.sleep(20);
  }
  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? "";
  return {
    port: portOf(find(/ at (http:\S+)$/m)),
    tlsPort: certificate ? portOf(find(/ at (https:\S+) and at /)) : 0,
    consoleUrl: find(/^ +console +(http:\S+)/m),
    password: find(/sign in as admin with (\S+)/),
    dataDir,
    policiesDir,
    output: () => output,
    setClock: (setting) => child.send(setting),
    stop: async (keep = false) => {
      child.kill("SIGTERM");
      await Promise.race([child.exited, Bun.sleep(10_000)]);
      child.kill("SIGKILL");
      if (!keep) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function copyPolicies({ isProtected, policies }: ProtectedShopOptions, to: string): Promise<void> {
  if (isProtected) await cp(policies, to, { recursive: true });
  else {
    const app = await Bun.file(join(policies, "shop.policy")).text();
    await cp(join(policies, "lists"), join(to, "lists"), { recursive: true });
    await writeFile(join(to, "shop.policy"), app);
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port || 0);
}
