import { describe, expect, test } from "bun:test";
import type { FrontHeaders, Place } from "../../dsl/index.ts";
import { Facts } from "../describe/facts.ts";
import { fieldTable } from "../describe/field-table.ts";
import { sampleArrival } from "../describe/sample-arrival.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { RequestPrints } from "../fingerprint/request-prints.ts";
import { frontStatement } from "./front-statement.ts";

const cloudflare: FrontHeaders = {
  client: "cf-connecting-ip",
  country: "cf-ipcountry",
  ja4: "cf-ja4",
  bot: "cf-verified-bot",
};
const cloudFront: FrontHeaders = {
  client: "cloudfront-viewer-address",
  asn: "cloudfront-viewer-asn",
  country: "cloudfront-viewer-country",
  ja4: "cloudfront-viewer-ja4-fingerprint",
  tls: "cloudfront-viewer-tls",
};
const ja4 = "t13d1516h2_8daaf6152771_e5627efa2ab1";

function behind(headers: FrontHeaders, fields: Record<string, string>, peer = "192.0.2.7"): Facts {
  const request = sampleRequest({
    ip: peer,
    tls: sampleArrival({}),
    headers: [["Host", "shop.example"], ...Object.entries(fields)],
  });
  const facts = new Facts(request, 0);
  facts.prints = new RequestPrints(facts);
  const front = (ip: { text: string }) => (ip.text === "192.0.2.7" ? headers : undefined);
  facts.front = frontStatement(facts, { front } as unknown as Place<Facts>);
  return facts;
}

const read = (facts: Facts, name: string) => fieldTable.find((row) => row.name === name)?.bind("")(facts);

test("Cloudflare's word on its client is taken", () => {
  const facts = behind(cloudflare, {
    "CF-Connecting-IP": "2001:db8::9",
    "CF-IPCountry": "de",
    "CF-JA4": ja4,
    "CF-Verified-Bot": "true",
  });
  expect(facts.ip.text).toBe("2001:db8::9");
  const names = ["ip.country", "tls.ja4", "bot.verified"];
  expect(names.map((name) => read(facts, name))).toEqual(["DE", ja4, true]);
});

describe("CloudFront's word on its viewer", () => {
  test.each([
    ["198.51.100.10:46532", "198.51.100.10"],
    ["2001:db8:0:0:0:0:0:9:46532", "2001:db8::9"],
    ["[2001:db8::9]:46532", "2001:db8::9"],
  ])("address %s", (address, ip) => {
    expect(behind(cloudFront, { "CloudFront-Viewer-Address": address }).ip.text).toBe(ip);
  });

  test("the rest", () => {
    const facts = behind(cloudFront, {
      "CloudFront-Viewer-ASN": "16509",
      "CloudFront-Viewer-Country": "US",
      "CloudFront-Viewer-JA4-Fingerprint": ja4,
      "CloudFront-Viewer-TLS": "TLSv1.3:TLS_AES_128_GCM_SHA256:sessionResumed",
    });
    const names = ["ip.asn", "ip.country", "tls.ja4", "tls.version", "tls.resumed"];
    expect(names.map((name) => read(facts, name))).toEqual([16509, "US", ja4, "1.3", true]);
  });
});

test("what is malformed, unknown or said twice reads as missing", () => {
  const facts = behind(
    { ...cloudflare, asn: "x-asn", tls: "x-tls" },
    { "CF-IPCountry": "XX", "CF-JA4": `${ja4}, ${ja4}`, "X-ASN": "0", "X-TLS": "SSLv3:x" },
  );
  const names = ["ip.country", "ip.asn", "tls.ja4", "tls.version", "tls.resumed", "bot.verified"];
  expect(names.map((name) => read(facts, name))).toEqual(names.map(() => undefined));
});

test("what belongs to the front's own connection reads as missing", () => {
  const facts = behind(cloudflare, { "CF-Connecting-IP": "203.0.113.9" });
  const own = [
    "http.version",
    "conn.requests",
    "headers.order",
    "headers.count",
    "print.skeleton",
    "print.stack",
    "tls.ja4_stable",
    "tls.extension_order",
    "tls.version",
    "tls.alpn",
    "tls.sni",
    "tls.resumed",
    "tls.client_verified",
  ];
  expect(own.filter((name) => read(facts, name) !== undefined)).toEqual([]);
});

test("the same words from anybody else count for nothing", () => {
  const facts = behind(cloudflare, { "CF-Connecting-IP": "203.0.113.9", "CF-JA4": ja4 }, "192.0.2.8");
  expect([facts.front, facts.ip.text]).toEqual([undefined, "192.0.2.8"]);
  expect(read(facts, "http.version")).toBe("1.1");
});
