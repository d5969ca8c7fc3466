/** Password resets, asked for by a customer or forced by a webhook. */
import { and, eq, gt } from "drizzle-orm";
import { findAccount, passwordProblem, setPassword } from "./accounts.ts";
import type { ShopDatabase } from "./database.ts";
import { sendMail } from "./mail.ts";
import { forcedResets, resets, webhookDeliveries } from "./schema.ts";
import { closeSessions } from "./sessions.ts";
import { hashToken, newToken } from "./token.ts";

/** How a forced reset ended. */
export type ForcedReset = "started" | "already_started" | "no_such_user";

/** How setting the new password ended. */
export type ResetResult = { kind: "done" } | { kind: "dead_link" } | { kind: "invalid"; message: string };

const lifetime = 60 * 60_000;

/** Mails a link good for an hour, replacing earlier ones; an unknown address does nothing, silently. */
export function startReset(db: ShopDatabase, email: string): void {
  const account = findAccount(db, email);
  if (account === undefined) return;
  const token = newToken();
  db.delete(resets).where(eq(resets.accountId, account.id)).run();
  db.insert(resets)
    .values({ tokenHash: hashToken(token), accountId: account.id, expiresAt: Date.now() + lifetime })
    .run();
  // The link has no host: one taken from the request's Host would let an attacker point it at himself.
  sendMail(db, account.email, "Reset your password", `Choose a new password at /reset/${token}`);
}

/** For a taken-over account: ends its sessions, voids its password, mails a link; once a webhook id. */
export function forceReset(db: ShopDatabase, email: string, webhookId: string): ForcedReset {
  const account = findAccount(db, email);
  if (account === undefined) return "no_such_user";
  return db.transaction(() => {
    const fresh = db
      .insert(webhookDeliveries)
      .values({ webhookId, receivedAt: Date.now() })
      .onConflictDoNothing()
      .returning()
      .all();
    if (fresh.length === 0) return "already_started";
    db.insert(forcedResets).values({ webhookId, accountId: account.id, forcedAt: Date.now() }).run();
    closeSessions(db, account.id);
    setPassword(db, account.id, undefined);
    startReset(db, account.email);
    return "started";
  });
}

/** Uses a call's signature up; false when it was used before. */
export function isFirstUse(db: ShopDatabase, signature: string): boolean {
  const added = db
    .insert(webhookDeliveries)
    .values({ webhookId: `signature ${signature}`, receivedAt: Date.now() })
    .onConflictDoNothing()
    .returning()
    .all();
  return added.length > 0;
}

/** Whether a mailed link still opens its form. */
export function isResetOpen(db: ShopDatabase, token: string): boolean {
  return findReset(db, token) !== undefined;
}

/** Sets the new password, ends every session of the account and uses the link up. */
export function finishReset(db: ShopDatabase, token: string, password: string): ResetResult {
  const reset = findReset(db, token);
  if (reset === undefined) return { kind: "dead_link" };
  const message = passwordProblem(password);
  if (message !== undefined) return { kind: "invalid", message };
  db.delete(resets).where(eq(resets.accountId, reset.accountId)).run();
  setPassword(db, reset.accountId, password);
  closeSessions(db, reset.accountId);
  return { kind: "done" };
}

function findReset(db: ShopDatabase, token: string): { accountId: number } | undefined {
  if (!/^[\w-]{43}$/.test(token)) return undefined;
  return db
    .select({ accountId: resets.accountId })
    .from(resets)
    .where(and(eq(resets.tokenHash, hashToken(token)), gt(resets.expiresAt, Date.now())))
    .get();
}
