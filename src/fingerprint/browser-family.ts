/**
 * What every version of a browser family since 90 keeps to, whether or not it was captured: how its network code adds
 * headers one after another, and what the standards let a page ask for.
 */
import type { Facts } from "../describe/facts.ts";
import type { BrowserFamily } from "./browser-heads.ts";

/** HTTP/2 pseudo-headers by their first letters. */
const pseudoOrders: Readonly<Record<BrowserFamily, string>> = { chromium: "m,a,s,p", firefox: "m,p,a,s" };

/** The first stands before the second wherever both are sent. */
const orders: Readonly<Record<BrowserFamily, readonly (readonly [first: string, second: string])[]>> = {
  // The renderer writes the first ones, the network service adds Fetch Metadata, the transaction encodings and languages.
  chromium: [
    ["content-length", "user-agent"],
    ["sec-ch-ua", "sec-fetch-site"],
    ["user-agent", "sec-fetch-site"],
    ["accept", "sec-fetch-site"],
    ["sec-fetch-site", "sec-fetch-mode"],
    ["sec-fetch-mode", "sec-fetch-dest"],
    ["sec-fetch-dest", "accept-encoding"],
    ["accept-encoding", "accept-language"],
  ],
  // nsHttpHandler writes the first four of each request, and what a page adds comes after them.
  firefox: [
    ["user-agent", "accept"],
    ["accept", "accept-language"],
    ["accept-language", "accept-encoding"],
    ["upgrade-insecure-requests", "sec-fetch-dest"],
    ["sec-fetch-dest", "sec-fetch-mode"],
    ["sec-fetch-mode", "sec-fetch-site"],
  ],
};

/** False where no version of the family sends such a request. */
export function keepsToFamily(family: BrowserFamily, facts: Facts): boolean {
  const { http2, request } = facts;
  if (http2 && http2.marks.pseudoOrder !== pseudoOrders[family]) return false;
  if (!couldBeAsked(facts) || !isInOrder(orders[family], request.lowerNames)) return false;
  const brands = request.names[request.lowerNames.indexOf("sec-ch-ua")];
  switch (family) {
    case "chromium":
      return brands === undefined || brands === "sec-ch-ua";
    case "firefox":
      // User-Agent Client Hints are Chromium's alone; every HTTP/2 request of Firefox takes trailers.
      return brands === undefined && (!http2 || facts.header("te") === "trailers");
  }
}

function isInOrder(pairs: readonly (readonly [string, string])[], lowerNames: readonly string[]): boolean {
  return pairs.every(([first, second]) => {
    const at = lowerNames.indexOf(first);
    const next = at < 0 ? -1 : lowerNames.indexOf(second);
    return next < 0 || at < next;
  });
}

const formTypes: ReadonlySet<string> = new Set([
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "text/plain",
]);

/** Fetch Metadata is on every request to a trustworthy address, and says what a page can ask for. */
function couldBeAsked(facts: Facts): boolean {
  const mode = facts.header("sec-fetch-mode");
  const site = facts.header("sec-fetch-site");
  if (mode === undefined || site === undefined) return false;
  const { method, contentType } = facts;
  // Fetch, "append a request Origin header": all methods but GET and HEAD; what the browser itself begins has no page.
  if (method !== "GET" && method !== "HEAD" && site !== "none" && facts.header("origin") === undefined)
    return false;
  if (mode !== "navigate") return facts.header("sec-fetch-user") === undefined;
  // HTML: a form is sent by GET or POST, in one of three encodings.
  if (method !== "GET" && method !== "HEAD" && method !== "POST") return false;
  return method !== "POST" || contentType === undefined || formTypes.has(contentType);
}
