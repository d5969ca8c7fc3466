/** Against cross-site request forgery, beside SameSite=Strict cookies: where did an unsafe request come from? */

const safeMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * True if the request changes nothing, or comes from a page of this console.
 * Browsers send Sec-Fetch-Site or Origin with every unsafe request (Fetch, "append a request `Origin` header");
 * a request with neither comes from a tool, which holds no one else's cookie.
 */
export function isOwnOrigin(request: Request): boolean {
  if (safeMethods.has(request.method)) return true;
  const site = request.headers.get("sec-fetch-site");
  if (site !== null && site !== "same-origin") return false;
  const origin = request.headers.get("origin");
  if (origin === null) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === (request.headers.get("host") ?? new URL(request.url).host);
}
