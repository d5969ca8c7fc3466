/** Customers: registering, checking a password with a lockout, account credit. */
import { eq } from "drizzle-orm";
import type { ShopDatabase } from "./database.ts";
import { parseEmail } from "./fields.ts";
import { hashPassword, isPassword } from "./password.ts";
import { accounts } from "./schema.ts";
import { newToken } from "./token.ts";

/** What the shop's pages and APIs know of a customer; `credit` is in pence. */
export interface Account {
  id: number;
  email: string;
  name: string;
  credit: number;
}

/** How a sign-in ended. */
export type SignIn =
  | { kind: "success"; account: Account }
  | { kind: "wrong_password" }
  | { kind: "unknown_user" }
  | { kind: "locked" };

/** How a registration ended; `message` is for the customer. */
export type Registration =
  | { kind: "created"; account: Account }
  | { kind: "taken" }
  | { kind: "invalid"; message: string };

/** Wrong passwords in `failureWindow` ms after which an account refuses even the right one. */
const maxFailures = 20;
const failureWindow = 15 * 60_000;

/** The columns that make an `Account`. */
export const accountColumns = {
  id: accounts.id,
  email: accounts.email,
  name: accounts.name,
  credit: accounts.credit,
};

/** Checks a password; failures lock the account for the rest of 15 minutes after the twentieth. */
export function signIn(db: ShopDatabase, email: string, password: string): SignIn {
  const row = db.select().from(accounts).where(eq(accounts.email, email.trim().toLowerCase())).get();
  if (row === undefined) return { kind: "unknown_user" };
  const now = Date.now();
  const recent = now - row.failingSince < failureWindow ? row.failures : 0;
  if (recent >= maxFailures) return { kind: "locked" };
  const isRight = isPassword(password, row.passwordSalt, row.passwordHash);
  if (isRight && row.failures > 0) {
    db.update(accounts).set({ failures: 0 }).where(eq(accounts.id, row.id)).run();
  }
  if (!isRight) {
    const failingSince = recent === 0 ? now : row.failingSince;
    db.update(accounts)
      .set({ failures: recent + 1, failingSince })
      .where(eq(accounts.id, row.id))
      .run();
    return { kind: "wrong_password" };
  }
  return { kind: "success", account: { id: row.id, email: row.email, name: row.name, credit: row.credit } };
}

/** Creates an account; an address that is in use is said to be so. */
export function register(
  db: ShopDatabase,
  input: { name: string; email: string; password: string },
): Registration {
  const email = parseEmail(input.email);
  const message =
    input.name.length < 1 || input.name.length > 100
      ? "Please tell us your name."
      : email === undefined
        ? "That does not look like an e-mail address."
        : passwordProblem(input.password);
  if (message !== undefined || email === undefined) return { kind: "invalid", message: message ?? "" };
  const passwordSalt = newToken();
  const account = db
    .insert(accounts)
    .values({
      email,
      name: input.name,
      passwordSalt,
      passwordHash: hashPassword(input.password, passwordSalt),
      createdAt: Date.now(),
    })
    .onConflictDoNothing()
    .returning(accountColumns)
    .get();
  return account === undefined ? { kind: "taken" } : { kind: "created", account };
}

/** Why a new password is not accepted, or undefined if it is. */
export function passwordProblem(password: string): string | undefined {
  return password.length < 8 ? "A password needs at least 8 characters." : undefined;
}

/** Replaces the password and lifts a lockout; undefined `password` leaves one that nothing matches. */
export function setPassword(db: ShopDatabase, accountId: number, password: string | undefined): void {
  const passwordSalt = newToken();
  const passwordHash = password === undefined ? "" : hashPassword(password, passwordSalt);
  db.update(accounts)
    .set({ passwordSalt, passwordHash, failures: 0 })
    .where(eq(accounts.id, accountId))
    .run();
}

/** The account with this address, if there is one. */
export function findAccount(db: ShopDatabase, email: string): Account | undefined {
  return db.select(accountColumns).from(accounts).where(eq(accounts.email, email.trim().toLowerCase())).get();
}
