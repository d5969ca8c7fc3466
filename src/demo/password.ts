/**
 * Password hashing for a demo: scrypt at a cost of about 25 µs, so that thousands of accounts are
 * seeded at start and a login attack measures the proxy and not this hash. A real shop uses N ≥ 2^15.
 */
import { scryptSync, timingSafeEqual } from "node:crypto";

const cost = { N: 32, r: 4, p: 1 };

/** Hex hash of a password under its account's salt. */
export function hashPassword(password: string, salt: string): string {
  return scryptSync(password, salt, 32, cost).toString("hex");
}

/** Compares in constant time; false for an account whose hash was emptied by a forced reset. */
export function isPassword(password: string, salt: string, hash: string): boolean {
  const given = Buffer.from(hashPassword(password, salt), "hex");
  const stored = Buffer.from(hash, "hex");
  return given.length === stored.length && timingSafeEqual(given, stored);
}
