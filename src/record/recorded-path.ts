/** The path that an event keeps: what a route's parameters hold back is not written down. */
import type { Placement } from "../describe/fact-sources.ts";
import type { Facts } from "../describe/facts.ts";

/** Characters kept of a path. */
const pathLimit = 256;

// By the operator's own names: what is a code, a token or a card opens something.
const secretName = /(?:^|_)(?:code|token|card|secret|key|password|pin|otp|voucher)(?:$|_)/;

/** The canonical path, parameters with secret-sounding names replaced by `:name`, cut to 256 characters. */
export function recordedPath(
  facts: Pick<Facts, "path">,
  placement: Pick<Placement, "pathParameters"> | undefined,
): string {
  let path = facts.path;
  const parameters = placement?.pathParameters;
  for (const name in parameters) {
    const value = parameters[name] ?? "";
    if (secretName.test(name) && value !== "") path = path.replaceAll(value, `:${name}`);
  }
  return path.slice(0, pathLimit);
}
