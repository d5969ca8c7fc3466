/** Address -> ASN, name, country and class of its network; the one thing other stages use of enrich. */

import type { IpAddress } from "../accept/ip-address.ts";
import type { NetworkFacts } from "../describe/fact-sources.ts";
import { type NetworkClassifier, type NetworkLists, networkClassifier } from "./network-class.ts";
import { loadNetworkTable } from "./network-data.ts";
import type { NetworkTable } from "./network-table.ts";
import { type MmdbAnswer, OperatorMmdb } from "./operator-mmdb.ts";
import { isSpecialPurpose } from "./special-purpose.ts";

/** Where the directory takes its knowledge from. */
export interface NetworkDirectoryOptions {
  /** Holds the flattened data when running from source; must exist and be writable. */
  readonly dataDir: string;
  /** Path of the operator's own mmdb, used in place of the built-in data where it has an answer. */
  readonly mmdb?: string;
  readonly lists: NetworkLists;
}

/** Looks networks up by address. */
export interface NetworkDirectory {
  /** What is known of an address; shared frozen objects, so callers may compare and keep them. Never throws. */
  find(ip: IpAddress): NetworkFacts;
}

/** Opens the directory; throws AppError `network_data_unreadable`, `data_dir_unwritable` or `policies_unreadable`. */
export async function openNetworkDirectory(options: NetworkDirectoryOptions): Promise<NetworkDirectory> {
  const classify = networkClassifier(options.lists);
  const table = await loadNetworkTable(options.dataDir);
  const builtIn = new BuiltInDirectory(table, classify);
  if (options.mmdb === undefined) return builtIn;
  return new MergedDirectory(await OperatorMmdb.open(options.mmdb), builtIn, classify);
}

const privateFacts: NetworkFacts = Object.freeze({
  asn: undefined,
  asName: undefined,
  country: undefined,
  networkClass: "private",
});

class BuiltInDirectory implements NetworkDirectory {
  private readonly table: NetworkTable;
  private readonly classify: NetworkClassifier;
  private readonly factsByRow: (NetworkFacts | undefined)[];

  constructor(table: NetworkTable, classify: NetworkClassifier) {
    this.table = table;
    this.classify = classify;
    this.factsByRow = Array.from({ length: table.rowCount });
  }

  find(ip: IpAddress): NetworkFacts {
    if (isSpecialPurpose(ip)) return privateFacts;
    const row = ip.family === 4 ? this.table.row4(ip.d) : this.table.row6(ip.a, ip.b);
    return this.factsByRow[row] ?? this.fill(row);
  }

  private fill(row: number): NetworkFacts {
    const asn = this.table.asn(row);
    const asName = this.table.asName(row);
    const country = this.table.country(row);
    const facts = Object.freeze({ asn, asName, country, networkClass: this.classify(asn, asName) });
    this.factsByRow[row] = facts;
    return facts;
  }
}

// Bounds the memory that answers of the operator's file take; there are about 110,000 pairs of AS and country.
const maxMerged = 131_072;

class MergedDirectory implements NetworkDirectory {
  private readonly mmdb: OperatorMmdb;
  private readonly builtIn: NetworkDirectory;
  private readonly classify: NetworkClassifier;
  private readonly merged = new Map<string, NetworkFacts>();

  constructor(mmdb: OperatorMmdb, builtIn: NetworkDirectory, classify: NetworkClassifier) {
    this.mmdb = mmdb;
    this.builtIn = builtIn;
    this.classify = classify;
  }

  find(ip: IpAddress): NetworkFacts {
    const facts = this.builtIn.find(ip);
    if (facts === privateFacts) return facts;
    const answer = this.mmdb.find(ip);
    return answer === undefined ? facts : this.merge(facts, answer);
  }

  private merge(facts: NetworkFacts, answer: MmdbAnswer): NetworkFacts {
    const asn = answer.asn ?? facts.asn;
    const asName = answer.asName ?? (asn === facts.asn ? facts.asName : undefined);
    const country = answer.country ?? facts.country;
    const key = `${asn ?? ""}/${country ?? ""}/${asName ?? ""}`;
    const known = this.merged.get(key);
    if (known) return known;
    if (this.merged.size >= maxMerged) this.merged.clear();
    const merged = Object.freeze({ asn, asName, country, networkClass: this.classify(asn, asName) });
    this.merged.set(key, merged);
    return merged;
  }
}
