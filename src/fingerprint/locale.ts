/** `print.locale`: which languages and encodings a client asks for; shared by many people, changed by one setting. */
import type { Facts } from "../describe/facts.ts";
import { printHash } from "./print-hash.ts";

const version = "l1";
const maxLength = 256;

/** The print; undefined when the client sends neither Accept-Language nor Accept-Encoding. */
export function printLocale(facts: Facts): string | undefined {
  const vector = localeVector(facts);
  return vector === undefined ? undefined : printHash(version, vector);
}

/** What the print is made of, readable: `language en-gb,en;q=0.9 encoding gzip,br`; "-" for what is not sent. */
export function localeVector(facts: Facts): string | undefined {
  const language = tokens(facts.header("accept-language"));
  const encoding = tokens(facts.header("accept-encoding"));
  if (language === undefined && encoding === undefined) return undefined;
  return `language ${language ?? "-"} encoding ${encoding ?? "-"}`;
}

// RFC 9110 §12.5: names are case-insensitive, and white space around them says nothing.
function tokens(field: string | undefined): string | undefined {
  return field?.slice(0, maxLength).toLowerCase().replaceAll(/\s+/g, "");
}
