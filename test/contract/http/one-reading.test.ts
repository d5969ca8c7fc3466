/** One reading: what an origin could take for a guarded request is stopped or marked, however it is spelt or cut. */
import { afterAll, describe, expect, test } from "bun:test";
import { startJudgingEdge } from "./judging-edge.ts";
import { exchange } from "./raw-client.ts";
import { type ReadingCase, readingCases, readingPolicies } from "./reading-cases.ts";
import { requestCases } from "./request-cases.ts";
import { splits } from "./splits.ts";

const edge = startJudgingEdge(readingPolicies);
afterAll(() => edge.stop());

async function check(one: ReadingCase, split: (bytes: Buffer) => Buffer[]): Promise<void> {
  edge.judged = [];
  const pieces = split(Buffer.from(one.bytes, "latin1"));
  await exchange(edge.port, pieces, { fin: !("refused" in one.expected), timeoutMs: 8_000 });
  expect(edge.judged).toEqual([expect.objectContaining(one.expected)]);
}

test("the tables name each case once, 250 and more in all", () => {
  const names = [
    ...requestCases.map((one) => `${one.rfc} ${one.name}`),
    ...readingCases.map((one) => `${one.rule} ${one.name}`),
  ];
  console.log(`raw-socket cases: ${requestCases.length} of requests, ${readingCases.length} of readings`);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(250);
});

for (const [name, split] of splits) {
  describe(`readings sent ${name}`, () => {
    for (const one of readingCases) {
      test(`${one.rule}: ${one.name}`, () => check(one, split), 15_000);
    }
  });
}
