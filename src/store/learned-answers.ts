/** The learned forms of genuine answers in the database: few, bounded, replaced as they are learned anew. */
import type { Database } from "bun:sqlite";

/** Forms kept; those that were not learned for longest go first. */
const mostKept = 512;
/** Characters of one form; longer ones are learned again after a restart. */
const longestForm = 1_000_000;

/** A form under its name; plain JSON. */
export interface StoredForm {
  readonly name: string;
  readonly form: string;
}

/** Keeps a form in the place of an older one. */
export function saveLearned(database: Database, { name, form }: StoredForm): void {
  if (form.length > longestForm) return;
  database.transaction(() => {
    database
      .query("INSERT OR REPLACE INTO learned_answer (name, form, saved_at) VALUES (?, ?, ?)")
      .run(name, form, Date.now());
    database
      .query(
        "DELETE FROM learned_answer WHERE name IN (SELECT name FROM learned_answer ORDER BY saved_at DESC LIMIT -1 OFFSET ?)",
      )
      .run(mostKept);
  })();
}

/** All forms, the newest first. */
export function learnedForms(database: Database): StoredForm[] {
  return database.query<StoredForm, []>("SELECT name, form FROM learned_answer ORDER BY saved_at DESC").all();
}
