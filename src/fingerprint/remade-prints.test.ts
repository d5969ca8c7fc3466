import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { Facts } from "../describe/facts.ts";
import { sampleArrival } from "../describe/sample-arrival.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { remadePrints } from "./remade-prints.ts";
import { RequestPrints } from "./request-prints.ts";

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
const known = fc.constantFrom(
  "Host",
  "host",
  "Accept",
  "ACCEPT",
  "user-agent",
  "Cookie",
  "Via",
  "Sec-GPC",
  "Te",
  "TE",
);
const headers = fc.array(fc.tuple(fc.oneof(known, token), fc.string({ maxLength: 20 })), { maxLength: 30 });

test("a stored vector makes the print that the request had, whatever it was", () => {
  fc.assert(
    fc.property(headers, fc.json(), fc.constantFrom(10 as const, 11 as const), (sent, body, httpVersion) => {
      const request = sampleRequest({
        method: "POST",
        target: "/login?next=1",
        headers: [...sent, ["Content-Type", "application/json"]],
        body,
        httpVersion,
        tls: sampleArrival(),
      });
      const prints = new RequestPrints(new Facts(request, 0));
      const { skeleton, stack, shape, headerVector, stackVector, shapeVector } = prints;
      const remade = remadePrints({ headerVector, stackVector, shapeVector });
      expect(remade.stack).toBe(stack);
      expect(remade.skeleton).toBe(headerVector === undefined ? undefined : skeleton);
      expect(remade.shape).toBe(shapeVector === undefined ? undefined : shape);
    }),
    { numRuns: 300 },
  );
});

test("prints of events that are stored stay what they are: these are version 1", () => {
  expect(
    remadePrints({
      headerVector:
        "1.1 form Host Connection Content-Length Cache-Control sec-ch-ua User-Agent Origin Accept x-own Cookie",
      stackVector: "tls r1:t13d1514h2_8daaf6152771_0123456789ab alpn (h2,http/1.1) http 1.1 h2 -",
      shapeVector: "type application/json query () body {email:s,password:s}",
    }),
  ).toEqual({ skeleton: "s1:9b9c8525426a9822", stack: "t1:23e56e0d1892f2a6", shape: "h1:5546a6178a8657b9" });
});

test("a vector that would take too much room is not kept, and its print can not be made anew", () => {
  const many = Array.from({ length: 90 }, (_, index): [string, string] => [`x-header-number-${index}`, "1"]);
  const prints = new RequestPrints(new Facts(sampleRequest({ headers: many }), 0));
  expect(prints.headerVector).toBeUndefined();
  expect(remadePrints({ headerVector: prints.headerVector }).skeleton).toBeUndefined();
  expect(prints.skeleton).toStartWith("s1:");
});
