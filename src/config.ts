/** What `serve` is told by flags and by the environment: checked once, at the start. */
import { type Cidr, parseCidr } from "./accept/cidr.ts";
import { AppError } from "./app-error.ts";
import { parseTlsConfig, type TlsConfig, type TlsFlags } from "./tls-config.ts";

/** An address to listen on. */
interface Endpoint {
  readonly hostname: string;
  readonly port: number;
}

/** All of `serve`'s settings. */
export interface Config {
  readonly listen: Endpoint;
  /** Undefined: no HTTPS. */
  readonly tls: TlsConfig | undefined;
  readonly admin: Endpoint;
  /** How browsers reach the console when that is not the listening address itself. */
  readonly adminUrl: URL | undefined;
  readonly dataDir: string;
  /** Undefined: `./policies` if it is there, else a copy of the shipped ones in the data directory. */
  readonly policiesDir: string | undefined;
  /** Where apps that name no origin go; undefined with the demo shop. */
  readonly origin: string | undefined;
  readonly runsDemo: boolean;
  readonly trusted: readonly Cidr[];
  readonly mmdb: string | undefined;
  readonly retentionDays: number;
}

/** The flags as commander gives them. */
export interface ServeFlags extends TlsFlags {
  readonly listen: string;
  readonly admin: string;
  readonly adminUrl?: string;
  readonly data: string;
  readonly policies?: string;
  readonly origin?: string;
  readonly demo?: boolean;
  readonly trustedProxies?: string;
  readonly mmdb?: string;
  readonly retentionDays: string;
}

/** Checks the flags; throws AppError `bad_option` naming the flag and what it wants. */
export function parseConfig(flags: ServeFlags): Config {
  if (flags.origin !== undefined && flags.demo === true) {
    throw new AppError("bad_option", "--origin and --demo exclude each other: one origin answers, not two");
  }
  return {
    listen: parseEndpoint("--listen", flags.listen),
    tls: parseTlsConfig(flags, parseEndpoint),
    admin: parseEndpoint("--admin", flags.admin),
    adminUrl: flags.adminUrl === undefined ? undefined : parseAdminUrl(flags.adminUrl),
    dataDir: flags.data,
    policiesDir: flags.policies,
    origin: flags.origin,
    runsDemo: flags.demo ?? flags.origin === undefined,
    trusted: parseTrusted(flags.trustedProxies ?? ""),
    mmdb: flags.mmdb,
    retentionDays: parseDays(flags.retentionDays),
  };
}

function parseEndpoint(flag: string, text: string): Endpoint {
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (!match || port > 65_535) {
    throw new AppError("bad_option", `${flag} wants HOST:PORT, for example 127.0.0.1:8080, not \`${text}\``);
  }
  const hostname = match[1] ?? match[2] ?? "";
  return { hostname: hostname === "" ? "0.0.0.0" : hostname, port };
}

function parseAdminUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.pathname !== "/") {
    throw new AppError(
      "bad_option",
      `--admin-url wants a URL like https://sallyport.example, not \`${text}\``,
    );
  }
  return url;
}

function parseTrusted(text: string): Cidr[] {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const cidr = parseCidr(part);
    if (!cidr)
      throw new AppError("bad_option", `--trusted-proxies wants addresses or networks, not \`${part}\``);
    return cidr;
  });
}

function parseDays(text: string): number {
  const days = Number(text);
  if (!Number.isInteger(days) || days < 1 || days > 3650) {
    throw new AppError("bad_option", `--retention-days wants a whole number from 1 to 3650, not \`${text}\``);
  }
  return days;
}
