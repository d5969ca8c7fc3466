/** The table of raw requests, each sent whole, byte by byte, and in random pieces: always read the same way. */
import { describe, expect, test } from "bun:test";
import { defaultWaits, type Waits } from "../../../src/accept/waits.ts";
import { exchange, statusesIn } from "./raw-client.ts";
import { startRecordingEdge } from "./recording-edge.ts";
import type { RequestCase } from "./request-case.ts";
import { requestCases } from "./request-cases.ts";
import { splits } from "./splits.ts";

/** Waits that a test can sit out; byte-by-byte sending of the short cases that use them stays well below. */
const shortWaits: Waits = { handshake: 300, head: 300, idle: 300, body: 300, drain: 300, linger: 300 };

async function run(one: RequestCase, split: (bytes: Buffer) => Buffer[]) {
  const edge = startRecordingEdge(one.afterwards === "outwait" ? shortWaits : defaultWaits);
  const pieces = split(Buffer.from(one.bytes, "latin1"));
  const seen = await exchange(edge.port, pieces, { fin: one.afterwards === "fin", timeoutMs: 8_000 });
  const { readings } = edge;
  await edge.stop();
  return { seen, readings };
}

async function check(one: RequestCase, split: (bytes: Buffer) => Buffer[]): Promise<void> {
  const { seen, readings } = await run(one, split);
  const wanted = one.expected.map((reading) => expect.objectContaining(reading));
  expect(readings).toEqual(wanted);
  expect(seen.wasClosed).toBe(true);
  const statuses = readings.map((reading) => (reading.kind === "refused" ? reading.status : 200));
  expect(statusesIn(seen.response)).toEqual(statuses);
}

test("the table names each case once", () => {
  const names = requestCases.map((one) => `${one.rfc} ${one.name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(130);
});

for (const [name, split] of splits) {
  describe(`requests sent ${name}`, () => {
    for (const one of requestCases) {
      test.concurrent(`RFC ${one.rfc}: ${one.name}`, () => check(one, split), 15_000);
    }
  });
}
