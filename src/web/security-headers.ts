/** The headers that every console response carries: what an attacker sent is shown here, so nothing may run it. */

/** Content-Security-Policy of every console response: own files only, nothing inline, no framing. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

const headers: readonly (readonly [string, string])[] = [
  ["content-security-policy", contentSecurityPolicy],
  ["x-content-type-options", "nosniff"],
  // `same-origin` and not `no-referrer`: the theme switch returns to the page that it was used on.
  ["referrer-policy", "same-origin"],
  [
    "permissions-policy",
    "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()",
  ],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["x-frame-options", "DENY"],
];

/** Adds the security headers to a response, and `no-store` where the handler said nothing of caching. */
export function withSecurityHeaders(response: Response): Response {
  for (const [name, value] of headers) response.headers.set(name, value);
  if (!response.headers.has("cache-control")) response.headers.set("cache-control", "no-store");
  return response;
}
