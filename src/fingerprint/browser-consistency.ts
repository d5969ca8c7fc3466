/**
 * `ua.consistent`: whether a request looks as the browser that its User-Agent claims, by captures of that browser. It
 * must never be false for a genuine one, so it speaks of exact User-Agents over the client's own TLS alone, holds a
 * version that was captured to what all captures have in common, and any other to what its family has long kept to.
 */
import type { Facts } from "../describe/facts.ts";
import { keepsToFamily } from "./browser-family.ts";
import { type BrowserFamily, type BrowserHeads, browserHeads } from "./browser-heads.ts";
import { type HeadRules, keepsTo, rulesOf } from "./head-rules.ts";
import { headerRole } from "./header-roles.ts";

interface Claim {
  readonly family: BrowserFamily;
  readonly major: number;
  readonly userAgent: string;
}

// WebViews, Chromium's cousins with names of their own and robots say so, and may send other headers.
const chromiumAgent =
  /^Mozilla\/5\.0 \([^()]{1,80}\) AppleWebKit\/537\.36 \(KHTML, like Gecko\) Chrome\/(\d{2,3})\.[\d.]{5,20} (?:Mobile )?Safari\/537\.36(?: Edg\/[\d.]{5,20})?$/;
const firefoxAgent =
  /^Mozilla\/5\.0 \([^()]{1,80}; rv:\d{2,3}\.\d\) Gecko\/[\d.]{4,8} Firefox\/(\d{2,3})\.\d$/;
const maxAgentLength = 256;

/** Since when both families send Fetch Metadata with each request that is judged here. */
const leastMajor = 90;

// What browsers themselves send besides pages, as are preflights and CONNECT: handshakes, preflights, reports, ranges of media and documents.
const ownMarks: ReadonlySet<string> = new Set([
  "upgrade",
  "sec-websocket-key",
  "access-control-request-method",
  "range",
  "x-moz",
  "purpose",
]);
const reportTypes = /^application\/(?:csp-report|reports\+json|expect-ct-report\+json)$/;

/** True or false; undefined where the captures do not tell: another browser, plain HTTP, a front or a gateway between. */
export function isConsistent(
  facts: Facts,
  table: readonly BrowserHeads[] = browserHeads,
): boolean | undefined {
  if (!facts.tls || facts.request.httpVersion === 10) return undefined;
  const claim = claimOf(facts.userAgent);
  if (!claim || claim.major < leastMajor || isOutOfScope(facts)) return undefined;
  if (!keepsToFamily(claim.family, facts) || !hintsAgree(claim, facts)) return false;
  const rules = rulesFor(table, claim);
  return rules && keepsTo(rules, facts);
}

function claimOf(userAgent: string | undefined): Claim | undefined {
  if (userAgent === undefined || userAgent.length > maxAgentLength) return undefined;
  const chromium = chromiumAgent.exec(userAgent)?.[1];
  if (chromium !== undefined) return { family: "chromium", major: Number(chromium), userAgent };
  const firefox = firefoxAgent.exec(userAgent)?.[1];
  return firefox === undefined ? undefined : { family: "firefox", major: Number(firefox), userAgent };
}

function isOutOfScope({ method, request, contentType }: Facts): boolean {
  if (
    method === "OPTIONS" ||
    method === "CONNECT" ||
    (contentType !== undefined && reportTypes.test(contentType))
  )
    return true;
  // A gateway that adds its own lines may have changed the others, too.
  return request.lowerNames.some((name) => ownMarks.has(name) || headerRole(name) === "hop");
}

function hintsAgree(claim: Claim, facts: Facts): boolean {
  const brands = facts.header("sec-ch-ua");
  return brands === undefined || agrees(claim, brands, facts.header("sec-ch-ua-platform"));
}

/** The claims in Client Hints against the one in User-Agent; a desktop's name is never another's. */
function agrees({ major, userAgent }: Claim, brands: string, platform: string | undefined): boolean {
  const version = /"Chromium";v="(\d{1,4})"/.exec(brands)?.[1];
  if (version !== undefined && Number(version) !== major) return false;
  if (platform === undefined) return true;
  if (userAgent.includes("(Windows NT")) return platform === '"Windows"';
  return !userAgent.includes("(Macintosh;") || platform === '"macOS"';
}

const known = new WeakMap<BrowserHeads, HeadRules>();

function rulesFor(table: readonly BrowserHeads[], { family, major }: Claim): HeadRules | undefined {
  const captured = table.find((one) => one.family === family && one.major === major);
  if (!captured) return undefined;
  let rules = known.get(captured);
  if (!rules) {
    rules = rulesOf(captured.heads);
    known.set(captured, rules);
  }
  return rules;
}
