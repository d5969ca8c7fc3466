/** The tests in the language on the real path: what ships passes its own, and a described request is a real one. */
import { expect, test } from "bun:test";
import { type DescribedRequest, type DescribedValue, runTests } from "../../dsl/index.ts";
import { networkClassifier } from "../enrich/network-class.ts";
import { describedFacts } from "./described-facts.ts";
import { PolicyFolder } from "./policy-folder.ts";
import { shippedLists } from "./shipped-policies.ts";
import { simulator } from "./simulator.ts";

const classOf = networkClassifier(shippedLists);

function described(fields: Record<string, DescribedValue>, rest: Partial<DescribedRequest> = {}) {
  const request = { method: "POST", target: "/a/:id", body: undefined, ...rest };
  const facts = describedFacts({ ...request, fields: new Map(Object.entries(fields)) }, 5, classOf);
  if (typeof facts === "string") throw new Error(facts);
  return facts;
}

test("the shipped policies pass their tests, and every condition was seen true and false", () => {
  const folder = new PolicyFolder("policies");
  const { report, diagnostics } = runTests(folder.sources(), folder, simulator());
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(report?.cases.filter(({ failures }) => failures.length > 0)).toEqual([]);
  expect(report?.cases.length).toBeGreaterThan(50);
  expect(report?.coverage.gaps).toEqual([]);
  expect(report?.coverage.untested).toEqual([]);
}, 30_000);

test("a described request becomes the facts that it speaks of", () => {
  const facts = described(
    {
      host: "api.x.example",
      ip: "10.9.0.4",
      "ip.asn": 200593,
      "path.id": "a b",
      "query.q": "1",
      "cookie.sid": "s",
      "header.user-agent": undefined,
      "tls.ja4": "t13d1516h2_8daaf6152771_000000000000",
      "print.skeleton": "k",
    },
    { body: { kind: "form", value: { email: "u@x.example" } } },
  );
  expect(facts.host).toBe("api.x.example");
  expect(facts.ipNet).toBe("10.9.0.4");
  expect(facts.network.networkClass).toBe("bulletproof");
  expect(facts.path).toBe("/a/a b");
  expect([facts.query("q"), facts.cookie("sid"), facts.userAgent]).toEqual(["1", "s", undefined]);
  expect(facts.body("email")).toBe("u@x.example");
  expect(facts.tls?.ja4).toBe("t13d1516h2_8daaf6152771_000000000000");
  expect(facts.prints.skeleton).toBe("k");
});

test("a field of HTTP/2 makes the request one of HTTP/2, the rest as Chromium has it", () => {
  const facts = described({ "h2.settings": "2:0;4:6291456" });
  expect(facts.request.httpVersion).toBe(20);
  expect(facts.tls?.alpn).toBe("h2");
  expect(facts.http2?.arrival).toMatchObject({ settings: "2:0;4:6291456", windowUpdate: 15_663_105 });
  expect(facts.http2?.marks.pseudoOrder).toBe("m,a,s,p");
  expect(() => described({ "http.version": "1.1", "h2.settings": "2:0" })).toThrow("cannot be set");
});

test("header order is as described, and plain HTTP has no TLS", () => {
  const facts = described({
    "headers.order": ["Host", "X-App", "Accept"],
    "header.x-app": "7",
    scheme: "http",
  });
  expect(facts.request.names).toEqual(["Host", "X-App", "Accept"]);
  expect(facts.header("x-app")).toBe("7");
  expect(facts.tls).toBeUndefined();
});

test("what follows from other fields cannot be described", () => {
  expect(() => described({ "headers.count": 3 })).toThrow("`headers.count` cannot be set");
  expect(() => described({ ip: "nowhere" })).toThrow("no address: `nowhere`");
  expect(() => described({ "ip.class": "castle" })).toThrow("no class of networks: `castle`");
});
