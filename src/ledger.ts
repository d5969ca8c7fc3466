/** Wires the ledger of accounts: sign-ins on their way into it, releases, and erasures that a running process must follow. */
import type { SessionBook } from "./gauge/session-book.ts";
import { ReleaseBoard } from "./judge/release-board.ts";
import { AccountKey } from "./record/account-key.ts";
import { SignInKeeper } from "./record/sign-in-keeper.ts";
import type { Store } from "./store/open-store.ts";
import { TellSeal } from "./tell/tell-seal.ts";

/** How long stopping waits for storage. */
const closeMs = 5000;
const lookMs = 700;

/** What the ledger needs. */
export interface LedgerOptions {
  readonly store: Pick<Store, "boot" | "commands" | "reader">;
  /** Something new is in the outbox. */
  readonly wake: () => void;
  /** Whose sessions are forgotten with the erased. */
  readonly sessions: Pick<SessionBook, "forgetAccounts">;
  readonly fault: (error: unknown) => void;
}

/** The ledger of a running process. */
export interface Ledger {
  readonly signIns: SignInKeeper;
  readonly releases: ReleaseBoard;
  /** The keyed hash of an account's name as people write it. */
  hash(name: string): string;
  close(): Promise<void>;
}

/** The key of accounts' hashes. */
export function accountKey(boot: Pick<Store["boot"], "secret">): AccountKey {
  return new AccountKey(boot.secret("account-key", 32));
}

/** The keyed hash of an account as people write it: its name, or the hash itself. */
export function hashOf(accounts: AccountKey, text: string): string {
  const name = text.trim().toLowerCase();
  return /^[0-9a-f]{32}$/.test(name) ? name : accounts.hash(name);
}

/** Starts keeping the ledger. */
export function openLedger({ store, wake, sessions, fault }: LedgerOptions): Ledger {
  const accounts = accountKey(store.boot);
  const seal = new TellSeal(store.boot.secret("outbox-seal", 32));
  const signIns = new SignInKeeper({
    commands: store.commands,
    accounts,
    seal: (id, body) => seal.seal(id, body),
    idOf: (...parts) => `msg_${Buffer.from(seal.onceKey(...parts)).toString("hex")}`,
    stored: wake,
    fault,
  });
  const releases = new ReleaseBoard({
    read: () => store.reader.releases(),
    hashAccount: (username) => accounts.hash(username),
    failed: fault,
  });
  void releases.refresh();
  const erasures = followErasures(store, accounts, sessions, fault);
  return {
    signIns,
    releases,
    hash: (name) => hashOf(accounts, name),
    close: async () => {
      releases.close();
      clearInterval(erasures);
      // Storage that does not answer keeps nobody from stopping.
      await Promise.race([signIns.close(), Bun.sleep(closeMs)]);
    },
  };
}

/** Forgets in memory who was erased in the database, within a second. */
function followErasures(
  { reader }: LedgerOptions["store"],
  accounts: AccountKey,
  sessions: LedgerOptions["sessions"],
  fault: (error: unknown) => void,
): Timer {
  let last = 0;
  let isLooking = false;
  const look = async () => {
    const found = await reader.erasures(last);
    const hashes = new Set(found.hashes);
    if (hashes.size > 0) sessions.forgetAccounts((account) => hashes.has(accounts.hash(account)));
    ({ last } = found);
  };
  return setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look()
      .catch(fault)
      .finally(() => {
        isLooking = false;
      });
  }, lookMs);
}
