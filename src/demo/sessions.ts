/** Signed-in browsers (cookie `sid`) and apps (bearer token): opened, read, closed. */
import { and, desc, eq, gt, inArray } from "drizzle-orm";
import { type Account, accountColumns } from "./accounts.ts";
import type { ShopDatabase } from "./database.ts";
import { accounts, sessions } from "./schema.ts";
import { hashToken, newToken } from "./token.ts";

/** A browser's cookie is no use to the mobile API, nor the other way round. */
export type SessionKind = "web" | "mobile";

const lifetimes: Readonly<Record<SessionKind, number>> = { web: 7 * 86_400, mobile: 30 * 86_400 };
const maxPerAccount = 20;

/** Opens a session and gives its token and its life in seconds; an account's oldest beyond 20 end. */
export function openSession(
  db: ShopDatabase,
  accountId: number,
  kind: SessionKind,
): { token: string; expiresIn: number } {
  const token = newToken();
  const now = Date.now();
  const expiresAt = now + lifetimes[kind] * 1000;
  db.insert(sessions)
    .values({ tokenHash: hashToken(token), accountId, kind, createdAt: now, expiresAt })
    .run();
  const extra = db
    .select({ tokenHash: sessions.tokenHash })
    .from(sessions)
    .where(eq(sessions.accountId, accountId))
    .orderBy(desc(sessions.createdAt))
    .limit(maxPerAccount)
    .offset(maxPerAccount)
    .all();
  if (extra.length > 0) {
    const hashes = extra.map((row) => row.tokenHash);
    db.delete(sessions).where(inArray(sessions.tokenHash, hashes)).run();
  }
  return { token, expiresIn: lifetimes[kind] };
}

/** The account that a live token belongs to. */
export function readSession(db: ShopDatabase, token: string, kind: SessionKind): Account | undefined {
  return db
    .select(accountColumns)
    .from(sessions)
    .innerJoin(accounts, eq(accounts.id, sessions.accountId))
    .where(
      and(
        eq(sessions.tokenHash, hashToken(token)),
        eq(sessions.kind, kind),
        gt(sessions.expiresAt, Date.now()),
      ),
    )
    .get();
}

/** Ends one session; an unknown token is no error. */
export function closeSession(db: ShopDatabase, token: string): void {
  db.delete(sessions)
    .where(eq(sessions.tokenHash, hashToken(token)))
    .run();
}

/** Ends every session of an account, as a password reset does. */
export function closeSessions(db: ShopDatabase, accountId: number): void {
  db.delete(sessions).where(eq(sessions.accountId, accountId)).run();
}

/** The value of a cookie that holds one of our tokens; anything else reads as absent. */
export function readTokenCookie(request: Request, name: "sid" | "cart"): string | undefined {
  const header = request.headers.get("cookie") ?? "";
  for (const pair of header.split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value !== undefined && /^[\w-]{43}$/.test(value)) return value;
  }
  return undefined;
}

/** The token of an `Authorization: Bearer` header, if it has the form of one of ours. */
export function readBearer(request: Request): string | undefined {
  return /^Bearer ([\w-]{43})$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

/** A Set-Cookie value; `maxAge` in seconds, 0 to clear. */
export function tokenCookie(name: "sid" | "cart", token: string, maxAge: number): string {
  return `${name}=${token}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;
}
