/**
 * Which header names tell the client's software (version 1 of the table). A change here changes prints: make a
 * new version with a new prefix instead of editing this one.
 */

/** "stack" is sent by the software whoever uses it; "state" comes and goes with the visit; "hop" is added on the way. */
export type HeaderRole = "stack" | "state" | "hop" | "unknown";

// What clients send by themselves: RFC 9110, Fetch, Fetch Metadata, User-Agent Client Hints (low entropy), GPC.
const stack = `host connection user-agent accept accept-language accept-encoding accept-charset
  sec-fetch-site sec-fetch-mode sec-fetch-dest sec-ch-ua sec-ch-ua-mobile sec-ch-ua-platform
  upgrade-insecure-requests origin content-type content-length content-encoding transfer-encoding
  te priority dnt sec-gpc x-requested-with upgrade http2-settings from
  access-control-request-method access-control-request-headers access-control-request-private-network
  sec-websocket-key sec-websocket-version sec-websocket-extensions`;

// Sign-in, cache, navigation and what an earlier response asked for (Accept-CH, Alt-Svc): one browser sends a
// request with and without them within a minute.
const state = `cookie cookie2 referer authorization x-csrf-token x-csrftoken x-xsrf-token x-auth-token
  x-access-token x-session-token if-none-match if-modified-since if-match if-unmodified-since if-range range
  cache-control pragma expect alt-used early-data sec-fetch-user sec-fetch-storage-access sec-purpose purpose
  x-purpose x-moz service-worker service-worker-navigation-preload sec-websocket-protocol ping-from ping-to
  last-event-id save-data device-memory dpr width viewport-width rtt downlink ect
  sec-ch-ua-full-version sec-ch-ua-full-version-list sec-ch-ua-arch sec-ch-ua-bitness sec-ch-ua-model
  sec-ch-ua-platform-version sec-ch-ua-wow64 sec-ch-ua-form-factors sec-ch-device-memory sec-ch-dpr sec-ch-width
  sec-ch-viewport-width sec-ch-viewport-height sec-ch-prefers-color-scheme sec-ch-prefers-reduced-motion
  sec-ch-prefers-reduced-transparency sec-browsing-topics attribution-reporting-eligible`;

// Proxies, load balancers, content networks and tracing: they say nothing of the client.
const hop = `x-forwarded x-forwarded-for x-forwarded-host x-forwarded-proto x-forwarded-port x-forwarded-server
  x-forwarded-by x-forwarded-prefix x-forwarded-scheme x-forwarded-ssl x-original-forwarded-for x-original-host
  forwarded via x-real-ip x-client-ip client-ip true-client-ip x-true-client-ip x-cluster-client-ip
  x-remote-ip x-remote-addr x-originating-ip x-proxyuser-ip wl-proxy-client-ip proxy-client-ip
  x-scheme x-proto front-end-https x-proxy-id proxy-connection proxy-authorization keep-alive
  x-request-id x-correlation-id x-trace-id request-id traceparent tracestate baggage sentry-trace b3
  x-cloud-trace-context uber-trace-id newrelic cdn-loop x-varnish x-newrelic-id x-newrelic-transaction
  incap-client-ip do-connecting-ip x-client-data x-bluecoat-via x-iinfo x-wap-profile`;

const hopPrefix =
  /^(?:cf-|fastly-|akamai-|x-akamai-|cloudfront-|x-amz-cf-|x-amzn-|x-azure-|x-fd-|x-appengine-|x-google-|x-goog-|x-envoy-|x-b3-|x-datadog-|x-sucuri-|fly-|x-vercel-|x-arr-|x-nf-|x-imperva-|x-zscaler-)/;

const roles: ReadonlyMap<string, HeaderRole> = new Map([
  ...namesOf(stack).map((name): [string, HeaderRole] => [name, "stack"]),
  ...namesOf(state).map((name): [string, HeaderRole] => [name, "state"]),
  ...namesOf(hop).map((name): [string, HeaderRole] => [name, "hop"]),
]);

/** The role of a header by its lower-case name. */
export function headerRole(lowerName: string): HeaderRole {
  return roles.get(lowerName) ?? (hopPrefix.test(lowerName) ? "hop" : "unknown");
}

function namesOf(text: string): string[] {
  return text.split(/\s+/);
}
