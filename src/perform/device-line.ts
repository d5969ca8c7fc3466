/** The field line by which a device is told that an account signed in on it. */
import type { Cidr } from "../accept/cidr.ts";
import { isTrusted } from "../accept/client-address.ts";
import type { EdgeRequest } from "../accept/edge-request.ts";
import type { Facts } from "../describe/facts.ts";

/** The Set-Cookie line (RFC 6265 §4.1), CRLF included, after a success of the account; "" where the app has no device cookie. `now` in ms. */
export function deviceLine(facts: Facts, account: string, fronts: readonly Cidr[], now: number): string {
  const { devices, request } = facts;
  if (!devices) return "";
  const { cookies, scope } = devices;
  const value = cookies.renew(facts.cookie(scope.name), scope, account, now);
  const maxAge = Math.floor(scope.forMs / 1000);
  const secure = isSecure(request, fronts) ? "; Secure" : "";
  return `Set-Cookie: ${scope.name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly${secure}; SameSite=Lax\r\n`;
}

/** Over TLS, or behind a front that says that its client came over TLS. */
function isSecure(request: EdgeRequest, fronts: readonly Cidr[]): boolean {
  if (request.connection.scheme === "https") return true;
  if (!isTrusted(request.connection.peer, fronts)) return false;
  return request.header("x-forwarded-proto")?.split(",", 1)[0]!.trim().toLowerCase() === "https";
}
