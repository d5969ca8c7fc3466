/** `bun run fuzz NAME [--peer NAME] [--seconds N] [--seed N]`: runs one fuzzer. Exit code 1: it found something; 2: wrong usage. */
import { type FuzzOptions, fuzzHttp, peerNames } from "./http.ts";
import { fuzzPolicy } from "./policy.ts";

const fuzzers: Readonly<Record<string, (options: FuzzOptions) => Promise<{ readonly findings: number }>>> = {
  http: fuzzHttp,
  policy: fuzzPolicy,
};

const [name = "", ...options] = process.argv.slice(2);
const fuzzer = Object.hasOwn(fuzzers, name) ? fuzzers[name] : undefined;
const seconds = option("--seconds", 60);
const seed = option("--seed", Date.now() % 1_000_000);
const peerText = options.includes("--peer") ? options[options.indexOf("--peer") + 1] : "node";
const peer = peerNames.find((one) => one === peerText);
if (!fuzzer || !peer || seconds === undefined || seed === undefined) {
  console.error(
    `usage: bun run fuzz ${Object.keys(fuzzers).join("|")} [--peer ${peerNames.join("|")}] [--seconds N] [--seed N]`,
  );
  process.exit(2);
}
const summary = await fuzzer({ seconds, seed, peer, print: (line) => console.log(line) });
console.log(JSON.stringify(summary));
process.exit(summary.findings === 0 ? 0 : 1);

/** The whole number after a flag, or what stands for it when it is not there; undefined when it is no number. */
function option(flag: string, otherwise: number): number | undefined {
  const at = options.indexOf(flag);
  if (at < 0) return otherwise;
  const value = options[at + 1] ?? "";
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}
