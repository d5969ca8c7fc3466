import { expect, test } from "bun:test";
import { Facts } from "./facts.ts";
import { fieldTable } from "./field-table.ts";
import { sampleArrival } from "./sample-arrival.ts";
import { type RequestSample, sampleRequest } from "./sample-request.ts";

const rows = fieldTable.filter(({ name }) => name.startsWith("h2.") || name === "http.version");
const tls = sampleArrival();
const http2 = {
  arrival: { settings: "1:65536;2:0", windowUpdate: 15_663_105, priorities: "3:0:0:201" },
  marks: { pseudoOrder: "m,a,s,p", priority: "1:0:256" },
};

function read(sample: RequestSample) {
  const facts = new Facts(sampleRequest(sample), 0);
  return Object.fromEntries(rows.map((row) => [row.name, row.bind(row.name)(facts)]));
}

test("policies read each part of an HTTP/2 stack", () => {
  expect(read({ tls, http2 })).toEqual({
    "http.version": "2",
    "h2.settings": "1:65536;2:0",
    "h2.window_update": 15_663_105,
    "h2.priorities": "3:0:0:201",
    "h2.pseudo_order": "m,a,s,p",
    "h2.request_priority": "1:0:256",
  });
});

test("on HTTP/1 they are missing, and behind a trusted front, whose own connection it is", () => {
  for (const sample of [{ tls }, { tls, http2, ip: "198.51.100.9", peer: "10.0.0.1" }]) {
    const values = Object.entries(read(sample)).filter(([name]) => name.startsWith("h2."));
    expect(values.map(([, value]) => value)).toEqual(values.map(() => undefined));
  }
});

test("all of it is observed: nobody can claim another stack without speaking like it", () => {
  expect(rows.map(({ trust }) => trust)).toEqual(rows.map(() => "observed"));
});
