import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Facts } from "../describe/facts.ts";
import { sampleArrival } from "../describe/sample-arrival.ts";
import { type RequestSample, sampleRequest } from "../describe/sample-request.ts";
import { isConsistent } from "./browser-consistency.ts";
import { type BrowserHeads, browserHeads, type CapturedHead } from "./browser-heads.ts";

type Header = readonly [name: string, value: string];

const chromiumPlatforms = [
  ["X11; Linux x86_64", '"Linux"', ""],
  ["Windows NT 10.0; Win64; x64", '"Windows"', ""],
  ["Macintosh; Intel Mac OS X 10_15_7", '"macOS"', ""],
  ["Linux; Android 10; K", '"Android"', "Mobile "],
  ["X11; CrOS x86_64 14541.0.0", '"Chrome OS"', ""],
] as const;
const firefoxPlatforms = [
  "X11; Linux x86_64",
  "Windows NT 10.0; Win64; x64",
  "Macintosh; Intel Mac OS X 10.15",
  "Android 14; Mobile",
];

/** The browser's User-Agent and hints on a platform. */
function claimsOf(browser: BrowserHeads["family"], major: number, at: number) {
  if (browser === "firefox") {
    const platform = firefoxPlatforms[at % firefoxPlatforms.length]!;
    const engine = platform.startsWith("Android") ? `${major}.0` : "20100101";
    return {
      agent: `Mozilla/5.0 (${platform}; rv:${major}.0) Gecko/${engine} Firefox/${major}.0`,
      platform: "",
    };
  }
  const [system, platform, mobile] = chromiumPlatforms[at % chromiumPlatforms.length]!;
  const agent = `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 ${mobile}Safari/537.36`;
  return { agent: at > 5 ? `${agent} Edg/${major}.0.1.2` : agent, platform };
}

const modes = {
  navigation: ["navigate", "document"],
  form: ["navigate", "document"],
  fetch: ["cors", "empty"],
  asset: ["no-cors", "image"],
  api: ["cors", "empty"],
} as const;

/** The head as the browser would send it now. */
function headersOf({ family }: BrowserHeads, major: number, head: CapturedHead, at = 0): Header[] {
  const { agent, platform } = claimsOf(family, major, at);
  const values: Readonly<Record<string, string>> = {
    "user-agent": agent,
    "sec-ch-ua": `"Not:A-Brand";v="8", "Chromium";v="${major}", "Google Chrome";v="${major}"`,
    "sec-ch-ua-platform": platform,
    "sec-fetch-mode": modes[head.kind][0],
    "sec-fetch-dest": modes[head.kind][1],
    te: "trailers",
    "content-type": "application/x-www-form-urlencoded",
  };
  return head.names.split(" ").map((name) => [name, values[name.toLowerCase()] ?? "1"]);
}

function consistency(
  headers: readonly Header[],
  head: Pick<CapturedHead, "http" | "kind" | "pseudoOrder">,
  table?: readonly BrowserHeads[],
  sample: RequestSample = {},
): boolean | undefined {
  const arrival = { settings: "1:65536", windowUpdate: 1, priorities: "0" };
  const request = sampleRequest({
    method: head.kind === "form" ? "POST" : "GET",
    headers,
    tls: sampleArrival(),
    ...(head.http === "2" && {
      http2: { arrival, marks: { pseudoOrder: head.pseudoOrder ?? "", priority: undefined } },
    }),
    ...sample,
  });
  return isConsistent(new Facts(request, 0), table);
}

const rankOf = (names: readonly string[], [name]: Header) => (names.includes(name.toLowerCase()) ? -1 : 0);
const every = browserHeads.flatMap((browser) => browser.heads.map((head) => ({ browser, head })));
const some = fc.constantFrom(...every);

test("the captures hold both browsers, both versions of HTTP and every kind of request", () => {
  const seen = new Set(every.map(({ browser, head }) => `${browser.family} ${head.http} ${head.kind}`));
  for (const family of ["chromium", "firefox"]) {
    for (const http of ["1.1", "2"]) {
      for (const kind of ["navigation", "form", "fetch", "asset"]) {
        expect(seen).toContain(`${family} ${http} ${kind}`);
      }
    }
  }
});

describe("a genuine browser is never inconsistent", () => {
  test("as captured, on any platform", () => {
    for (const { browser, head } of every) {
      for (let at = 0; at < 11; at++) {
        expect(consistency(headersOf(browser, browser.major, head, at), head)).toBe(true);
      }
    }
  });

  test("with a head that is left out of the table it is judged by", () => {
    for (const { browser, head } of every) {
      const heads = browser.heads.filter((other) => other !== head);
      expect(consistency(headersOf(browser, browser.major, head), head, [{ ...browser, heads }])).toBe(true);
    }
  });

  test("in a version that was not captured it is not judged by the order", () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 400 }), fc.nat(20), ({ browser, head }, major, at) => {
        fc.pre(!browserHeads.some((one) => one.major === major));
        const headers = headersOf(browser, major, head, at);
        expect(consistency(headers, head)).toBeUndefined();
        // Where it put its newer headers is nobody's business.
        const moved = ["priority", "sec-ch-ua-platform", "connection", "cookie"];
        const turned = headers.toSorted((one, other) => rankOf(moved, one) - rankOf(moved, other));
        expect(consistency(turned, head)).toBeUndefined();
      }),
    );
  });

  test("whatever pages and extensions add and leave out", () => {
    const extra = fc.constantFrom("x-app", "Cookie", "Sec-GPC", "DNT", "If-None-Match", "Save-Data", "rtt");
    const left = fc.constantFrom<string>(
      "referer",
      "cookie",
      "priority",
      "sec-fetch-user",
      "dpr",
      "cache-control",
    );
    fc.assert(
      fc.property(
        some,
        fc.array(fc.tuple(extra, fc.nat(40))),
        fc.array(left),
        ({ browser, head }, added, gone) => {
          let headers = headersOf(browser, browser.major, head).filter(
            ([name]) => !gone.includes(name.toLowerCase()),
          );
          for (const [name, at] of added) headers = headers.toSpliced(at % headers.length, 0, [name, "1"]);
          expect(consistency(headers, head)).toBe(true);
        },
      ),
    );
  });

  test("where somebody else's lines or connection come between it is not judged", () => {
    const { browser, head } = every[0]!;
    const headers = headersOf(browser, browser.major, head);
    const bare = headers.filter(([name]) => !name.toLowerCase().startsWith("sec-"));
    expect(consistency(bare, head)).toBe(false);
    expect(consistency([...bare, ["Via", "1.1 gateway"]], head)).toBeUndefined();
    expect(consistency(bare, head, undefined, { peer: "10.0.0.1" })).toBeUndefined();
    const plain = new Facts(sampleRequest({ headers: bare }), 0);
    expect(isConsistent(plain)).toBeUndefined();
  });
});

describe("who dresses up as a browser is told apart", () => {
  const { browser, head } = every.find(
    (one) => one.browser.family === "chromium" && one.head.http === "1.1",
  )!;
  const real = headersOf(browser, browser.major, head);
  const cases: readonly [what: string, headers: readonly Header[]][] = [
    [
      "a tool that sets User-Agent alone",
      [
        ["Host", "h"],
        ["User-Agent", claimsOf("chromium", 130, 0).agent],
        ["Accept", "*/*"],
      ],
    ],
    ["headers in the order of the alphabet", real.toSorted(([one], [other]) => one.localeCompare(other))],
    ["all names in lower case", real.map(([name, value]): Header => [name.toLowerCase(), value])],
    ["no languages", real.filter(([name]) => name !== "Accept-Language")],
    [
      "hints of another version",
      real.map(([n, v]): Header => [n, n === "sec-ch-ua" ? '"Chromium";v="120"' : v]),
    ],
    [
      "Windows in one place, Linux in another",
      real.map(([n, v]): Header => [n, n === "User-Agent" ? claimsOf("chromium", 156, 1).agent : v]),
    ],
    [
      "Firefox with Chromium's hints",
      real.map(([n, v]): Header => [n, n === "User-Agent" ? claimsOf("firefox", 140, 0).agent : v]),
    ],
  ];
  test.each(cases)("%s", (_, headers) => {
    expect(consistency(headers, head)).toBe(false);
  });

  test("pseudo-headers of another stack", () => {
    const second = every.find((one) => one.browser.family === "chromium" && one.head.http === "2")!;
    const headers = headersOf(second.browser, 130, second.head);
    expect(consistency(headers, { ...second.head, pseudoOrder: "m,s,a,p" })).toBe(false);
  });
});

test("what a browser sends by itself, and no page, is not judged", () => {
  const { browser, head } = every[0]!;
  const bare: Header[] = [
    ["Host", "h"],
    ["User-Agent", claimsOf(browser.family, browser.major, 0).agent],
  ];
  expect(consistency(bare, head)).toBe(false);
  for (const mark of ["Upgrade", "Sec-WebSocket-Key", "Access-Control-Request-Method", "Range"]) {
    expect(consistency([...bare, [mark, "1"]], head)).toBeUndefined();
  }
  expect(consistency([...bare, ["Content-Type", "application/csp-report"]], head)).toBeUndefined();
  for (const method of ["OPTIONS", "CONNECT"]) {
    expect(consistency(bare, head, undefined, { method })).toBeUndefined();
  }
});

test("who claims to be no captured browser is not judged", () => {
  const { head } = every[0]!;
  const agents = [
    "curl/8.14.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (Linux; Android 14; K; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/156.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/156.0.0.0 Mobile/15E148 Safari/604.1",
    `${claimsOf("chromium", 156, 0).agent} OPR/120.0.0.0`,
    "x".repeat(10_000),
  ];
  for (const agent of agents) {
    expect(
      consistency(
        [
          ["Host", "h"],
          ["User-Agent", agent],
        ],
        head,
      ),
    ).toBeUndefined();
  }
});
