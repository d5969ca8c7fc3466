/**
 * Against DNS rebinding: a page on evil.example may point its own name at 127.0.0.1 and read the
 * console as "same origin". Its requests carry its name in Host, so only names that are ours are served.
 */

/** Where the console listens and by which further names it is reached. */
export interface ConsoleNames {
  /** The address that the listener has, without the port. */
  readonly listenHost: string;
  /** Names that an operator's own proxy or DNS gives to the console. */
  readonly extraHosts: readonly string[];
}

const loopbackHosts = new Set(["localhost", "127.0.0.1", "[::1]"]);
const ipv4Literal = /^\d{1,3}(\.\d{1,3}){3}$/;

/** True if a request with this Host field (RFC 9110 §7.2) is meant for this console. */
export function isOwnHost(host: string | null, names: ConsoleNames): boolean {
  const name = (host ?? "").toLowerCase().replace(/:\d{1,5}$/, "");
  if (loopbackHosts.has(name)) return true;
  if (names.extraHosts.some((extra) => extra.toLowerCase() === name)) return true;
  if (isLoopback(names.listenHost)) return false;
  // Rebinding needs a name; a browser that shows an address literal did connect to that address.
  return ipv4Literal.test(name) || name.startsWith("[") || name === names.listenHost.toLowerCase();
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || host.startsWith("127.");
}
