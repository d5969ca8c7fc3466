/** `bun run fuzz policy`: spoiled policy files through compiler, linker, formatter, test runner and editor; none may throw, hang or fill the memory. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a run is given. */
export interface PolicyFuzzOptions {
  readonly seconds: number;
  readonly seed: number;
  print(line: string): void;
}

/** What the Worker is told. */
export interface PolicyFuzzStart {
  readonly seconds: number;
  readonly seed: number;
  readonly files: readonly string[];
}

/** What the Worker says. */
export type PolicyFuzzMessage =
  | { readonly kind: "begins"; readonly stage: string; readonly text: string }
  | { readonly kind: "finding"; readonly stage: string; readonly problem: string; readonly text: string }
  | { readonly kind: "done"; readonly files: number };

/** What a run came to; `megabytes` is the most that the process held. */
export interface PolicyFuzzSummary {
  readonly fuzz: "policy";
  readonly seed: number;
  readonly files: number;
  readonly megabytes: number;
  readonly findings: number;
}

/** After so long without a word the Worker hangs, ms. */
const patience = 10_000;
const mostBytes = 1 << 30;
const mostFindings = 20;

/** Runs for some seconds; prints each finding with the file that has it. Ends soon after a hang. */
export async function fuzzPolicy(options: PolicyFuzzOptions): Promise<PolicyFuzzSummary> {
  const { seconds, seed } = options;
  const worker = new Worker(new URL("./policy.worker.ts", import.meta.url).href);
  let [files, bytes, findings, heard] = [0, 0, 0, performance.now()];
  let last: { stage: string; text: string } | undefined;
  const finding = (stage: string, problem: string, text: string) => {
    findings++;
    if (findings <= mostFindings) options.print(JSON.stringify({ finding: stage, problem, text }));
  };
  let watch: Timer | undefined;
  await new Promise<void>((end) => {
    watch = setInterval(() => {
      bytes = Math.max(bytes, process.memoryUsage.rss());
      const isTooLarge = bytes > mostBytes;
      if (!isTooLarge && performance.now() - heard < patience) return;
      finding(last?.stage ?? "start", isTooLarge ? "over 1 GB of memory" : "hangs", last?.text ?? "");
      end();
    }, 100);
    worker.onmessage = ({ data }: MessageEvent<PolicyFuzzMessage>) => {
      heard = performance.now();
      if (data.kind === "begins") last = data;
      else if (data.kind === "finding") finding(data.stage, data.problem, data.text);
      else {
        files = data.files;
        end();
      }
    };
    worker.onerror = ({ message }) => {
      finding(last?.stage ?? "start", message, last?.text ?? "");
      end();
    };
    worker.postMessage({ seconds, seed, files: realFiles() } satisfies PolicyFuzzStart);
  });
  clearInterval(watch);
  worker.terminate();
  return { fuzz: "policy", seed, files, megabytes: Math.round(bytes / 1_048_576), findings };
}

/** The shipped policies and every fixture. */
function realFiles(): string[] {
  const root = join(import.meta.dir, "..", "..");
  const folders = [
    "policies",
    "policies/tests",
    "dsl/fixtures/accepted",
    "dsl/fixtures/rejected",
    "dsl/fixtures/whole",
  ];
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".policy"))
      .sort()
      .map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
}
