import { describe, expect, test } from "bun:test";
import { Facts } from "../describe/facts.ts";
import { type RequestSample, sampleRequest } from "../describe/sample-request.ts";
import { RequestPrints } from "./request-prints.ts";
import { printSkeleton, skeletonVector } from "./skeleton.ts";

type Header = readonly [name: string, value: string];
const factsOf = (headers: readonly Header[], sample: RequestSample = {}): Facts =>
  new Facts(sampleRequest({ ...sample, headers }), 0);
const print = (headers: readonly Header[], sample?: RequestSample): string =>
  printSkeleton(factsOf(headers, sample));

const chromiumPage: readonly Header[] = [
  ["Host", "shop.example"],
  ["Connection", "keep-alive"],
  ["sec-ch-ua", '"Chromium";v="140"'],
  ["sec-ch-ua-mobile", "?0"],
  ["sec-ch-ua-platform", '"Linux"'],
  ["Upgrade-Insecure-Requests", "1"],
  ["User-Agent", "Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0"],
  ["Accept", "text/html,application/xhtml+xml"],
  ["Sec-Fetch-Site", "none"],
  ["Sec-Fetch-Mode", "navigate"],
  ["Sec-Fetch-User", "?1"],
  ["Sec-Fetch-Dest", "document"],
  ["Accept-Encoding", "gzip, deflate, br, zstd"],
  ["Accept-Language", "en-GB"],
];
const formType: Header = ["Content-Type", "application/x-www-form-urlencoded"];
const chromiumForm: readonly Header[] = [
  ["Host", "shop.example"],
  ["Connection", "keep-alive"],
  ["Content-Length", "40"],
  ["Cache-Control", "max-age=0"],
  ["Origin", "https://shop.example"],
  formType,
  ...chromiumPage.slice(5),
];
const curl: readonly Header[] = [
  ["Host", "shop.example"],
  ["User-Agent", "curl/8.14.1"],
  ["Accept", "*/*"],
];
const curlForm: readonly Header[] = [...curl, ["Content-Length", "40"], formType];
const requestsForm: readonly Header[] = [
  ["Host", "shop.example"],
  ["User-Agent", "python-requests/2.32.3"],
  ["Accept-Encoding", "gzip, deflate"],
  ["Accept", "*/*"],
  ["Connection", "keep-alive"],
  ["Content-Length", "40"],
  formType,
];
const hydraForm: readonly Header[] = [
  ["Host", "shop.example"],
  ["User-Agent", "Mozilla/5.0 (Hydra)"],
  ["Content-Length", "40"],
  formType,
  ["Cookie", "sid=1"],
];

function withHeader(headers: readonly Header[], at: number, header: Header): readonly Header[] {
  return headers.toSpliced(at, 0, header);
}

function spelled(spell: (name: string) => string): string {
  return print(curl.map(([name, value]): Header => [spell(name), value]));
}

test("tells tools and kinds of request apart", () => {
  const prints = [
    print(chromiumPage),
    print(chromiumForm, { method: "POST" }),
    print(curl),
    print(curlForm, { method: "POST" }),
    print(requestsForm, { method: "POST" }),
    print(hydraForm, { method: "POST" }),
  ];
  expect(new Set(prints).size).toBe(prints.length);
  for (const one of prints) expect(one).toMatch(/^s1:[0-9a-f]{16}$/);
});

describe("what a visit adds does not make another client", () => {
  const added: Header[] = [
    ["Cookie", "sid=1"],
    ["Referer", "https://shop.example/"],
    ["Authorization", "Bearer x"],
    ["If-None-Match", '"x"'],
    ["If-Modified-Since", "Sat, 28 Feb 2026 00:00:00 GMT"],
    ["Cache-Control", "no-cache"],
    ["Pragma", "no-cache"],
    ["Range", "bytes=0-"],
    ["Sec-Fetch-User", "?1"],
    ["sec-ch-ua-arch", '"x86"'],
    ["X-Forwarded-For", "192.0.2.1"],
    ["Via", "1.1 proxy"],
    ["Forwarded", "for=192.0.2.1"],
    ["X-Real-IP", "192.0.2.1"],
    ["CF-Ray", "1"],
    ["traceparent", "00-1-2-01"],
  ];
  test.each(added)("%s", (name, value) => {
    for (let at = 0; at <= chromiumPage.length; at++) {
      expect(print(withHeader(chromiumPage, at, [name, value]))).toBe(print(chromiumPage));
    }
  });

  test("nor do other values", () => {
    const other = chromiumPage.map(
      ([name, value]): Header => [name, name.startsWith("Sec-F") ? value : `${value}x`],
    );
    expect(print(other)).toBe(print(chromiumPage));
  });
});

describe("what the software decides makes another print", () => {
  test("order", () => expect(print([...curl].reverse())).not.toBe(print(curl)));

  test("spelling", () => {
    const spellings = [
      spelled((name) => name),
      spelled((name) => name.toLowerCase()),
      spelled((name) => name.toUpperCase()),
      spelled((name) => `${name.slice(0, -1)}${name.slice(-1).toUpperCase()}`),
    ];
    expect(new Set(spellings).size).toBe(4);
  });

  test("presence", () => expect(print(withHeader(curl, 3, ["DNT", "1"]))).not.toBe(print(curl)));

  test("the version of HTTP", () => expect(print(curl, { httpVersion: 10 })).not.toBe(print(curl)));
});

test("unknown headers are counted in buckets, wherever they stand", () => {
  const padded = (count: number) =>
    print([...Array.from({ length: count }, (_, i): Header => [`X-App-${i}`, ""]), ...curl]);
  expect(padded(3)).toBe(padded(5));
  expect(padded(6)).toBe(padded(40));
  expect(new Set([0, 1, 2, 3, 6].map(padded)).size).toBe(5);
  expect(print([...curl, ["X-App-0", ""]])).toBe(padded(1));
});

test("prints of version 1 never change", () => {
  expect(skeletonVector(factsOf(curl))).toBe("1.1 api host/T user-agent/T accept/T +0");
  expect(print(curl)).toBe("s1:e0c00edfad15ddce");
});

test("prints are computed once a request", () => {
  const prints = new RequestPrints(factsOf(curl));
  expect(prints.skeleton).toBe(print(curl));
  expect(prints.shape).toBeUndefined();
});
