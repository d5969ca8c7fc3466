/** Where an origin listens. */

/** An address to connect to. */
export interface Origin {
  readonly scheme: "http" | "https";
  readonly hostname: string;
  readonly port: number;
  /** The socket to connect to instead. */
  readonly unix?: string;
}

/** Parses "http://host:port", "https://host" or "unix:/path"; undefined unless it is just that (no user, no path). */
export function parseOrigin(text: string): Origin | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.username || url.password || url.search || url.hash) return undefined;
  if (url.protocol === "unix:") {
    const unix = text.replace(/^unix:(?:\/\/)?/, "");
    return url.host === "" && unix.length > 1
      ? { scheme: "http", hostname: "localhost", port: 80, unix }
      : undefined;
  }
  const scheme = url.protocol === "http:" ? "http" : url.protocol === "https:" ? "https" : undefined;
  if (!scheme || url.pathname !== "/") return undefined;
  const port = url.port === "" ? (scheme === "http" ? 80 : 443) : Number(url.port);
  return { scheme, hostname: url.hostname.replace(/^\[|\]$/g, ""), port };
}

/** The Host of an origin (RFC 9110 §4.2.1: without the scheme's own port), for clients that name none. */
export function authorityOf({ scheme, hostname, port }: Origin): string {
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return port === (scheme === "http" ? 80 : 443) ? host : `${host}:${port}`;
}
