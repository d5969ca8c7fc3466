import { expect, test } from "bun:test";
import { Facts } from "./facts.ts";
import { fieldTable } from "./field-table.ts";
import { sampleArrival } from "./sample-arrival.ts";
import { type RequestSample, sampleRequest } from "./sample-request.ts";

const rows = fieldTable.filter(({ name }) => name.startsWith("tls."));
const read = (sample: RequestSample) => {
  const facts = new Facts(sampleRequest(sample), 0);
  return Object.fromEntries(rows.map(({ name, bind }) => [name, bind("")(facts)]));
};
const nothing = Object.fromEntries(rows.map(({ name }) => [name, undefined]));

test("policies read the client's TLS", () => {
  expect(read({ tls: sampleArrival({ isResumed: true, isAuthorized: true }) })).toEqual({
    "tls.ja4": "t13d1516h2_8daaf6152771_e5627efa2ab1",
    "tls.ja4_stable": "r1:t13d1514h2_8daaf6152771_0123456789ab",
    "tls.extension_order": "0000-0017-ff01",
    "tls.version": "1.3",
    "tls.alpn": "http/1.1",
    "tls.sni": "shop.example",
    "tls.resumed": true,
    "tls.client_verified": true,
    "tls.rtt": sampleArrival().handshakeMs,
    // Where no socket tells TCP's.
    "tls.rtt_excess": undefined,
  });
});

test("it is missing on plain HTTP", () => {
  expect(read({})).toEqual(nothing);
});

test("a trusted front's own TLS is never taken for its client's", () => {
  expect(read({ tls: sampleArrival(), ip: "198.51.100.9", peer: "10.0.0.1" })).toEqual(nothing);
});

test("a name that a client only asks for is a claim", () => {
  expect(rows.filter(({ trust }) => trust === "claimed").map(({ name }) => name)).toEqual(["tls.sni"]);
});
