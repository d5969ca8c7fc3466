import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Facts } from "./facts.ts";
import { fieldTable, scheme } from "./field-table.ts";
import { type RequestSample, sampleRequest } from "./sample-request.ts";

const factsOf = (sample: RequestSample, now = 0): Facts => new Facts(sampleRequest(sample), now);
const read = (facts: Facts, name: string, parameter = "") =>
  scheme.fields.find((row) => row.name === name)?.bind(parameter)(facts);

test.each([
  ["shop.example", "shop.example"],
  ["Shop.EXAMPLE:8080", "shop.example"],
  ["shop.example.", "shop.example"],
  ["shop.example.:80", "shop.example"],
  ["[2001:db8::1]:443", "[2001:db8::1]"],
  ["[::1]", "[::1]"],
  ["", ""],
])("host %p is %p", (field, host) => {
  expect(factsOf({ headers: [["Host", field]] }).host).toBe(host);
});

describe("headers, cookies and query", () => {
  const facts = factsOf({
    target: "/a?x=1&y=a+b%21&x=2&__proto__=p&z=1&z=1",
    headers: [
      ["Host", "h"],
      ["X-A", "1"],
      ["x-a", "2"],
      ["Cookie", "sid=one; sid=two; flag; q=a=b"],
      ["Cookie", "late=3"],
    ],
  });

  test("repeated headers are joined", () => expect(facts.header("x-a")).toBe("1, 2"));
  test("the order of headers is kept", () => {
    expect(facts.headerOrder).toEqual(["host", "x-a", "x-a", "cookie", "cookie"]);
  });
  test("the first cookie of a name wins", () => {
    expect([facts.cookie("sid"), facts.cookie("q"), facts.cookie("late")]).toEqual(["one", "a=b", "3"]);
    expect([facts.cookie("flag"), facts.cookie("toString")]).toEqual([undefined, undefined]);
  });
  test("a query parameter with two values is missing", () => {
    expect([facts.query("x"), facts.query("y"), facts.query("z")]).toEqual([undefined, "a b!", "1"]);
    expect(facts.query("__proto__")).toBe("p");
    expect(facts.query("constructor")).toBeUndefined();
  });
});

test("IPv6 is keyed by its /64, IPv4 whole", () => {
  expect(factsOf({ ip: "2001:db8:1:2:3::4" }).ipNet).toBe(factsOf({ ip: "2001:db8:1:2:ffff::" }).ipNet);
  expect(factsOf({ ip: "192.0.2.1" }).ipNet).toBe("192.0.2.1");
});

describe("request.kind", () => {
  const navigate: [string, string] = ["Sec-Fetch-Mode", "navigate"];
  const urlencoded: [string, string] = ["Content-Type", "application/x-www-form-urlencoded"];
  const cases: [kind: string, sample: RequestSample][] = [
    ["navigation", { headers: [navigate, ["Sec-Fetch-Dest", "document"]] }],
    ["form", { method: "POST", headers: [navigate, urlencoded] }],
    [
      "fetch",
      { method: "POST", headers: [["Sec-Fetch-Mode", "cors"], ["Sec-Fetch-Dest", "empty"], urlencoded] },
    ],
    [
      "asset",
      {
        headers: [
          ["Sec-Fetch-Mode", "no-cors"],
          ["Sec-Fetch-Dest", "image"],
        ],
      },
    ],
    ["fetch", { method: "POST", headers: [["X-Requested-With", "XMLHttpRequest"], urlencoded] }],
    ["form", { method: "POST", headers: [urlencoded] }],
    ["api", { method: "POST", headers: [["Content-Type", "application/json"]] }],
    ["api", { method: "DELETE" }],
    ["asset", { target: "/app.css?v=1" }],
    ["asset", { target: "/x", headers: [["Accept", "image/avif,*/*"]] }],
    ["navigation", { headers: [["Accept", "text/html,*/*"]] }],
    ["api", { headers: [["Accept", "*/*"]] }],
  ];
  test.each(cases)("%s %p", (kind, sample) => expect(factsOf(sample).requestKind as string).toBe(kind));
});

test("every field reads as its type or as missing, whatever is sent", () => {
  const header = fc.tuple(
    fc.constantFrom("Host", "Cookie", "Content-Type", "User-Agent", "Accept", "Sec-Fetch-Mode", "x"),
    fc.string(),
  );
  const sample = fc.record({
    method: fc.constantFrom("GET", "POST", "X"),
    target: fc.string(),
    headers: fc.array(header, { maxLength: 6 }),
    body: fc.string(),
  });
  const typeOf = {
    ip: "object",
    asn: "number",
    int: "number",
    duration: "number",
    percent: "number",
    bool: "boolean",
    headerOrder: "object",
    textList: "object",
    country: "string",
    ja4: "string",
    text: "string",
    scalar: "string",
    score: "number",
  };
  fc.assert(
    fc.property(sample, fc.string(), (sample, parameter) => {
      const facts = factsOf(sample, 1_700_000_000_000);
      for (const row of fieldTable) {
        const value = row.bind(row.name.endsWith(".*") ? parameter : "")(facts);
        if (value !== undefined) expect<string>(typeof value).toBe(typeOf[row.type]);
      }
    }),
  );
});

test("field names are unique and documented", () => {
  expect(new Set(fieldTable.map((row) => row.name)).size).toBe(fieldTable.length);
  for (const row of fieldTable) expect(row.doc).toMatch(/^\S.*\.$/);
});

test("hour and weekday are UTC", () => {
  const facts = factsOf({}, Date.UTC(2026, 1, 28, 23, 59));
  expect([read(facts, "hour"), read(facts, "weekday")]).toEqual([23, "saturday"]);
});

test("fields of later stages are missing until they have run", () => {
  const facts = factsOf({});
  for (const name of ["ip.asn", "app", "route", "username", "print.skeleton", "print.shape"]) {
    expect(read(facts, name)).toBeUndefined();
  }
  facts.placement = {
    app: "shop",
    route: "card",
    tags: [],
    pathParameters: { number: "4" },
    username: "ann",
    session: undefined,
    isUnidentified: false,
  };
  expect([read(facts, "app"), read(facts, "path.*", "number"), read(facts, "path.*", "toString")]).toEqual([
    "shop",
    "4",
    undefined,
  ]);
});
