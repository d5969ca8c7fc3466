/** The few kinds of answer that the shop gives, each with the headers that it ought to have. */
import type { SafeHtml } from "@remix-run/html-template";

// No inline script or style anywhere, so the policy can forbid both.
const pageHeaders = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "private, no-cache",
  "content-security-policy":
    "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  "referrer-policy": "same-origin",
  "x-content-type-options": "nosniff",
};

/** Cookies to set, as whole Set-Cookie values. */
export type Cookies = readonly string[];

/** An HTML page. */
export function page(content: SafeHtml, status = 200, cookies: Cookies = []): Response {
  return withCookies(new Response(String(content), { status, headers: pageHeaders }), cookies);
}

/** A JSON answer, never cached. */
export function json(value: unknown, status = 200, cookies: Cookies = []): Response {
  const headers = {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  return withCookies(new Response(JSON.stringify(value), { status, headers }), cookies);
}

/** After a form: on to a page by GET (RFC 9110 §15.4.4). */
export function seeOther(location: string, cookies: Cookies = []): Response {
  return withCookies(
    new Response(null, { status: 303, headers: { location, "cache-control": "no-store" } }),
    cookies,
  );
}

/** A path of this shop to go on to, from what a client asked for; never another site. */
export function safePath(asked: string, otherwise: string): string {
  return /^\/(?![/\\])[\w\-./?=&%]{0,200}$/.test(asked) ? asked : otherwise;
}

function withCookies(response: Response, cookies: Cookies): Response {
  for (const cookie of cookies) response.headers.append("set-cookie", cookie);
  return response;
}
