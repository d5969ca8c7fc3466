/** Sign-ins that nobody minded when they came, as they are kept for a day. */
import type { Database } from "bun:sqlite";
import type { Deed, SignIn, SignInUse, SoftwareName } from "./account-rows.ts";
import type { AttackKey } from "./attack-keys.ts";
import { encodeAccount } from "./encode-account.ts";
import type { AlertGrowth } from "./outbox-rows.ts";

/** A row as SQLite gives it. */
export interface FoundSignIn {
  readonly event: number;
  readonly app: string;
  readonly hash: Uint8Array | string;
  readonly ip: string;
  readonly asn: number | null;
  readonly skeleton: string;
  readonly stack: string;
  readonly call: string | null;
  readonly target: string | null;
  readonly body: Uint8Array | null;
  /** JSON. */
  readonly alert: string | null;
  readonly is_shared: 0 | 1;
  /** Null while it is not known. */
  readonly went_on: 0 | 1 | null;
}

/** Keeps one; the same event again changes nothing. */
export function storeSignIn(database: Database, signIn: SignIn): void {
  const { event, app, account, ip, asn, skeleton, stack, call, alert, clusters, isNewPlace, isShared } =
    signIn;
  const { changes } = database
    .query(
      `INSERT INTO account_signin
         (event, app, hash, ip, asn, skeleton, stack, call, target, body, alert, is_new_place, is_shared)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (event) DO NOTHING`,
    )
    .run(
      event,
      app,
      encodeAccount(account),
      ip,
      asn ?? null,
      skeleton,
      stack,
      call?.id ?? null,
      call?.target ?? null,
      call?.body ?? null,
      alert ? JSON.stringify({ ...alert, key: undefined }) : null,
      isNewPlace ? 1 : 0,
      isShared ? 1 : 0,
    );
  if (changes === 0) return;
  const insert = database.query("INSERT OR IGNORE INTO signin_cluster (cluster, event) VALUES (?, ?)");
  for (const cluster of clusters) insert.run(cluster, event);
}

/** Keeps what is known of sign-ins by now; those that are not kept (any more) are left out. */
export function storeUses(database: Database, uses: readonly SignInUse[]): void {
  const update = database.query("UPDATE account_signin SET went_on = ?, is_shared = ? WHERE event = ?");
  for (const { event, wentOn, isShared } of uses) update.run(wentOn ? 1 : 0, isShared ? 1 : 0, event);
}

/** Sign-ins with that software were people's, or may have been. */
export function storeShared(database: Database, shared: readonly SoftwareName[]): void {
  const update = database.query(
    "UPDATE account_signin SET is_shared = 1 WHERE skeleton = ? AND stack = ? AND app = ? AND is_shared = 0",
  );
  for (const { app, skeleton, stack } of shared) update.run(skeleton, stack, app);
}

/** It is found no more, but counts among the attack's; nothing that names its account's owner is left in it. */
export function closeSignIn(database: Database, event: number): void {
  database
    .query("UPDATE account_signin SET is_convicted = 1, body = NULL, alert = NULL WHERE event = ?")
    .run(event);
  database.query("DELETE FROM signin_cluster WHERE event = ?").run(event);
}

/** Whether it may be convicted by its key: where people have the same key or software only if its session was left at once. */
export function isConvictable({ is_shared, went_on }: FoundSignIn, isWide: boolean): boolean {
  return (is_shared === 0 && !isWide) || went_on === 0;
}

/** Those of a key since an event's id, oldest first. */
export function signInsOf(database: Database, key: AttackKey, since: number, limit: number): FoundSignIn[] {
  const order = "ORDER BY event LIMIT ?";
  if (key.kind === "address") {
    return database
      .query<FoundSignIn, [string, string, number, number]>(
        `SELECT * FROM account_signin WHERE ip = ? AND skeleton = ? AND event >= ? AND is_convicted = 0 ${order}`,
      )
      .all(key.ip, key.skeleton, since, limit);
  }
  if (key.kind === "place") {
    return database
      .query<FoundSignIn, [string, number, number]>(
        `SELECT * FROM account_signin WHERE ip = ? AND event >= ? AND is_convicted = 0
           AND is_new_place = 1 AND went_on = 0 ${order}`,
      )
      .all(key.ip, since, limit);
  }
  return database
    .query<FoundSignIn, [string, string, number | null, number, number]>(
      `SELECT * FROM account_signin
       WHERE skeleton = ? AND stack = ? AND asn IS ? AND event >= ? AND is_convicted = 0 ${order}`,
    )
    .all(key.skeleton, key.stack, key.asn, since, limit);
}

/** The last one of an account from an address; none where it is not kept, since it was a known good one. */
export function lastSignInOf(
  database: Database,
  { app, account, ip }: Pick<Deed, "app" | "account" | "ip">,
): FoundSignIn | undefined {
  return (
    database
      .query<FoundSignIn, [Uint8Array | string | null, string, string]>(
        `SELECT * FROM account_signin WHERE hash = ? AND ip = ? AND app = ? AND is_convicted = 0
         ORDER BY event DESC LIMIT 1`,
      )
      .get(encodeAccount(account), ip, app) ?? undefined
  );
}

/** Those of a cluster since an event's id, oldest first. */
export function signInsIn(database: Database, cluster: number, since: number, limit: number): FoundSignIn[] {
  return database
    .query<FoundSignIn, [number, number, number]>(
      `SELECT account_signin.* FROM signin_cluster JOIN account_signin USING (event)
       WHERE cluster = ? AND signin_cluster.event >= ? AND is_convicted = 0 ORDER BY signin_cluster.event LIMIT ?`,
    )
    .all(cluster, since, limit);
}

/** What is known of a sign-in that was kept. */
export type FoundAgain = Omit<SignIn, "attack" | "clusters" | "isNewPlace" | "isShared">;

/** The sign-in that a row holds. */
export function foundSignIn(row: FoundSignIn): FoundAgain {
  const { event, app, hash, ip, asn, skeleton, stack, call, target, body, alert } = row;
  return {
    event,
    app,
    account: typeof hash === "string" ? hash : Buffer.from(hash).toString("hex"),
    ip,
    asn: asn ?? undefined,
    skeleton,
    stack,
    call: call && target && body ? { id: call, target, body } : undefined,
    alert: alert === null ? undefined : { ...(JSON.parse(alert) as AlertGrowth), key: new Uint8Array() },
  };
}
