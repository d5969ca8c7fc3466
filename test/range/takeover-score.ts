/**
 * Who was taken over, as the attackers themselves wrote down out of band, against what the process knows of it: its
 * ledger of accounts, and the calls that the shop's reset endpoint verified.
 */
import { Database } from "bun:sqlite";
import { join } from "node:path";
import { AccountKey } from "../../src/record/account-key.ts";

/** What came of the takeovers of one scenario; accounts, not attempts. */
export interface TakeoverScore {
  /** Accounts that the attacker got into. */
  readonly taken: number;
  /** A policy stopped something of the campaign, at any time. */
  readonly wasStopped: boolean;
  /** Of those taken, how many the ledger has. */
  readonly known: number;
  /** Of those known, how many nobody minded when they came. */
  readonly foundLater: number;
  /** All that the ledger has from this time, and how many of them were truly the attacker's. */
  readonly entries: number;
  readonly trueEntries: number;
  /** Calls that the reset endpoint verified, and how many accounts it reset for the first time. */
  readonly calls: number;
  readonly resets: number;
  /** Accounts in the ledger without a reset, those with several, and resets of accounts that are not in it. */
  readonly missing: number;
  readonly twice: number;
  readonly strangers: number;
}

/** A line of the label file about a sign-in. */
type SignInLine = readonly [
  at: number,
  address: string,
  path: string,
  label: string,
  email: string,
  scenario: string,
];

interface Ended {
  readonly scenario: string;
  readonly labelFile: string;
  /** Of the process, which has ended, and of the ordinary days before it. */
  readonly dataDir: string;
  readonly before: string;
  /** When those ended, compressed ms. */
  readonly since: number;
  readonly wasStopped: boolean;
}

/** Scores it; throws where a file is missing. */
export async function scoreTakeovers({
  scenario,
  labelFile,
  dataDir,
  before,
  since,
  wasStopped,
}: Ended): Promise<TakeoverScore> {
  const signIns = await signInsOf(labelFile, scenario);
  const taken = new Set(signIns.flatMap(([, , , label, email]) => (label === "attack" ? [email] : [])));
  const attackers = new Set(signIns.map(([, , , , email]) => email));
  const { entries: all, hashOf } = readLedger(dataDir);
  const { entries: old } = readLedger(before);
  const entries = new Map([...all].filter(([hash]) => !old.has(hash)));
  const hashes = new Map([...attackers].map((email) => [hashOf(email), email]));
  const known = [...taken].filter((email) => entries.has(hashOf(email)));
  const { calls, resetsOf } = readResets(dataDir, since);
  const resetHashes = new Map([...resetsOf].map(([email, times]) => [hashOf(email), times]));
  return {
    taken: taken.size,
    wasStopped,
    known: known.length,
    foundLater: known.filter((email) => entries.get(hashOf(email)) === true).length,
    entries: entries.size,
    trueEntries: [...entries.keys()].filter((hash) => hashes.has(hash)).length,
    calls,
    resets: resetsOf.size,
    missing: [...entries.keys()].filter((hash) => !resetHashes.has(hash)).length,
    twice: [...resetsOf.values()].filter((times) => times > 1).length,
    strangers: [...resetHashes.keys()].filter((hash) => !entries.has(hash)).length,
  };
}

async function signInsOf(labelFile: string, scenario: string): Promise<SignInLine[]> {
  const lines = (await Bun.file(labelFile).text())
    .split("\n")
    .filter((line) => line.endsWith(`"${scenario}"]`));
  return lines.map((line) => JSON.parse(line) as SignInLine);
}

interface Ledger {
  /** By keyed hash: whether it was found afterwards. */
  readonly entries: ReadonlyMap<string, boolean>;
  readonly hashOf: (email: string) => string;
}

function readLedger(dataDir: string): Ledger {
  const database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
  try {
    const rows = database
      .query<{ hash: string; later: number }, []>(
        "SELECT lower(hex(hash)) AS hash, risk_later AS later FROM account WHERE state > 0",
      )
      .all();
    const secret = database
      .query<{ bytes: Uint8Array }, []>("SELECT bytes FROM secret WHERE name = 'account-key'")
      .get();
    const key = new AccountKey(secret!.bytes);
    return {
      entries: new Map(rows.map(({ hash, later }) => [hash, later === 1])),
      hashOf: (email) => key.hash(email.toLowerCase()),
    };
  } finally {
    database.close();
  }
}

/** What the shop verified and did. */
function readResets(
  dataDir: string,
  since: number,
): { calls: number; resetsOf: ReadonlyMap<string, number> } {
  const shop = new Database(join(dataDir, "demo-shop.sqlite"), { readonly: true });
  try {
    const rows = shop
      .query<{ email: string; times: number }, [number]>(
        `SELECT email, count(*) AS times FROM forced_resets JOIN accounts ON accounts.id = account_id
         WHERE forced_at >= ? GROUP BY email`,
      )
      .all(since);
    const calls = shop
      .query<{ n: number }, [number]>(
        "SELECT count(*) AS n FROM webhook_deliveries WHERE webhook_id LIKE 'signature %' AND received_at >= ?",
      )
      .get(since);
    return { calls: calls?.n ?? 0, resetsOf: new Map(rows.map(({ email, times }) => [email, times])) };
  } finally {
    shop.close();
  }
}
