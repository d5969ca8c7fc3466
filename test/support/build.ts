/**
 * `bun run build`: everything that serving needs as one executable, dist/sallyport unless another path is
 * given. Text (migrations, policies, styles, scripts) comes in through imports; the Workers are entry
 * points of their own; the flattened network data is an asset, made here because it is never committed.
 */
import { mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { buildNetworkData, networkDataFile } from "../../src/enrich/network-data.ts";
import { workerNames } from "../../src/worker-url.ts";

const root = resolve(import.meta.dir, "../..");
const outfile = resolve(process.argv[2] ?? join(root, "dist/sallyport"));

const startedAt = performance.now();
await mkdir(dirname(outfile), { recursive: true });
// Beside the result, so that it can be moved into place whole; the source maps, which are inside too, go with the rest.
const scratch = await mkdtemp(`${outfile}-build-`);
const networkData = join(scratch, networkDataFile);
const executable = join(scratch, "sallyport");
try {
  await Bun.write(networkData, await buildNetworkData());
  await Bun.build({
    entrypoints: [
      join(root, "src/main.ts"),
      ...workerNames.map((name) => join(root, `src/${name}.worker.ts`)),
    ],
    // Workers keep their paths below this folder, which is what workerUrl() counts on.
    root: join(root, "src"),
    format: "esm",
    bytecode: true,
    // Names stay, so that a stack trace in an operator's log says something.
    minify: { whitespace: true, syntax: true },
    sourcemap: "inline",
    compile: {
      outfile: executable,
      assets: [networkData],
      // Whatever lies in the directory where an operator starts it must not configure the runtime.
      autoloadDotenv: false,
      autoloadBunfig: false,
      autoloadTsconfig: false,
      autoloadPackageJson: false,
    },
  });
  await rename(executable, outfile);
} finally {
  await rm(scratch, { recursive: true });
}
const { size } = await stat(outfile);
const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
console.log(`${outfile}: ${(size / 1e6).toFixed(0)} MB in ${seconds} s`);
