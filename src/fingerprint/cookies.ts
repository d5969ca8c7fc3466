/** `print.cookies`: which cookies a client holds, by their names: where it has been and what it kept. */
import type { Facts } from "../describe/facts.ts";
import { printHash } from "./print-hash.ts";

const version = "c1";
const maxNames = 64;
const maxNameLength = 64;

/** The print; undefined without a cookie. */
export function printCookies(facts: Facts): string | undefined {
  const vector = cookiesVector(facts);
  return vector === undefined ? undefined : printHash(version, vector);
}

/** What the print is made of, readable: sorted names, `;` between them; digits in a name are data, as in `cart_1042`. */
export function cookiesVector({ cookieNames }: Facts): string | undefined {
  if (cookieNames.length === 0) return undefined;
  const names = cookieNames.map((name) => name.slice(0, maxNameLength).replaceAll(/\d+/g, "#"));
  const sorted = [...new Set(names)].sort();
  return `${sorted.slice(0, maxNames).join(";")}${sorted.length > maxNames ? ";+" : ""}`;
}
