/** The Cookie field taken apart (RFC 6265 §5.4). */

/** Cookies by name, values as sent; the first of a name wins, as user agents send the most specific path first. */
export function parseCookies(fields: readonly string[]): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const field of fields) {
    for (const part of field.split(";")) {
      const equals = part.indexOf("=");
      if (equals < 0) continue;
      const name = part.slice(0, equals).trim();
      if (name !== "" && !cookies.has(name)) cookies.set(name, part.slice(equals + 1).trim());
    }
  }
  return cookies;
}
