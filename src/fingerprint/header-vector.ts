/**
 * The header names of a request as they came, kept with its event: `print.skeleton` drops most of it, and what a later
 * version of the print looks at is not known today.
 */
import type { Facts } from "../describe/facts.ts";

/** Characters of a vector that an event may keep; a longer one is not kept at all, since a part makes another print. */
const maxVectorLength = 1024;

const httpVersions = { 10: "1.0", 11: "1.1", 20: "2" } as const;

// Equal field sections of one connection share their list, so that the text is made once a connection and kind.
const made = new WeakMap<readonly string[], { readonly kind: string; readonly vector: string | undefined }>();

/** `1.1 navigation Host User-Agent Accept`, names as sent and repeated ones repeated; undefined where it is too long. */
export function headerVector({ request, requestKind: kind }: Facts): string | undefined {
  const { names, httpVersion } = request;
  const known = made.get(names);
  if (known?.kind === kind) return known.vector;
  const vector = keptVector(`${httpVersions[httpVersion]} ${kind} ${names.join(" ")}`);
  made.set(names, { kind, vector });
  return vector;
}

/** The vector if it is short enough to be kept. */
export function keptVector(vector: string | undefined): string | undefined {
  return vector !== undefined && vector.length <= maxVectorLength ? vector : undefined;
}
