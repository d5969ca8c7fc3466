/**
 * `bench compile`: what it costs to take up 10,000 policies: compiling their text, linking their stored form, checking,
 * printing and comparing them, and how long the thread that serves stands still while a live set swaps to them.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ComparedSet,
  compilePolicies,
  diffPolicies,
  formatPolicy,
  linkPolicies,
  type PolicyIr,
} from "../../dsl/index.ts";
import { scheme } from "../../src/describe/field-table.ts";
import { GaugeStore } from "../../src/gauge/gauge-store.ts";
import { ActivePolicies } from "../../src/judge/active-policies.ts";
import { simulator } from "../../src/judge/simulator.ts";
import { policyFiles } from "./engine-sallyport.ts";
import { median, printFigure } from "./figure.ts";
import { makeWorld } from "./rule-world.ts";
import { threadMicros } from "./thread-micros.ts";

const rules = 10_000;
const routes = 50;
const listEntries = 500_000;
const rounds = 5;
const swaps = 3;
const noFiles = { read: () => undefined };
const maxBytes = 64 << 20;

/** Runs the benchmark. */
export async function benchCompile(): Promise<void> {
  const files = policyFiles(makeWorld(rules, routes, false));
  const ir = compileAll(files);
  linkStored(ir);
  printAll(files);
  const better = "lower";
  const peak = process.resourceUsage().maxRSS / 1024;
  printFigure({ figure: "compile.peak_mb", value: peak, unit: "MB", better });
  await swapPolicies(files);
  await swapList(files);
  compareSets(files);
}

type Files = ReturnType<typeof policyFiles>;

function timed<T>(run: () => T): { readonly value: T; readonly ms: number } {
  const begin = threadMicros();
  const value = run();
  return { value, ms: (threadMicros() - begin) / 1000 };
}

/** The least of some runs: what the work takes when nobody is in the way. */
function best<T>(run: () => T): { readonly value: T; readonly ms: number } {
  const runs = Array.from({ length: rounds }, () => timed(run));
  return runs.reduce((least, one) => (one.ms < least.ms ? one : least));
}

function compileAll(files: Files): PolicyIr {
  const first = timed(() => compilePolicies(files, scheme, noFiles));
  const { value, ms } = best(() => compilePolicies(files, scheme, noFiles));
  const better = "lower";
  printFigure({ figure: "compile.ms_10000_first", value: first.ms, unit: "ms", must: 2_000, better });
  printFigure({ figure: "compile.ms_10000", value: ms, unit: "ms", must: 2_000, better });
  if (!value.ir) throw new Error(`the generated policies do not compile: ${value.diagnostics[0]?.message}`);
  return value.ir;
}

/** As a start does: the stored JSON is read, and linked without parsing policy text. */
function linkStored(ir: PolicyIr): void {
  const stored = JSON.stringify(ir);
  const start = () => {
    const gauges = new GaugeStore({ maxBytes });
    return linkPolicies(JSON.parse(stored) as PolicyIr, scheme, { gauges, lists: noFiles });
  };
  const first = timed(start);
  const { ms } = best(start);
  const better = "lower";
  printFigure({ figure: "compile.start_ms_10000_first", value: first.ms, unit: "ms", must: 300, better });
  printFigure({ figure: "compile.start_ms_10000", value: ms, unit: "ms", must: 300, better });
  printFigure({ figure: "compile.stored_mb", value: stored.length / 1_048_576, unit: "MB", better });
}

function printAll(files: Files): void {
  const printed = best(() => files.map((file) => formatPolicy(file)));
  printFigure({ figure: "compile.print_ms_10000", value: printed.ms, unit: "ms", better: "lower" });
}

/** Every condition makes a request that both sets judge in full. */
function compareSets(files: Files): void {
  const changed = files.map(({ name, text }) => ({ name, text: text.replaceAll("ShopApp/4", "ShopApp/9") }));
  const [before, after] = [files, changed].map((sources): ComparedSet => {
    const { ir } = compilePolicies(sources, scheme, noFiles);
    if (!ir) throw new Error("the policies to compare do not compile");
    return { ir, lists: noFiles };
  });
  if (!before || !after) return;
  const { ms } = timed(() => diffPolicies(before, after, simulator()));
  printFigure({ figure: `compile.diff_ms_${rules}`, value: ms, unit: "ms", better: "lower" });
}

/** A folder that goes live, and the longest that anything else on this thread had to wait meanwhile. */
class LiveFolder {
  readonly path = mkdtempSync(join(tmpdir(), "bench-compile-"));
  #swaps = 0;
  #active: ActivePolicies | undefined;

  async open(): Promise<void> {
    let revision = 0;
    this.#active = await ActivePolicies.open({
      folder: this.path,
      gauges: new GaugeStore({ maxBytes }),
      salt: "bench",
      store: {
        boot: { latestRevision: () => undefined },
        // Storing is another thread's; handing the text over is part of the swap.
        commands: { saveRevision: (saved: unknown) => Promise.resolve(postToNobody(saved, ++revision)) },
      } as never,
      changed: (report) => {
        if (report.isBroken) throw new Error(report.diagnostics[0]?.message);
        this.#swaps++;
      },
      failed: (error) => {
        throw error;
      },
    });
  }

  /** Changes the folder; the longest pauses of the swap that follows. */
  async swap(change: () => void): Promise<Pauses> {
    const before = this.#swaps;
    change();
    const pauses = { worked: 0, waited: 0 };
    const end = performance.now() + 60_000;
    let last = performance.now();
    let lastWork = threadMicros();
    let left = performance.now() + 500;
    // Every turn of the event loop is looked at; after the swap a while longer, for what is cleared away.
    while (this.#swaps === before || performance.now() < left) {
      if (performance.now() > end) throw new Error("the swap did not come");
      await new Promise((resolve) => setImmediate(resolve));
      const now = performance.now();
      const work = threadMicros();
      pauses.waited = Math.max(pauses.waited, now - last);
      pauses.worked = Math.max(pauses.worked, (work - lastWork) / 1000);
      last = now;
      lastWork = work;
      if (this.#swaps === before) left = now + 500;
    }
    return pauses;
  }

  close(): void {
    this.#active?.close();
    rmSync(this.path, { recursive: true });
  }
}

/** The longest that the thread worked without a turn of the event loop, and that a turn took by the clock, ms. */
interface Pauses {
  readonly worked: number;
  readonly waited: number;
}

/** The clock counts what others do on the machine meanwhile: the budget is against the thread's own work. */
function printPauses(name: string, pauses: readonly Pauses[]): void {
  const [unit, better] = ["ms", "lower"] as const;
  const worked = median(pauses.map((one) => one.worked));
  const waited = median(pauses.map((one) => one.waited));
  printFigure({ figure: `compile.${name}_pause_ms`, value: worked, unit, must: 20, better });
  printFigure({ figure: `compile.${name}_pause_ms_by_the_clock`, value: waited, unit, better });
}

function postToNobody(message: unknown, revision: number): number {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(message);
  port1.close();
  port2.close();
  return revision;
}

async function swapPolicies(files: Files): Promise<void> {
  const folder = new LiveFolder();
  const write = (text: (original: string) => string) => {
    for (const file of files) writeFileSync(join(folder.path, file.name), text(file.text));
  };
  write((text) => text);
  await folder.open();
  const longest: Pauses[] = [];
  for (let round = 0; round < swaps; round++) {
    const pauses = await folder.swap(() => write((text) => `# ${round}\n${text}`));
    longest.push(pauses);
  }
  folder.close();
  printPauses("swap_10000", longest);
}

async function swapList(files: Files): Promise<void> {
  const folder = new LiveFolder();
  for (const file of files) writeFileSync(join(folder.path, file.name), file.text);
  const lists = 'list many_networks: cidr from "networks.txt"\nlist many_words: text from "words.txt"\n';
  const policy =
    "policy listed on shop { when { any { ip in many_networks  path in many_words } } then { label x } }\n";
  writeFileSync(join(folder.path, "lists.policy"), lists + policy);
  const other = join(folder.path, ".other");
  mkdirSync(other);
  for (const [place, first] of [
    [folder.path, 1],
    [other, 11],
  ] as const) {
    const addresses = Array.from({ length: listEntries }, (_, index) => addressOf(first, index));
    writeFileSync(join(place, "networks.txt"), addresses.join("\n"));
    writeFileSync(join(place, "words.txt"), addresses.map((address) => `/${address}`).join("\n"));
  }
  await folder.open();
  const pauses = await folder.swap(() => {
    for (const name of ["networks.txt", "words.txt"])
      copyFileSync(join(other, name), join(folder.path, name));
  });
  folder.close();
  printPauses("list_swap_500000", [pauses]);
}

function addressOf(first: number, index: number): string {
  return `${first + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.${index % 251}`;
}
