/** How many login attempts a connection has carried: people sign in once, tools ride one connection for hundreds. */
import type { EdgeConnection } from "../accept/edge-request.ts";

// Forgotten with the connection; only those that ever carried a login are in it.
const logins = new WeakMap<EdgeConnection, number>();

/** Counts one attempt. */
export function countLogin(connection: EdgeConnection): void {
  logins.set(connection, loginsOn(connection) + 1);
}

/** Attempts so far, the one being judged included. */
export function loginsOn(connection: EdgeConnection): number {
  return logins.get(connection) ?? 0;
}
