/** What `serve` is told by flags and by the environment: checked once, at the start. */
import { type Cidr, parseCidr } from "./accept/cidr.ts";
import { AppError } from "./app-error.ts";
import { type AllowedTarget, parseAllowedTarget } from "./tell/safe-address.ts";
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
  /** Fronts whose X-Forwarded-For or Forwarded is believed. */
  readonly trusted: readonly Cidr[];
  /** Fronts that must send a PROXY header. */
  readonly proxied: readonly Cidr[];
  readonly maxConnectionsPerAddress: number;
  /** Another process may listen on the same ports, so that one takes over from the other. */
  readonly reusePort: boolean;
  readonly mmdb: string | undefined;
  /** Targets of calls and mail that are told wherever they lie. */
  readonly allowedTargets: readonly AllowedTarget[];
  /** What one call, or one mail, may take, ms. */
  readonly tellTimeoutMs: number;
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
  readonly proxyProtocol?: string;
  readonly maxConnectionsPerAddress: string;
  readonly reusePort?: boolean | string;
  readonly mmdb?: string;
  readonly allowWebhookTarget?: string;
  readonly tellTimeout: string;
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
    trusted: parseNetworks("--trusted-proxies", flags.trustedProxies ?? ""),
    proxied: parseNetworks("--proxy-protocol", flags.proxyProtocol ?? ""),
    maxConnectionsPerAddress: parseWhole(
      "--max-connections-per-address",
      flags.maxConnectionsPerAddress,
      1_000_000,
    ),
    reusePort: parseSwitch("--reuse-port", flags.reusePort ?? false),
    mmdb: flags.mmdb,
    tellTimeoutMs: parseWhole("--tell-timeout", flags.tellTimeout, 60) * 1000,
    allowedTargets: parseTargets("--allow-webhook-target", flags.allowWebhookTarget ?? ""),
    retentionDays: parseWhole("--retention-days", flags.retentionDays, 3650),
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

function parseNetworks(flag: string, text: string): Cidr[] {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const cidr = parseCidr(part);
    if (!cidr) throw new AppError("bad_option", `${flag} wants addresses or networks, not \`${part}\``);
    return cidr;
  });
}

function parseTargets(flag: string, text: string): AllowedTarget[] {
  const parts = text.split(",").filter((part) => part.trim() !== "");
  return parts.map((part) => {
    const target = parseAllowedTarget(part);
    if (!target) throw new AppError("bad_option", `${flag} wants HOST or HOST:PORT, not \`${part}\``);
    return target;
  });
}

function parseWhole(flag: string, text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > most) {
    throw new AppError("bad_option", `${flag} wants a whole number from 1 to ${most}, not \`${text}\``);
  }
  return number;
}

/** The bare flag is true; the environment brings a text. */
function parseSwitch(flag: string, given: boolean | string): boolean {
  if (typeof given === "boolean") return given;
  if (/^(1|true|yes)$/i.test(given)) return true;
  if (/^(0|false|no|)$/i.test(given)) return false;
  throw new AppError("bad_option", `${flag} wants true or false, not \`${given}\``);
}
