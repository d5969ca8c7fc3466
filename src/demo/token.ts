/** Unguessable names for sessions, carts, resets and orders. */
import { randomBytes, timingSafeEqual } from "node:crypto";

/** 43 characters of base64url, 256 bits. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What the database keeps of a token, so that a stolen copy of it opens nothing. */
export function hashToken(token: string): string {
  return new Bun.CryptoHasher("sha256").update(token).digest("base64url");
}

/** Whether two secrets are equal, in time that depends on neither. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(Buffer.from(hashToken(given)), Buffer.from(hashToken(expected)));
}
