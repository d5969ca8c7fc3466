/** How many login attempts a connection has carried: people sign in once, tools ride one connection for hundreds. */
import type { EdgeConnection, EdgeRequest } from "../accept/edge-request.ts";

// Forgotten with the connection, and with the request; only those that ever carried a login are in them.
const logins = new WeakMap<EdgeConnection, number>();
const counted = new WeakMap<EdgeRequest, number>();

/** Counts a request's attempts; a request that several login routes may take is counted once, as the most. */
export function countLogins(request: EdgeRequest, attempts: number): void {
  const { connection } = request;
  const before = counted.get(request) ?? 0;
  if (attempts <= before) return;
  counted.set(request, attempts);
  logins.set(connection, loginsOn(connection) + attempts - before);
}

/** Attempts so far, those of the request being judged included. */
export function loginsOn(connection: EdgeConnection): number {
  return logins.get(connection) ?? 0;
}
