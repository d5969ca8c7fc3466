/** The two cookies of the console, read from and written as their RFC 6265 fields. */

/** The value of a cookie, undefined if it was not sent. */
export function readCookie(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get("cookie") ?? "").split(";")) {
    const split = part.indexOf("=");
    if (split > 0 && part.slice(0, split).trim() === name) return part.slice(split + 1).trim();
  }
  return undefined;
}

/** How long the browser keeps a cookie and over what it sends it. */
export interface CookieOptions {
  /** 0 deletes it. */
  readonly maxAgeSeconds: number;
  /** True when the console is reached over HTTPS. */
  readonly isSecure: boolean;
}

/** A Set-Cookie value for the whole console, never sent from another site. */
export function cookieField(name: string, value: string, options: CookieOptions): string {
  const parts = [
    `${name}=${value}`,
    "Path=/",
    "HttpOnly",
    "SameSite=Strict",
    `Max-Age=${options.maxAgeSeconds}`,
  ];
  if (options.isSecure) parts.push("Secure");
  return parts.join("; ");
}
