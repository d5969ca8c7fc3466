/**
 * What a front that an app trusts says of the client behind it. The forms are those of the networks that sell such
 * fronts: Cloudflare (CF-Connecting-IP, CF-IPCountry, CF-JA4, CF-Verified-Bot), CloudFront (CloudFront-Viewer-Address,
 * -ASN, -Country, -JA4-Fingerprint, -TLS), and whatever header a Fastly or Akamai configuration sets.
 */
import type { FrontHeaders, Place } from "../../dsl/index.ts";
import { clientBehind } from "../accept/client-address.ts";
import { type IpAddress, parseIpAddress } from "../accept/ip-address.ts";
import type { FrontStatement } from "../describe/fact-sources.ts";
import type { Facts } from "../describe/facts.ts";

/** Reads it; undefined when the request's peer is none of the app's fronts, whose word counts for nothing. */
export function frontStatement(facts: Facts, place: Place<Facts>): FrontStatement | undefined {
  const { front } = place;
  const peer = facts.request.client;
  const headers = front?.(peer);
  if (!front || !headers) return undefined;
  const { lowerNames, values } = facts.request;
  const said = (fact: keyof FrontHeaders) => {
    const name = headers[fact];
    return name === undefined ? undefined : facts.header(name)?.trim();
  };
  const named = clientOf(said("client"), headers.client);
  const tls = said("tls");
  return {
    client: named ?? clientBehind(peer, lowerNames, values, (ip) => front(ip) !== undefined),
    ja4: wellFormed(said("ja4"), /^[tqd](?:\d\d|s[23]|d[123])[di]\d{4}[!-~]{2}_[0-9a-f]{12}_[0-9a-f]{12}$/),
    isVerifiedBot: verifiedBot(said("bot")),
    asn: numberOf(said("asn")),
    country: countryOf(said("country")),
    tlsVersion: wellFormed(tls?.match(/^TLSv?(\d\.\d)/i)?.[1], /^1\.[0-3]$/),
    isResumed: resumed(tls),
  };
}

/** An address; CloudFront's comes with a port that IPv6 is not bracketed against. */
function clientOf(text: string | undefined, header: string | undefined): IpAddress | undefined {
  if (text === undefined) return undefined;
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1];
  if (bracketed !== undefined) return parseIpAddress(bracketed);
  const withoutPort = text.replace(/:\d{1,5}$/, "");
  const hasPort = header === "cloudfront-viewer-address" || /^[\d.]+:\d{1,5}$/.test(text);
  return parseIpAddress(hasPort ? withoutPort : text);
}

function wellFormed(text: string | undefined, form: RegExp): string | undefined {
  return text !== undefined && form.test(text) ? text : undefined;
}

function verifiedBot(text: string | undefined): boolean | undefined {
  const word = text?.toLowerCase();
  return word === undefined || word === "" ? undefined : word === "true" || word === "1" || word === "yes";
}

function numberOf(text: string | undefined): number | undefined {
  const digits = /^(?:AS)?(\d{1,10})$/i.exec(text ?? "")?.[1];
  const asn = digits === undefined ? 0 : Number(digits);
  return asn > 0 && asn <= 0xffff_ffff ? asn : undefined;
}

/** ISO 3166-1; Cloudflare says XX where it does not know and T1 for Tor, which are no countries. */
function countryOf(text: string | undefined): string | undefined {
  const country = text?.toUpperCase();
  return country === "XX" ? undefined : wellFormed(country, /^[A-Z]{2}$/);
}

/** CloudFront-Viewer-TLS ends in how the handshake went; a connection that was used again tells nothing. */
function resumed(tls: string | undefined): boolean | undefined {
  const word = tls?.split(":")[2]?.toLowerCase();
  return word === "sessionresumed" ? true : word === "fullhandshake" ? false : undefined;
}
