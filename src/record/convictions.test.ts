import { expect, test } from "bun:test";
import type { AttackMatch, SoftwareName } from "../store/account-rows.ts";
import { Convictions } from "./convictions.ts";

const attack: AttackMatch = { policy: "stuffing", isInForce: true, reason: "failed >= 10 (12)" };
const cluster = { id: "stuffing\n192.0.2.1", isWide: false, lookBackMs: 600_000 };
const hash = (id: string) => id.length;
const software: SoftwareName = { app: "shop", skeleton: "s1:1111111111111111", stack: "" };
const start = 1_700_000_000_000;

function noted(
  convictions: Convictions,
  times: number,
  accountOf: (nth: number) => string,
  at = start,
): void {
  for (let nth = 0; nth < times; nth++)
    convictions.note({ cluster, attack, software, account: accountOf(nth), now: at + nth });
}

test("five matches over three accounts convict; one person who tries again and again does not", () => {
  const convictions = new Convictions();
  noted(convictions, 4, (nth) => `user${nth}`);
  expect(convictions.takeDue(hash).size).toBe(0);
  noted(convictions, 1, () => "user9");
  expect([...convictions.takeDue(hash).values()]).toEqual([
    {
      cluster: cluster.id.length,
      isWide: false,
      attack,
      since: start - cluster.lookBackMs,
      until: start + 600_000,
      software: [],
      mostFound: 10,
    },
  ]);
  const alone = new Convictions();
  noted(alone, 500, () => "user1");
  expect(alone.takeDue(hash).size).toBe(0);
});

test("software is convicted along with a cluster once ten accounts were tried with it", () => {
  const convictions = new Convictions();
  noted(convictions, 9, (nth) => `user${nth}`);
  expect([...convictions.takeDue(hash).values()][0]?.software).toEqual([]);
  noted(convictions, 1, () => "user9");
  expect([...convictions.takeDue(hash).values()][0]?.software).toEqual([software]);
});

test("is due again only after a further match, or where looking failed", () => {
  const convictions = new Convictions();
  noted(convictions, 5, (nth) => `user${nth}`);
  const due = convictions.takeDue(hash);
  expect(convictions.takeDue(hash).size).toBe(0);
  convictions.again(due.keys());
  expect(convictions.takeDue(hash).size).toBe(1);
  noted(convictions, 1, () => "user1");
  expect(convictions.takeDue(hash).size).toBe(1);
});

test("more may be found the more was stopped", () => {
  const convictions = new Convictions();
  noted(convictions, 300, (nth) => `user${nth}`);
  expect([...convictions.takeDue(hash).values()][0]?.mostFound).toBe(600);
});

test("an attack that was over for an hour reaches no further back than its next beginning", () => {
  const convictions = new Convictions();
  noted(convictions, 50, (nth) => `user${nth}`);
  convictions.takeDue(hash);
  const later = start + 2 * 3_600_000;
  noted(convictions, 4, (nth) => `user${nth}`, later);
  expect(convictions.takeDue(hash).size).toBe(0);
  noted(convictions, 1, () => "user9", later + 10);
  expect([...convictions.takeDue(hash).values()][0]?.since).toBe(later - cluster.lookBackMs);
});

test("however many clusters match, memory is bounded and the one that matched first goes", () => {
  const convictions = new Convictions();
  noted(convictions, 4, (nth) => `user${nth}`);
  for (let nth = 0; nth < 20_001; nth++)
    convictions.note({
      cluster: { id: `other ${nth}`, isWide: false, lookBackMs: 1 },
      attack,
      software,
      account: "a",
      now: start,
    });
  noted(convictions, 1, () => "user9");
  expect(convictions.takeDue(hash).size).toBe(0);
});
