/** Caps, guards, cohorts and freezes as policies say them, on the virtual clock and the real host. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { simulator } from "../../src/judge/simulator.ts";
import { runTests } from "../test-run/run-tests.ts";

const path = join(import.meta.dir, "..", "fixtures", "safety", "enforcement.policy");
const text = readFileSync(path, "utf8");
const lists = { read: () => undefined };

test("caps, guards, cohorts and freezes do in a set's own tests what they say", () => {
  const { report, diagnostics } = runTests([{ name: "enforcement.policy", text }], lists, simulator());
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(report?.cases.flatMap(({ failures }) => failures)).toEqual([]);
  expect(report?.cases.length).toBe(11);
});

test("a test that expects a stop to be withheld for another reason fails, and says for which it was", () => {
  const wrong = text.replaceAll("expect withheld cap by", "expect withheld freeze by");
  const { report } = runTests([{ name: "enforcement.policy", text: wrong }], lists, simulator());
  const got = report?.cases.flatMap(({ failures }) => failures.map((failure) => failure.got)) ?? [];
  expect(got.length).toBe(3);
  for (const one of got) expect(one).toContain("bad_network withheld cap");
});
