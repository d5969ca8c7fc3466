import { expect, test } from "bun:test";
import type { FrontStatement } from "../describe/fact-sources.ts";
import { Facts } from "../describe/facts.ts";
import { sampleArrival } from "../describe/sample-arrival.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { remadePrints } from "../fingerprint/remade-prints.ts";
import { RequestPrints } from "../fingerprint/request-prints.ts";
import type { EventRow } from "../store/event-row.ts";
import type { StoreEvents } from "../store/open-store.ts";
import { AccountKey } from "./account-key.ts";
import { Recorder } from "./recorder.ts";

function recorded(front?: FrontStatement): EventRow {
  const rows: EventRow[] = [];
  const events = { append: (row: EventRow) => rows.push(row) } as unknown as StoreEvents;
  const request = sampleRequest({
    method: "POST",
    headers: [
      ["Host", "shop.example"],
      ["Content-Type", "application/json"],
    ],
    body: '{"email":"a"}',
    tls: sampleArrival(),
  });
  Object.defineProperty(request.reply, "bytesOut", { value: 0 });
  const facts = new Facts(request, 0);
  facts.front = front;
  facts.prints = new RequestPrints(facts);
  new Recorder(events, new AccountKey(new Uint8Array(32))).finished({
    id: 1,
    facts,
    place: undefined,
    decision: undefined,
    revision: 1,
    status: 200,
    outcome: undefined,
    isError: false,
  });
  return rows[0]!;
}

test("an event keeps its prints, its JA4 and what the prints are made of", () => {
  const { skeleton, stack, shape, ja4, ...row } = recorded();
  expect(ja4).toBe(sampleArrival().ja4);
  expect(row.headerVector).toBe("1.1 api Host Content-Type");
  expect(remadePrints(row)).toEqual({ skeleton, stack, shape });
});

test("behind a front only what is the client's own is kept: the shape of its data, and the JA4 that the front tells", () => {
  const facts = { isVerifiedBot: undefined, asn: undefined, country: undefined };
  const client = sampleRequest({ ip: "198.51.100.7" }).client;
  const row = recorded({ ...facts, client, ja4: "t13d_front", tlsVersion: undefined, isResumed: undefined });
  expect([row.skeleton, row.stack, row.headerVector, row.stackVector]).toEqual(Array(4).fill(undefined));
  expect([row.ja4, row.shapeVector]).toEqual(["t13d_front", "type application/json query () body {email:s}"]);
});
