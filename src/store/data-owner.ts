/**
 * Which process a data directory belongs to. Two at once are meant for the seconds of a takeover; otherwise each
 * overwrites what the other saves, and counts half. A lock says that somebody is there, and ends with its process
 * however that ends; a note says who came last.
 */
import { Database } from "bun:sqlite";
import { randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** How often a process that came second looks whether the lock has become free, ms. */
const retryMs = 5_000;

/** A running process's claim to its directory. */
export class DataOwner {
  /** The process that was there already: its id, or 0 where it cannot be told. */
  readonly other: number | undefined;
  readonly #note: string;
  readonly #token = randomUUID();
  #lock: Database | undefined;
  #retry: Timer | undefined;

  /** Claims the directory, which must exist. Never throws: without a lock or note things are as they would be alone. */
  constructor(dataDir: string) {
    this.#note = join(dataDir, "running.json");
    const before = readNote(this.#note)?.pid;
    const lock = join(dataDir, "running.lock");
    this.#lock = lockOf(lock);
    if (!this.#lock) this.#retry = setInterval(() => this.#tryAgain(lock), retryMs).unref();
    // A lock that is refused is another's; what kept it from being made at all is told by the database.
    this.other = this.#lock ? undefined : (before ?? 0);
    try {
      writeFileSync(this.#note, JSON.stringify({ pid: process.pid, token: this.#token }), { mode: 0o600 });
    } catch {
      // The database has refused such a directory already.
    }
  }

  /** False once another process has come, as long as it runs: what it saves is newer than what this one knows. */
  isLatest(): boolean {
    const note = readNote(this.#note);
    return !note || note.token === this.#token || !isRunning(note.pid);
  }

  /** Lets the directory go. */
  release(): void {
    clearInterval(this.#retry);
    if (readNote(this.#note)?.token === this.#token) rmSync(this.#note, { force: true });
    this.#lock?.close();
    this.#lock = undefined;
  }

  #tryAgain(path: string): void {
    this.#lock = lockOf(path);
    if (this.#lock) clearInterval(this.#retry);
  }
}

function lockOf(path: string): Database | undefined {
  let lock: Database | undefined;
  try {
    lock = new Database(path, { create: true, readwrite: true });
    lock.run("BEGIN EXCLUSIVE");
    return lock;
  } catch {
    lock?.close();
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function readNote(path: string): { readonly pid: number; readonly token: string } | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof note !== "object" || note === null || !("pid" in note) || !("token" in note)) return undefined;
    const { pid, token } = note;
    return typeof pid === "number" && typeof token === "string" ? { pid, token } : undefined;
  } catch {
    return undefined;
  }
}
