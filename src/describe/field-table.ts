/** Every field that policies may read: one row feeds the checker, the evaluator, completion and the manual. */
import type { FieldRow, Scheme } from "../../dsl/index.ts";
import { accountFields } from "./account-fields.ts";
import { weekdays } from "./closed-sets.ts";
import type { Facts } from "./facts.ts";
import { claimed, named, observed, placed, type Row } from "./field-row.ts";
import { flowFields } from "./flow-fields.ts";
import { localHour } from "./local-hour.ts";
import { tlsFields } from "./tls-fields.ts";

const hourMs = 3_600_000;

const askedFor: readonly Row[] = [
  observed("method", "text", 5, "The request's method, as sent.", (f) => f.method),
  observed("scheme", "text", 5, "`http` or `https`.", (f) => f.request.connection.scheme),
  observed("host", "text", 30, "The host asked for, lower case, without port.", (f) => f.host),
  observed("path", "text", 60, "The path in canonical form, without query.", (f) => f.path),
  observed(
    "path.ambiguous",
    "bool",
    5,
    "True where an origin could read another path than `path`: encoded slashes, dots and their like.",
    (f) => f.isPathAmbiguous,
  ),
  observed(
    "method.ambiguous",
    "bool",
    30,
    "True where a header such as X-HTTP-Method-Override, or `_method` in the query or a form, asks for another method.",
    (f) => f.otherMethods.length > 0,
  ),
  placed(
    named(
      "path.*",
      "observed",
      20,
      "A parameter of the route's path, such as `path.number`.",
      (name) => (f) => {
        const value: unknown = f.pathParameters[name];
        return typeof value === "string" ? value : undefined;
      },
    ),
  ),
  named(
    "query.*",
    "claimed",
    300,
    "A query parameter, decoded; missing if absent or sent twice with different values.",
    (name) => (f) => f.query(name),
  ),
  placed(observed("app", "text", 5, "The app that the request is for.", (f) => f.placement?.app)),
  placed(
    observed("route", "text", 5, "The route's name; missing where no route matched.", (f) => {
      return f.placement?.route;
    }),
  ),
  placed(
    claimed("username", "text", 10, "The user's name as the app identifies it.", (f) => {
      return f.placement?.username;
    }),
  ),
  placed({
    ...claimed("session", "text", 10, "The session's token as the app identifies it.", (f) => {
      return f.placement?.session;
    }),
    isSensitive: true,
  }),
  placed({
    ...claimed(
      "account",
      "text",
      2000,
      "The username of this request, else the one that its session was opened for at `login.success`.",
      (f) => f.account,
    ),
    isSensitive: true,
  }),
  placed({
    ...claimed(
      "account.as_written",
      "text",
      2000,
      "`account` letter by letter as it was written when it signed in; missing where that is the same. Calls about `account` name it so: what is one name here may be two people to the app.",
      (f) => f.writtenAccount,
    ),
    isSensitive: true,
  }),
  placed(
    observed(
      "unidentified",
      "bool",
      10,
      "True where the app reads usernames and this request's cannot be read: absent, too long, in two ways, in another charset.",
      (f) => f.placement?.isUnidentified,
    ),
  ),
];

const headers: readonly Row[] = [
  named("header.*", "claimed", 40, "A header's value; several of one name are joined by a comma.", (name) => {
    const lowerName = name.toLowerCase();
    return (f) => f.header(lowerName);
  }),
  observed("headers.order", "headerOrder", 5, "Header names in the order sent, lower case.", (f) =>
    f.front ? undefined : f.headerOrder,
  ),
  observed("headers.count", "int", 5, "How many header lines were sent.", (f) =>
    f.front ? undefined : f.headerOrder.length,
  ),
  named(
    "cookie.*",
    "claimed",
    300,
    "A cookie's value; of several with one name the first.",
    (name) => (f) => {
      return f.cookie(name);
    },
  ),
  claimed(
    "content_type",
    "text",
    80,
    "Content-Type in lower case, without parameters.",
    (f) => f.contentType,
  ),
  claimed(
    "request.kind",
    "text",
    150,
    "navigation, form, fetch, asset or api, from Sec-Fetch headers, types and path.",
    (f) => f.requestKind,
  ),
];

const bodies: readonly Row[] = [
  {
    ...named(
      "body.*",
      "claimed",
      2000,
      "A value in a JSON or form body by its dotted path, as text or, compared with a number, as the number that it is as a whole; missing when the body is over 64 KiB, malformed, encoded, or can be read in two ways.",
      (path) => (f) => f.body(path),
    ),
    type: "scalar",
    needsBody: true,
    bindEach: (path) => (f) => f.bodyEach(path),
  },
  {
    ...observed(
      "body.ambiguous",
      "bool",
      2000,
      "True where a body cannot be read, or not in one way: over 64 KiB, malformed, encoded, another charset, a name given twice.",
      (f) => f.isBodyAmbiguous,
    ),
    needsBody: true,
  },
  {
    ...observed(
      "body.size",
      "int",
      10,
      "Bytes of the body; of a chunked body at least so many.",
      (f) => f.bodySize,
    ),
    needsBody: true,
  },
];

const networks: readonly Row[] = [
  observed("ip", "ip", 5, "The client's address.", (f) => f.ip),
  observed("ip.net", "text", 30, "The address as a network: IPv4 whole, IPv6 its /64.", (f) => f.ipNet),
  observed(
    "ip.asn",
    "asn",
    10,
    "The number of the network that announces the address.",
    (f) => f.front?.asn ?? f.network.asn,
  ),
  observed("ip.as_name", "text", 10, "The name of that network.", (f) => f.network.asName),
  observed(
    "ip.country",
    "country",
    10,
    "The address's country, two letters.",
    (f) => f.front?.country ?? f.network.country,
  ),
  observed(
    "ip.class",
    "text",
    10,
    "hosting, bulletproof, vpn, relay, cdn, mobile, isp, education, business or private.",
    (f) => f.network.networkClass,
  ),
  observed(
    "bot.verified",
    "bool",
    5,
    "True for a crawler that the app's front has verified; missing without one.",
    (f) => {
      return f.front?.isVerifiedBot;
    },
  ),
  observed("http.version", "text", 5, "`1.0`, `1.1` or `2`.", (f) => {
    return f.front ? undefined : httpVersions[f.request.httpVersion];
  }),
  observed("conn.requests", "int", 5, "Requests on this connection so far, this one included.", (f) =>
    f.front ? undefined : f.request.connection.requests,
  ),
  observed(
    "conn.logins",
    "int",
    20,
    "Login attempts on this connection so far, this one included: requests to routes with an outcome `login`.",
    (f) => (f.front ? undefined : f.connectionLogins),
  ),
];

/** As policies spell them. */
const httpVersions = { 10: "1.0", 11: "1.1", 20: "2" } as const;

const framed: readonly Row[] = [
  observed(
    "h2.settings",
    "text",
    10,
    "The client's HTTP/2 SETTINGS in order as sent, `1:65536;2:0;4:6291456`; missing on HTTP/1.",
    (f) => f.http2?.arrival.settings,
  ),
  observed(
    "h2.window_update",
    "int",
    10,
    "By how much the client raised the connection's window before its first request; 0 if it did not.",
    (f) => f.http2?.arrival.windowUpdate,
  ),
  observed(
    "h2.priorities",
    "text",
    10,
    "PRIORITY frames before the first request, `stream:exclusive:dependency:weight` each; `0` for none.",
    (f) => f.http2?.arrival.priorities,
  ),
  observed(
    "h2.pseudo_order",
    "text",
    10,
    "The order of the request's pseudo-headers by their first letters: `m,a,s,p` in Chromium.",
    (f) => f.http2?.marks.pseudoOrder,
  ),
  observed(
    "h2.request_priority",
    "text",
    10,
    "`exclusive:dependency:weight` of the request's HEADERS frame; missing if it came without.",
    (f) => f.http2?.marks.priority,
  ),
];

const clients: readonly Row[] = [
  claimed("ua.browser", "text", 1000, "The browser or library that User-Agent names.", (f) => {
    return f.userAgentClaims.browser;
  }),
  claimed("ua.version", "int", 1000, "Its major version.", (f) => f.userAgentClaims.version),
  claimed("ua.os", "text", 1000, "The operating system that User-Agent names.", (f) => f.userAgentClaims.os),
  claimed("ua.is_bot", "bool", 1000, "True when User-Agent calls itself a robot; only a claim.", (f) => {
    return f.userAgentClaims.isBot;
  }),
  claimed(
    "ua.consistent",
    "bool",
    2500,
    "False where the request cannot come from the browser that User-Agent names, by captures of real ones; missing where they do not tell: another browser or version, plain HTTP, a front, a gateway.",
    (f) => f.prints.isConsistent,
  ),
];

const prints: readonly Row[] = [
  observed("print.skeleton", "text", 2000, "Print of order, case and presence of known headers.", (f) =>
    f.front ? undefined : f.prints.skeleton || undefined,
  ),
  {
    ...observed(
      "print.shape",
      "text",
      3000,
      "Print of body keys and types, query keys and content type.",
      (f) => f.prints.shape,
    ),
    needsBody: true,
  },
  observed(
    "print.stack",
    "text",
    200,
    "Print of the TLS and HTTP stack, the same on resumed connections; missing on plain HTTP.",
    (f) => f.prints.stack,
  ),
  claimed(
    "print.locale",
    "text",
    300,
    "Print of Accept-Language and Accept-Encoding; user state, no key by itself.",
    (f) => f.prints.locale,
  ),
  claimed(
    "print.cookies",
    "text",
    800,
    "Print of the set of cookie names; user state, no key by itself.",
    (f) => f.prints.cookies,
  ),
];

const times: readonly Row[] = [
  observed("hour", "int", 5, "Hour of the day, 0 to 23, UTC.", (f) => Math.floor(f.now / hourMs) % 24),
  // 1 January 1970 was a Thursday.
  observed("weekday", "text", 5, "`monday` to `sunday`, UTC.", (f) => {
    return weekdays[(Math.floor(f.now / (24 * hourMs)) + 4) % 7];
  }),
  observed(
    "ip.local_hour",
    "int",
    60,
    "Hour of the day in the address's country, 0 to 23; missing where it has several zones. Weak evidence: people work at night, VPNs are elsewhere.",
    (f) => localHour(f.front?.country ?? f.network.country, f.now),
  ),
];

/** All rows, grouped as the manual shows them. */
export const fieldTable: readonly FieldRow<Facts>[] = [
  ...askedFor,
  ...accountFields,
  ...headers,
  ...bodies,
  ...networks,
  ...framed,
  ...tlsFields,
  ...clients,
  ...prints,
  ...flowFields,
  ...times,
];

/** What the language is told about requests. */
export const scheme: Scheme<Facts> = { fields: fieldTable };
