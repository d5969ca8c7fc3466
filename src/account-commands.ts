/** `accounts`, `release` and `erase` from the command line: written to the database, which a running process asks all the time. */
import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { parseCidr } from "./accept/cidr.ts";
import { AppError } from "./app-error.ts";
import { SessionBook } from "./gauge/session-book.ts";
import { SessionFile } from "./gauge/session-file.ts";
import { accountKey, erasureSeal, hashOf } from "./ledger.ts";
import {
  type AccountEntry,
  type AccountState,
  type AccountStory,
  accountStates,
} from "./store/account-rows.ts";
import { formatEventId } from "./store/event-row.ts";
import { openStore, type Store } from "./store/open-store.ts";
import { TellSeal } from "./tell/tell-seal.ts";

const listed = 1000;
const longestReason = 500;
const longestMs = 366 * 86_400_000;
const units = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Which accounts are listed. */
export interface AccountListOptions {
  readonly data: string;
  readonly state?: string;
  readonly json?: boolean;
}

/** Prints accounts, those taken over unless a state is given, newest first. Rejects with AppError `bad_option` for a state that there is not. */
export async function listAccounts({ data, state, json }: AccountListOptions): Promise<string> {
  const known = [...accountStates, "open" as const].find((one) => one === state);
  if (state !== undefined && !known) {
    throw new AppError("bad_option", `--state wants open, ${accountStates.join(", ")}, not \`${state}\``);
  }
  const page = await withStore(data, ({ reader }) => reader.accounts({ state: known }, undefined, listed));
  if (json === true) return JSON.stringify(page, null, 2);
  const sums = accountStates.map((one) => `${page.counts[one]} ${one.replace("_", " ")}`).join(", ");
  return [`${sums}; ${page.amount} moved`, ...page.accounts.map(line)].join("\n");
}

/** Prints an account's whole story. Rejects with AppError `bad_option` when nothing is known of it. */
export async function showAccount(name: string, data: string): Promise<string> {
  return withStore(data, async (store) => {
    const stories = await Promise.all(
      (await entriesOf(store, name)).map(({ id }) => store.reader.accountStory(id)),
    );
    return stories.flatMap((story) => (story ? storyLines(story) : [])).join("\n");
  });
}

/** Says what is known of an account; audited. */
export async function judgeAccount(
  name: string,
  {
    data,
    reason,
    as,
  }: { readonly data: string; readonly reason: string | undefined; readonly as: AccountState },
): Promise<string> {
  const why = checkedReason(reason);
  if (as !== "acknowledged" && as !== "recovered" && as !== "cleared") {
    throw new AppError("bad_option", `--as wants acknowledged, recovered or cleared, not \`${as}\``);
  }
  return withStore(data, async (store) => {
    let changed = 0;
    for (const { id } of await entriesOf(store, name)) {
      if (await store.commands.judgeAccount({ id, state: as, who: whoAmI(), reason: why })) changed++;
    }
    return changed === 0 ? `nothing changed: it is not at risk, or is ${as} already` : `it is ${as}`;
  });
}

/** Lets an account or an address through for a time; audited. Resolves to what is so now. */
export async function release(
  who: string,
  options: { readonly data: string; readonly for: string; readonly reason: string | undefined },
): Promise<string> {
  const reason = checkedReason(options.reason);
  const since = Date.now();
  const until = since + durationOf(options.for);
  return withStore(options.data, async (store) => {
    const isAddress = parseCidr(who) !== undefined;
    const key = isAddress ? who : hashOf(accountKey(store.boot), who);
    const kind = isAddress ? "address" : "account";
    await store.commands.release({ kind, key, since, until, who: whoAmI(), reason });
    return `${isAddress ? who : "the account"} is let through until ${new Date(until).toISOString()}`;
  });
}

/** Removes a person from everything and looks whether anything is left; rejects with AppError `bad_option` if so. */
export async function eraseAccount(name: string, data: string): Promise<string> {
  return withStore(data, async (store) => {
    const accounts = accountKey(store.boot);
    const hash = hashOf(accounts, name);
    const written = name.trim().toLowerCase();
    const seal = new TellSeal(store.boot.secret("outbox-seal", 32));
    const sealed = written === hash ? undefined : seal.seal(erasureSeal, written);
    const removed = await store.commands.eraseAccount({ hash, name: sealed, who: whoAmI() });
    const sessions = await eraseSessions(store, data, (account) => accounts.hash(account) === hash);
    const rows: [string, number][] = [...Object.entries(removed), ["sessions in sessions.bin", sessions]];
    const remains = Object.entries(await store.reader.accountRemains(hash));
    if (remains.length > 0) {
      const where = remains.map(([table, count]) => `${count} in ${table}`).join(", ");
      throw new AppError(
        "bad_option",
        `something came again while it was erased (${where}): erase it once more`,
      );
    }
    return [
      ...rows.map(([what, count]) => `${String(count).padStart(8)}  ${what}`),
      "looked for its hash in events, receipts, the ledger, sign-ins, alerts, releases and the audit log: nothing that can be found is left",
      "a running process forgets its sessions, memories and counters within a second, a stopped one when it starts; counters that it is only a part of are keyed hashes, and leave with their windows",
    ].join("\n");
  });
}

/** The saved sessions; a running process saves them anew, without the erased ones, within a minute. */
async function eraseSessions(
  { boot }: Store,
  data: string,
  isErased: (account: string) => boolean,
): Promise<number> {
  const book = new SessionBook({ key: boot.secret("session-key", 32) });
  const file = new SessionFile(join(data, "sessions.bin"), book);
  if (!(await file.restore())) return 0;
  const forgotten = book.forgetAccounts(isErased);
  if (forgotten > 0) await file.save();
  return forgotten;
}

async function entriesOf({ boot, reader }: Store, name: string): Promise<readonly AccountEntry[]> {
  const { accounts } = await reader.accounts({ hash: hashOf(accountKey(boot), name) }, undefined, 100);
  if (accounts.length > 0) return accounts;
  throw new AppError("bad_option", "no attack that is known has had to do with this account");
}

function line(entry: AccountEntry): string {
  const { hash, app, state, riskAt, lastAt, amount, riskPolicy, isFoundLater } = entry;
  const at = new Date(riskAt ?? lastAt).toISOString();
  const by = riskPolicy === undefined ? "" : `  by ${riskPolicy}${isFoundLater ? ", found afterwards" : ""}`;
  return `${at}  ${state.padEnd(12)}  ${hash}  ${app}  ${amount === 0 ? "" : `${amount} moved`}${by}`;
}

function storyLines({ account, sources, actions, notes }: AccountStory): string[] {
  return [
    line(account),
    `  tried ${account.attempts} times, ${account.stopped} stopped; got in ${account.signIns} times`,
    ...notes.map(({ at, what, who, reason, event }) => {
      const id = event === undefined ? "" : `  event ${formatEventId(event)}`;
      return `  ${time(at)}  ${what.replace("_", " ")}  ${who}  ${reason}${id}`;
    }),
    ...actions.map(({ firstAt, route, times, stopped, amount }) => {
      return `  ${time(firstAt)}  ${route}  ${times} times, ${stopped} stopped${amount === 0 ? "" : `, ${amount} moved`}`;
    }),
    ...sources.map(({ ip = "further addresses", asName = "", skeleton = "", attempts, successes }) => {
      return `  from ${ip}  ${asName}  ${skeleton}  ${attempts} tries, ${successes} got in`;
    }),
  ];
}

function time(at: number): string {
  return new Date(at).toISOString();
}

function checkedReason(reason = ""): string {
  const text = reason.trim();
  if (text === "") throw new AppError("bad_option", "say why, with --reason: it is kept");
  if (text.length <= longestReason) return text;
  throw new AppError("bad_option", `a reason has at most ${longestReason} characters`);
}

function durationOf(text: string): number {
  const [, count = "", unit = ""] = /^(\d{1,6})([mhd])$/.exec(text.trim()) ?? [];
  const ms = Number(count) * (Object.entries(units).find(([name]) => name === unit)?.[1] ?? 0);
  if (ms > 0 && ms <= longestMs) return ms;
  throw new AppError("bad_option", `\`${text}\` is no time such as 30m, 24h or 7d`);
}

function whoAmI(): string {
  return `command line (${userInfo().username})`;
}

async function withStore<T>(dataDir: string, run: (store: Store) => Promise<T>): Promise<T> {
  // A mistyped folder must not answer that somebody is erased while the real one keeps him.
  if (!existsSync(join(dataDir, "sallyport.db"))) {
    throw new AppError("bad_option", `there is no database in ${dataDir}; name its folder with --data`);
  }
  const store = await openStore({ dataDir });
  try {
    return await run(store);
  } finally {
    await store.close();
  }
}
