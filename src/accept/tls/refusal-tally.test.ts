import { expect, test } from "bun:test";
import { waitUntil } from "../../../test/support/wait-until.ts";
import { type RefusalSummary, RefusalTally } from "./refusal-tally.ts";
import type { TlsRefusal } from "./tls-acceptor.ts";

test("the first refusal is told at once, a flood in one line, silence in none", async () => {
  const told: RefusalSummary<TlsRefusal>[] = [];
  const tally = new RefusalTally<TlsRefusal>((summary) => told.push(summary), 30);
  tally.add("not_tls", undefined);
  expect(told).toEqual([{ total: 1, byReason: { not_tls: 1 }, details: {} }]);
  for (let count = 0; count < 1_000; count++) tally.add("handshake_failed", `${"x".repeat(500)}${count}`);
  tally.add("hello_timeout", undefined);
  expect(told).toHaveLength(1);
  await waitUntil("the flood is told", () => told.length === 2);
  expect(told[1]).toEqual({
    total: 1_001,
    byReason: { handshake_failed: 1_000, hello_timeout: 1 },
    details: { handshake_failed: "x".repeat(200) },
  });
  await Bun.sleep(90);
  expect(told).toHaveLength(2);
  tally.add("no_hello", undefined);
  expect(told).toHaveLength(3);
  tally.add("no_hello", undefined);
  tally.close();
  expect(told.slice(3)).toEqual([{ total: 1, byReason: { no_hello: 1 }, details: {} }]);
});
