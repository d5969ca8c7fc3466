/**
 * Finds the flattened network data. A compiled binary carries it as an embedded file. From source it is
 * flattened once from the npm packages into the data directory, and again when that file is missing,
 * damaged, or of another version.
 */

import { readdir, rename, unlink } from "node:fs/promises";
import { join } from "node:path";
import asnPackage from "@ip-location-db/asn/package.json" with { type: "json" };
import countryPackage from "@ip-location-db/asn-country/package.json" with { type: "json" };
import { AppError } from "../app-error.ts";
import { flattenNetworks } from "./flatten.ts";
import { NetworkTable } from "./network-table.ts";

/** The name of the flattened file: the build embeds a file of this name, `dataDir` caches one. */
export const networkDataFile =
  asnPackage.version === countryPackage.version
    ? `network-${asnPackage.version}.bin`
    : `network-${asnPackage.version}-${countryPackage.version}.bin`;

/** Opens the data; throws AppError `network_data_unreadable` or `data_dir_unwritable`. */
export async function loadNetworkTable(dataDir: string): Promise<NetworkTable> {
  return Bun.isStandaloneExecutable ? loadEmbedded() : loadCached(dataDir);
}

/** Flattens the npm packages' CSV files; the build script writes the result to a file to embed. */
export async function buildNetworkData(): Promise<ArrayBuffer> {
  try {
    const [asn4, asn6, country4, country6] = await Promise.all([
      readPackageFile("asn/asn-ipv4-num.csv"),
      readPackageFile("asn/asn-ipv6-num.csv"),
      readPackageFile("asn-country/asn-country-ipv4-num.csv"),
      readPackageFile("asn-country/asn-country-ipv6-num.csv"),
    ]);
    return flattenNetworks({ asn4, asn6, country4, country6 });
  } catch (error) {
    throw new AppError(
      "network_data_unreadable",
      "the address data of the packages @ip-location-db/asn and asn-country cannot be read; run `bun install`",
      error,
    );
  }
}

function readPackageFile(path: string): Promise<string> {
  return Bun.file(Bun.resolveSync(`@ip-location-db/${path}`, import.meta.dir)).text();
}

async function loadEmbedded(): Promise<NetworkTable> {
  const prefix = networkDataFile.slice(0, -".bin".length);
  // The bundler appends a content hash to the names of embedded files.
  const file = Bun.embeddedFiles.find((blob) => "name" in blob && String(blob.name).includes(prefix));
  const table = file && NetworkTable.open(await file.arrayBuffer());
  if (!table) {
    throw new AppError("network_data_unreadable", `this executable was built without ${networkDataFile}`);
  }
  return table;
}

async function loadCached(dataDir: string): Promise<NetworkTable> {
  const path = join(dataDir, networkDataFile);
  const cached = await readIfThere(path);
  const intact = cached && NetworkTable.open(cached);
  if (intact) return intact;
  const built = await buildNetworkData();
  const table = NetworkTable.open(built);
  if (!table) throw new AppError("network_data_unreadable", "the address data could not be flattened");
  await replaceFile(dataDir, built);
  // Flattening leaves some 200 MB of dead objects that a server would otherwise carry on with.
  Bun.gc(true);
  return table;
}

async function readIfThere(path: string): Promise<ArrayBuffer | undefined> {
  try {
    return await Bun.file(path).arrayBuffer();
  } catch {
    // Whatever makes the cache unreadable, building it again tells whether the directory is usable.
    return undefined;
  }
}

async function replaceFile(dataDir: string, bytes: ArrayBuffer): Promise<void> {
  const temporary = join(dataDir, `${networkDataFile}.${process.pid}.tmp`);
  try {
    await Bun.write(temporary, bytes);
    await rename(temporary, join(dataDir, networkDataFile));
    for (const name of await readdir(dataDir)) {
      const outdated = name.startsWith("network-") && name.endsWith(".bin") && name !== networkDataFile;
      if (outdated) await unlink(join(dataDir, name));
    }
  } catch (error) {
    throw new AppError("data_dir_unwritable", `cannot write ${networkDataFile} in ${dataDir}`, error);
  }
}
