import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Facts } from "../describe/facts.ts";
import { type RequestSample, sampleRequest } from "../describe/sample-request.ts";
import { RequestPrints } from "./request-prints.ts";
import { shapeVector } from "./shape.ts";

const json = "application/json";
const form = "application/x-www-form-urlencoded";

function sample(type: string, body: string, target = "/login"): RequestSample {
  return {
    method: "POST",
    target,
    headers: [
      ["Host", "h"],
      ["Content-Type", type],
    ],
    body,
  };
}
const vector = (sample: RequestSample) => shapeVector(new Facts(sampleRequest(sample), 0));
const printOf = (facts: Facts) => new RequestPrints(facts).shape;
const print = (sample: RequestSample) => printOf(new Facts(sampleRequest(sample), 0));

describe("vectors", () => {
  const cases: [vector: string, sample: RequestSample][] = [
    [
      "type application/json query () body {email:s,n:n,ok:b,no:0,a:[{id:s}]}",
      sample(json, '{"email":"a","n":1,"ok":true,"no":null,"a":[{"id":"x"},2]}'),
    ],
    [
      "type application/x-www-form-urlencoded query (next) body (user,pass)",
      sample(form, "user=a&pass=b", "/login?next=/"),
    ],
    ["type - query (q,page) body -", { target: "/search?q=x&page=2" }],
    [
      "type multipart/form-data; boundary query () body ?",
      sample("multipart/form-data; boundary=----x1", "--x"),
    ],
    ["type application/json query () body ?", sample(json, "{")],
    [
      "type application/json query () body {a:{a:{a:{a:{}}}}}",
      sample(json, '{"a":{"a":{"a":{"a":{"a":1}}}}}'),
    ],
    ["type application/x-www-form-urlencoded query () body (item#,x)", sample(form, "item1=a&item2=b&x=1")],
    ["type application/json query () body {\\{a\\:s\\,b:s}", sample(json, '{"{a:s,b":""}')],
  ];
  for (const [expected, one] of cases) test(expected, () => expect(vector(one)).toBe(expected));
});

const loginOf = (value: string) => sample(json, JSON.stringify({ email: value, pin: [value] }));

test("values play no part", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(print(loginOf(one))).toBe(print(loginOf(other)));
    }),
  );
});

test("key order, types, content type and query keys do", () => {
  const prints = [
    print(sample(json, '{"email":"a","password":"b"}')),
    print(sample(json, '{"password":"b","email":"a"}')),
    print(sample(json, '{"email":"a","password":1}')),
    print(sample(form, "email=a&password=b")),
    print(sample(form, "email=a&password=b", "/login?x=1")),
    print(sample("application/json; charset=utf-8", '{"email":"a","password":"b"}')),
  ];
  expect(new Set(prints).size).toBe(prints.length);
  for (const one of prints) expect(one).toMatch(/^h1:[0-9a-f]{16}$/);
});

test("there is none without body and query, nor for a body that was not buffered", () => {
  expect(print({})).toBeUndefined();
  expect(print({ method: "POST", body: "" })).toBeUndefined();
  const request = sampleRequest(sample(json, "{}", "/?x=1"));
  Object.assign(request, { body: { ...request.body, buffered: undefined } });
  expect(printOf(new Facts(request, 0))).toBeUndefined();
});

test("the vector of a hostile body is bounded", () => {
  const wide = Object.fromEntries(
    Array.from({ length: 3000 }, (_, i) => [
      `${"k".repeat(10)}${"abcdefghij"[i % 10]}${String.fromCharCode(97 + (i % 26))}${i}`,
      "",
    ]),
  );
  expect(vector(sample(json, JSON.stringify(wide)))?.length).toBeLessThan(64 * 60);
  const body = Array.from({ length: 3000 })
    .map((_, i) => `k${String.fromCharCode(97 + (i % 26))}${i}=`)
    .join("&");
  expect(vector(sample(form, body))?.length).toBeLessThan(64 * 60);
});
