import { expect, test } from "bun:test";
import { Facts } from "../describe/facts.ts";
import { sampleArrival } from "../describe/sample-arrival.ts";
import { type RequestSample, sampleRequest } from "../describe/sample-request.ts";
import { RequestPrints } from "./request-prints.ts";
import { stackVector } from "./stack.ts";

const factsOf = (sample: RequestSample) => new Facts(sampleRequest(sample), 0);
const print = (sample: RequestSample) => new RequestPrints(factsOf(sample)).stack;

test("the vector is readable and has a place for HTTP/2", () => {
  expect(stackVector(factsOf({ tls: sampleArrival() }))).toBe(
    "tls r1:t13d1514h2_8daaf6152771_0123456789ab alpn (h2,http/1.1) http 1.1 h2 -",
  );
  expect(print({ tls: sampleArrival() })).toMatch(/^t1:[0-9a-f]{16}$/);
});

const chromium = {
  arrival: { settings: "1:65536;2:0;4:6291456;6:262144", windowUpdate: 15_663_105, priorities: "0" },
  marks: { pseudoOrder: "m,a,s,p", priority: "1:0:256" },
};

test("HTTP/2 adds its settings, window and pseudo-headers, each of which tells stacks apart", () => {
  const tls = sampleArrival();
  expect(stackVector(factsOf({ tls, http2: chromium }))).toEndWith(
    " http 2 h2 1:65536;2:0;4:6291456;6:262144|15663105|m,a,s,p",
  );
  const { arrival, marks } = chromium;
  const prints = [
    print({ tls }),
    print({ tls, http2: chromium }),
    print({ tls, http2: { marks, arrival: { ...arrival, settings: "2:0;4:6291456;5:16384;6:262144" } } }),
    print({ tls, http2: { marks, arrival: { ...arrival, windowUpdate: 15_597_570 } } }),
    print({ tls, http2: { arrival, marks: { ...marks, pseudoOrder: "m,p,s,a" } } }),
  ];
  expect(new Set(prints).size).toBe(prints.length);
});

test("the priority of a request changes with what it fetches and plays no part", () => {
  const picture = { ...chromium, marks: { ...chromium.marks, priority: "1:0:110" } };
  const tls = sampleArrival();
  expect(print({ tls, http2: picture })).toBe(print({ tls, http2: chromium }));
});

test("resumption, the server's choices, the name asked for and the time play no part", () => {
  const first = print({ tls: sampleArrival() });
  const later = sampleArrival({
    ja4: "t13d1517h2_8daaf6152771_ffffffffffff",
    extensionOrder: "ff01-0017-0000",
    isResumed: true,
    tlsVersion: "TLSv1.2",
    alpn: undefined,
    sni: undefined,
    helloAt: 9,
    handshakeMs: 90,
  });
  expect(print({ tls: later })).toBe(first);
});

test("the hello, the protocols offered and the HTTP version each do", () => {
  const prints = [
    print({ tls: sampleArrival() }),
    print({ tls: sampleArrival({ ja4Stable: "r1:t13d1514h2_8daaf6152771_ba9876543210" }) }),
    print({ tls: sampleArrival({ alpnOffered: ["http/1.1"] }) }),
    print({ tls: sampleArrival({ alpnOffered: [] }) }),
    print({ tls: sampleArrival(), httpVersion: 10 }),
  ];
  expect(new Set(prints).size).toBe(prints.length);
});

test("a client that offers a thousand protocols makes no long vector", () => {
  const alpnOffered = Array.from({ length: 1_000 }, (_, index) => `p${index}`);
  expect(stackVector(factsOf({ tls: sampleArrival({ alpnOffered }) }))).toContain(
    "alpn (p0,p1,p2,p3,p4,p5,p6,p7)",
  );
});

test("there is none on plain HTTP, nor behind a front whose stack it would be", () => {
  expect(print({})).toBeUndefined();
  expect(print({ tls: sampleArrival(), ip: "198.51.100.9", peer: "10.0.0.1" })).toBeUndefined();
});
