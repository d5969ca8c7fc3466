/** Waits until the ledger has found what it will find and everybody has been told: at the end of a scenario, in real time. */
import { Database } from "bun:sqlite";
import { join } from "node:path";

/** The ledger looks each second for what it could find, and waits two between looks for the same. */
const quietMs = 4000;
const longestMs = 30_000;
const lookMs = 200;

/** Resolves once nothing has changed for a while and nothing waits in the outbox; after 30 s at the latest. */
export async function untilTold(dataDir: string): Promise<void> {
  const database = new Database(join(dataDir, "sallyport.db"), { readonly: true });
  const look = database.query<{ entries: number; waiting: number }, []>(
    `SELECT (SELECT count(*) FROM account WHERE state > 0) AS entries,
            (SELECT count(*) FROM outbox WHERE state = 0) AS waiting`,
  );
  const until = performance.now() + longestMs;
  let last = "";
  let since = performance.now();
  try {
    while (performance.now() < until && performance.now() - since < quietMs) {
      await Bun.sleep(lookMs);
      const now = look.get();
      const text = JSON.stringify(now);
      if (text === last && now?.waiting === 0) continue;
      last = text;
      since = performance.now();
    }
  } finally {
    database.close();
  }
}
