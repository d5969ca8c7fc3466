import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Facts } from "../describe/facts.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { GaugeStore } from "../gauge/gauge-store.ts";
import type { RevisionCosts } from "../store/policy-costs.ts";
import { ActivePolicies } from "./active-policies.ts";
import { changedFiles } from "./folder-changes.ts";
import { judgeRequest, placeRequest } from "./judgement.ts";

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

const policies = (refresh: string) => `
app shop { hosts *  route login POST /login tagged auth  outcome login success status 200 failure status 401 }
list words: text from "words.txt" ${refresh}
measure fails = share login.failure at shop.login by ip over 10m
remember seen = ip at shop.login.success by ip for 90d
sequence twice by ip within 1h { shop.login then shop.login.failure }
policy p on shop { when { any { path in words  fails > 3x usual  seen differs ip  twice } } then { label found } }`;

/** A folder, and what went live of it. */
async function startWorld(refresh: string) {
  const folder = mkdtempSync(join(tmpdir(), "policies-"));
  writeFileSync(join(folder, "words.txt"), "/one\n");
  writeFileSync(join(folder, "x.policy"), policies(refresh));
  const gauges = new GaugeStore({ maxBytes: 8 << 20 });
  const saved: string[] = [];
  const costs: RevisionCosts[] = [];
  const live: boolean[] = [];
  const failures: string[] = [];
  const active = await ActivePolicies.open({
    folder,
    gauges,
    salt: "x",
    store: {
      boot: { latestRevision: () => undefined },
      commands: {
        saveRevision: ({ hash }: { hash: string }) => Promise.resolve(saved.push(hash)),
        saveCosts: (measured: RevisionCosts) => Promise.resolve(void costs.push(measured)),
      },
    } as never,
    changed: (report) => live.push(!report.isBroken),
    failed: (error) => void failures.push(String(error)),
  });
  closing.push(() => {
    active.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const labels = (path: string) => {
    const facts = new Facts(sampleRequest({ target: path }), Date.now());
    return judgeRequest(facts, placeRequest(facts, active.live)!).labels;
  };
  return { folder, gauges, saved, costs, live, active, labels, failures };
}

async function until(isDone: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isDone() && Date.now() < end) await Bun.sleep(50);
  expect(isDone()).toBe(true);
}

test("a list file that changes takes effect without a new revision; a broken one changes nothing and is told", async () => {
  const { folder, saved, live, active, labels } = await startWorld("");
  expect(labels("/two")).toEqual([]);
  writeFileSync(join(folder, "words.txt"), "/one\n/two\n");
  await until(() => live.length === 1);
  expect(labels("/two")).toEqual(["found"]);
  expect(saved).toHaveLength(1);
  const { set } = active.live;
  writeFileSync(join(folder, "words.txt"), "x".repeat(2000));
  await until(() => live.length === 2);
  expect(live).toEqual([true, false]);
  expect(active.report.diagnostics.map(({ code }) => code)).toContain("L003");
  expect(active.live.set).toBe(set);
  expect(labels("/two")).toEqual(["found"]);
}, 30_000);

test("what policies cost is stored with their revision when another set goes live, and at the end", async () => {
  const { folder, live, active, labels, costs } = await startWorld("");
  for (let request = 0; request < 256; request++) labels("/one");
  writeFileSync(join(folder, "x.policy"), policies("").replace("label found", "label again"));
  await until(() => live.length === 1);
  expect(costs).toMatchObject([{ revision: 1, costs: [{ policy: "p", requests: 1, asked: 1, matched: 1 }] }]);
  // The policy is another now, of which nothing is known.
  active.close();
  expect(costs).toHaveLength(1);
}, 30_000);

test("a list with a refresh waits for it, policies do not", async () => {
  const { folder, live, labels } = await startWorld("refresh 15m");
  writeFileSync(join(folder, "words.txt"), "/one\n/two\n");
  await Bun.sleep(900);
  expect(live).toEqual([]);
  writeFileSync(join(folder, "x.policy"), `${policies("refresh 15m")}\n`);
  await until(() => live.length === 1);
  expect(labels("/two")).toEqual(["found"]);
}, 30_000);

test("a relink keeps the state of every kind", async () => {
  const { folder, gauges, live } = await startWorld("");
  const names = () => gauges.usage().map(({ name }) => name);
  expect(names().sort()).toEqual(["fails", "fails", "seen", "twice"]);
  const before = gauges.openMemory({ id: "other", name: "other", forMs: 1000 });
  before.remember("k", "v", Date.now());
  writeFileSync(join(folder, "words.txt"), "/three\n");
  await until(() => live.length === 1);
  // What the set does not open is let go, what it opens stays.
  expect(names().sort()).toEqual(["fails", "fails", "seen", "twice"]);
}, 30_000);

test("what changed between two looks is told by path, colons included", () => {
  expect(changedFiles("/a:b.txt:1:2:3\n/c:1:1:1", "/a:b.txt:2:2:3\n/c:1:1:1\n/d:1:1:1")).toEqual([
    "/a:b.txt",
    "/d",
  ]);
});

test("a folder that loses its policies, or goes away, opens no door, and that is told", async () => {
  const { folder, live, labels, failures } = await startWorld("");
  rmSync(join(folder, "x.policy"));
  await until(() => failures.length === 1);
  rmSync(folder, { recursive: true });
  await until(() => failures.length === 2);
  expect(failures.every((text) => text.includes("the last good set decides"))).toBe(true);
  expect(labels("/one")).toEqual(["found"]);
  mkdirSync(folder);
  writeFileSync(join(folder, "x.policy"), policies("").replace("label found", "label again"));
  writeFileSync(join(folder, "words.txt"), "/one\n");
  await until(() => live.length === 1);
  expect(labels("/one")).toEqual(["again"]);
  expect(failures).toHaveLength(2);
}, 30_000);
