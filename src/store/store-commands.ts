/** The writes that are not events; the writer Worker runs each in its own transaction. */
import type { RevisionFile, StoredSession } from "./store-reader.ts";

/** A policy set to keep; `ir` is plain JSON. */
interface NewRevision {
  readonly hash: string;
  readonly irVersion: number;
  readonly ir: unknown;
  readonly files: readonly RevisionFile[];
  readonly note: string;
}

/** Writes; each rejects with AppError `database_unusable` or `store_timeout`. */
export interface StoreCommands {
  /** Keeps a revision and makes it the latest; a hash that is already there keeps its number. Resolves to the number. */
  saveRevision(revision: NewRevision): Promise<number>;
  /** Creates a user or replaces the password, which ends that user's sessions. */
  saveUser(user: { readonly name: string; readonly passwordHash: string }): Promise<void>;
  saveSession(session: StoredSession): Promise<void>;
  deleteSession(tokenHash: string): Promise<void>;
  audit(entry: { readonly who: string; readonly action: string; readonly detail: string }): Promise<void>;
}
