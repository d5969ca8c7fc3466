/** Real facts from a described request: tests and explanations judge what the live path would judge. */
import type { DescribedRequest, DescribedValue, JsonValue } from "../../dsl/index.ts";
import { parseIpAddress } from "../accept/ip-address.ts";
import type { TlsArrival } from "../accept/tls/tls-acceptor.ts";
import { type AccountPast, accountRisks } from "../describe/account-past.ts";
import type { Http2Facts, NetworkClass, Prints } from "../describe/fact-sources.ts";
import { Facts } from "../describe/facts.ts";
import type { Flow } from "../describe/flow.ts";
import { sampleArrival } from "../describe/sample-arrival.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import type { NetworkClassifier } from "../enrich/network-class.ts";
import { RequestPrints } from "../fingerprint/request-prints.ts";

/** RFC 5737 documentation address: nobody's. */
const someAddress = "192.0.2.7";
const printNames = ["skeleton", "shape", "stack", "locale", "cookies"] as const;
const classes: readonly string[] = [
  "hosting",
  "bulletproof",
  "vpn",
  "relay",
  "cdn",
  "mobile",
  "isp",
  "education",
  "business",
  "private",
] satisfies NetworkClass[];

/** The facts of a described request at a time; a sentence when something of it cannot be described so. */
export function describedFacts(
  request: DescribedRequest,
  now: number,
  classOf: NetworkClassifier,
): Facts | string {
  const reading = new Reading(request.fields);
  const ip = reading.text("ip") ?? someAddress;
  const host = reading.text("host") ?? "www.test.example";
  const scheme = reading.text("scheme") ?? "https";
  const version = reading.text("http.version") ?? (reading.isBelow("h2.") ? "2" : "1.1");
  const tls = scheme === "http" ? undefined : arrivalOf(reading, host, version === "2" ? "h2" : "http/1.1");
  const http2 = version === "2" ? http2Of(reading) : undefined;
  const target = targetOf(request.target, reading);
  const headers = headersOf(request, reading, host);
  const network = networkOf(reading, classOf);
  const past = pastOf(reading);
  const [requests, logins] = [reading.number("conn.requests"), reading.number("conn.logins")];
  const prints = Object.fromEntries(printNames.map((name) => [name, reading.text(`print.${name}`)]));
  const isConsistent = reading.flag("ua.consistent");
  const flow = flowOf(reading);
  const problem = reading.problem() ?? (parseIpAddress(ip) ? undefined : `no address: \`${ip}\``);
  if (problem !== undefined) return problem;
  if (typeof network === "string") return network;
  const edgeRequest = sampleRequest({
    method: request.method,
    target,
    httpVersion: version === "1.0" ? 10 : 11,
    headers,
    ip,
    ...(tls ? { tls } : {}),
    ...(http2 ? { http2 } : {}),
    ...(requests === undefined ? {} : { requests }),
    ...(request.body ? { body: bodyText(request.body) } : {}),
  });
  const facts = new Facts(edgeRequest, now);
  facts.network = network;
  facts.said = { past, logins };
  facts.flow = flow;
  facts.prints = overridden(new RequestPrints(facts), prints, isConsistent);
  return facts;
}

/** The fields of a description; what nobody asked for in the end cannot be described. */
class Reading {
  private readonly fields: ReadonlyMap<string, DescribedValue>;
  private readonly asked = new Set<string>();

  constructor(fields: ReadonlyMap<string, DescribedValue>) {
    this.fields = fields;
  }

  get(name: string): DescribedValue {
    this.asked.add(name);
    return this.fields.get(name);
  }

  /** True if a field whose name begins so is described; it still has to be asked for. */
  isBelow(prefix: string): boolean {
    return [...this.fields.keys()].some((name) => name.startsWith(prefix));
  }

  text(name: string): string | undefined {
    const value = this.get(name);
    return value === undefined ? undefined : String(value);
  }

  number(name: string): number | undefined {
    const value = this.get(name);
    return typeof value === "number" ? value : undefined;
  }

  percentage(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number.parseFloat(text);
  }

  flag(name: string): boolean | undefined {
    const value = this.get(name);
    return typeof value === "boolean" ? value : undefined;
  }

  /** The fields below a prefix, by the rest of their names. */
  below(prefix: string): [name: string, value: DescribedValue][] {
    const found = [...this.fields].filter(([name]) => name.startsWith(prefix));
    for (const [name] of found) this.asked.add(name);
    return found.map(([name, value]) => [name.slice(prefix.length), value]);
  }

  problem(): string | undefined {
    const left = [...this.fields.keys()].find((name) => !this.asked.has(name));
    return left === undefined ? undefined : `\`${left}\` cannot be set: it follows from other fields`;
  }
}

/** What nobody but a test says of an account. */
function pastOf(reading: Reading): AccountPast {
  const past = {
    isKnown: reading.flag("account.known"),
    hasNewStack: reading.flag("account.new_stack"),
    hasNewNetwork: reading.flag("account.new_net"),
    idleMs: reading.number("account.idle"),
    hasChangedStack: reading.flag("session.stack_changed"),
    risk: accountRisks.find((risk) => risk === reading.text("account.risk")),
    device: reading.text("device_cookie"),
  };
  return Object.fromEntries(Object.entries(past).filter(([, value]) => value !== undefined));
}

/** What tests say of a client's flow; the rest comes of what they sent before. */
function flowOf(reading: Reading): Flow | undefined {
  const flow = {
    print: reading.text("print.flow"),
    assetsPerPage: reading.number("flow.assets_per_page"),
    isRevalidating: reading.flag("flow.revalidates"),
    regularity: reading.percentage("flow.regularity"),
    stepsToMoney: reading.number("flow.steps_to_money"),
    timeToMoneyMs: reading.number("flow.time_to_money"),
    isRetry: reading.flag("flow.retry_after_failure"),
    listRun: reading.number("flow.list_run"),
    mailDomains: reading.number("flow.mail_domains"),
  };
  const said = Object.entries(flow).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

function arrivalOf(reading: Reading, host: string, protocol: string): TlsArrival {
  const ja4 = reading.text("tls.ja4");
  const stable = reading.text("tls.ja4_stable") ?? (ja4 === undefined ? undefined : `r1:${ja4}`);
  const version = reading.text("tls.version");
  return sampleArrival({
    sni: reading.text("tls.sni") ?? host,
    isResumed: reading.get("tls.resumed") === true,
    isAuthorized: reading.get("tls.client_verified") === true,
    ...(ja4 === undefined ? {} : { ja4 }),
    ...(stable === undefined ? {} : { ja4Stable: stable }),
    ...(version === undefined ? {} : { tlsVersion: version === "1.2" ? "TLSv1.2" : "TLSv1.3" }),
    alpn: reading.text("tls.alpn") ?? protocol,
  });
}

/** What `http.version "2"`, or a field of it, brings along: Chromium's, unless told otherwise. */
function http2Of(reading: Reading): Http2Facts {
  return {
    arrival: {
      settings: reading.text("h2.settings") ?? "1:65536;2:0;4:6291456;6:262144",
      windowUpdate: reading.number("h2.window_update") ?? 15_663_105,
      priorities: reading.text("h2.priorities") ?? "0",
    },
    marks: {
      pseudoOrder: reading.text("h2.pseudo_order") ?? "m,a,s,p",
      priority: reading.text("h2.request_priority"),
    },
  };
}

/** Parameters of the route stand in the path as `:name`; parameters of the query are added to it. */
function targetOf(target: string, reading: Reading): string {
  let made = target;
  for (const [name, value] of reading.below("path.")) {
    made = made.replaceAll(`:${name}`, () => encodeURIComponent(String(value ?? "")));
  }
  for (const [name, value] of reading.below("query.")) {
    if (value === undefined) continue;
    made += `${made.includes("?") ? "&" : "?"}${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`;
  }
  return made;
}

function headersOf(request: DescribedRequest, reading: Reading, host: string): [string, string][] {
  const headers = new Map([
    ["host", host],
    ["user-agent", "test/1.0"],
    ["accept", "*/*"],
  ]);
  if (request.body) {
    headers.set(
      "content-type",
      request.body.kind === "json" ? "application/json" : "application/x-www-form-urlencoded",
    );
  }
  const cookies = reading.below("cookie.").filter(([, value]) => value !== undefined);
  if (cookies.length > 0)
    headers.set("cookie", cookies.map(([name, value]) => `${name}=${String(value)}`).join("; "));
  const type = reading.text("content_type");
  if (type !== undefined) headers.set("content-type", type);
  for (const [name, value] of reading.below("header.")) {
    if (value === undefined) headers.delete(name.toLowerCase());
    else headers.set(name.toLowerCase(), String(value));
  }
  const order = reading.get("headers.order");
  if (!Array.isArray(order)) return [...headers];
  return order.map((name: string) => [name, headers.get(name.toLowerCase()) ?? "1"]);
}

function networkOf(reading: Reading, classOf: NetworkClassifier): Facts["network"] | string {
  const asnText = reading.text("ip.asn");
  const asn = asnText === undefined ? undefined : Number(asnText.replace(/^as/i, ""));
  const asName = reading.text("ip.as_name");
  const said = reading.text("ip.class");
  if (said !== undefined && !classes.includes(said)) return `no class of networks: \`${said}\``;
  const networkClass = (said as NetworkClass | undefined) ?? classOf(asn, asName);
  return { asn, asName, country: reading.text("ip.country")?.toUpperCase(), networkClass };
}

function bodyText({ kind, value }: NonNullable<DescribedRequest["body"]>): string {
  if (kind === "json") return JSON.stringify(value);
  const pairs = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const texts = pairs.map(([name, one]: [string, JsonValue]): [string, string] => {
    return [name, typeof one === "object" ? JSON.stringify(one) : String(one)];
  });
  return new URLSearchParams(texts).toString();
}

function overridden(
  real: Prints,
  said: Readonly<Record<string, string | undefined>>,
  isConsistent: boolean | undefined,
): Prints {
  return {
    get isConsistent() {
      return isConsistent ?? real.isConsistent;
    },
    get skeleton() {
      return said["skeleton"] ?? real.skeleton;
    },
    get shape() {
      return said["shape"] ?? real.shape;
    },
    get stack() {
      return said["stack"] ?? real.stack;
    },
    get locale() {
      return said["locale"] ?? real.locale;
    },
    get cookies() {
      return said["cookies"] ?? real.cookies;
    },
  };
}
