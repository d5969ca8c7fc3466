/** Reads measured costs from a data directory that another process may be using. */
import { databasePath, openForReading } from "./database.ts";
import { latestCosts, type StoredCost } from "./policy-costs.ts";

/** What is stored of the revision that went live last. Throws AppError `database_unusable` or SQLite's error. */
export function storedCosts(dataDir: string): StoredCost[] {
  const database = openForReading(databasePath(dataDir));
  try {
    return latestCosts(database);
  } finally {
    database.close();
  }
}
