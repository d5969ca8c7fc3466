/** Paths without what is in them: one shape for all requests of a route that nobody declared. */

const mostSegments = 8;
const longest = 128;
const number = /^\d+$/;
const uuid = /^[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}$/i;
// A code, a token or a key: it opens something, and there are many of it.
const opaque = /^(?=.*\d)[\w.~+=-]{12,}$/;
const plain = /^[\w.~+@-]{1,40}$/;

/** The first eight segments of a canonical path, `:id` in place of numbers, codes and whatever is no plain word. */
export function shapeOfPath(path: string): string {
  const segments = path.split("/", mostSegments + 1).slice(1);
  const shown = segments.map((segment) =>
    segment === "" ||
    (plain.test(segment) && !number.test(segment) && !uuid.test(segment) && !opaque.test(segment))
      ? segment.toLowerCase()
      : ":id",
  );
  return `/${shown.join("/")}`.slice(0, longest);
}

const loginWord =
  /(?:^|[/._-])(log[_-]?in|log[_-]?on|sign[_-]?in|sign[_-]?up|auth\w{0,12}|oauth2?|tokens?|sessions?|register|registration|password|passwd|forgot|reset|recover|otp|mfa|2fa|verify|gift[_-]?cards?|redeem|vouchers?|wp-login|account)(?=$|[/._-])/;

/** The word of a shape that speaks of signing in, registering, resetting or gift cards; undefined if there is none. */
export function loginWordIn(shape: string): string | undefined {
  return loginWord.exec(shape)?.[1];
}
