/** Wires the ledger of accounts: sign-ins on their way into it, releases, and erasures that a running process must follow. */
import type { GaugeStore } from "./gauge/gauge-store.ts";
import type { SessionBook } from "./gauge/session-book.ts";
import { ReleaseBoard } from "./judge/release-board.ts";
import { RiskBoard } from "./judge/risk-board.ts";
import { AccountKey } from "./record/account-key.ts";
import { SignInKeeper } from "./record/sign-in-keeper.ts";
import type { Store } from "./store/open-store.ts";
import { TellSeal } from "./tell/tell-seal.ts";

/** How long stopping waits for storage. */
const closeMs = 5000;
const lookMs = 700;
/** What the names of the erased are sealed under. */
export const erasureSeal = "erasure";

/** What the ledger needs. */
export interface LedgerOptions {
  readonly store: Pick<Store, "boot" | "commands" | "reader">;
  /** Something new is in the outbox. */
  readonly wake: () => void;
  /** What the erased are forgotten in. */
  readonly sessions: Pick<SessionBook, "forgetAccounts">;
  readonly gauges: Pick<GaugeStore, "forget">;
  readonly fault: (error: unknown) => void;
}

/** The ledger of a running process. */
export interface Ledger {
  readonly signIns: SignInKeeper;
  readonly releases: ReleaseBoard;
  /** Accounts that were taken over, as policies ask for them. */
  readonly risks: RiskBoard;
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
export function openLedger(options: LedgerOptions): Ledger {
  const { store, wake, fault } = options;
  const accounts = accountKey(store.boot);
  const seal = new TellSeal(store.boot.secret("outbox-seal", 32));
  const risks = new RiskBoard({
    read: (after) => store.reader.accountTurns(after),
    hashAccount: (username) => accounts.hash(username),
    failed: fault,
  });
  void risks.refresh();
  const signIns = new SignInKeeper({
    commands: store.commands,
    accounts,
    seal: (id, body) => seal.seal(id, body),
    idOf: (...parts) => `msg_${Buffer.from(seal.onceKey(...parts)).toString("hex")}`,
    numberOf: (text) => Buffer.from(seal.onceKey("cluster", text)).readUIntBE(0, 6),
    stored: wake,
    tookOver: (app, hash) => risks.tookOver(app, hash),
    fault,
  });
  const releases = new ReleaseBoard({
    read: () => store.reader.releases(),
    hashAccount: (username) => accounts.hash(username),
    failed: fault,
  });
  void releases.refresh();
  const erasures = followErasures(options, accounts, risks);
  return {
    signIns,
    releases,
    risks,
    hash: (name) => hashOf(accounts, name),
    close: async () => {
      releases.close();
      risks.close();
      clearInterval(erasures);
      // Storage that does not answer keeps nobody from stopping.
      await Promise.race([signIns.close(), Bun.sleep(closeMs)]);
    },
  };
}

/** Forgets in memory who was erased in the database, within a second. */
function followErasures(
  { store, sessions, gauges, fault }: LedgerOptions,
  accounts: AccountKey,
  risks: RiskBoard,
): Timer {
  const seal = new TellSeal(store.boot.secret("outbox-seal", 32));
  let last = 0;
  let isLooking = false;
  const look = async () => {
    const found = await store.reader.erasures(last);
    if (found.erased.length === 0) return;
    const hashes = new Set(found.erased.map(({ hash }) => hash));
    risks.forget(hashes);
    sessions.forgetAccounts((account) => hashes.has(accounts.hash(account)));
    for (const { name } of found.erased) {
      const text = name && seal.open(erasureSeal, name);
      if (text !== undefined) gauges.forget(text);
    }
    await store.commands.settleErasures(found.last);
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
