import { expect, test } from "bun:test";
import type { Decision } from "../../dsl/index.ts";
import { parseIpAddress } from "../accept/ip-address.ts";
import type { Facts } from "../describe/facts.ts";
import type { Release } from "../store/account-rows.ts";
import { ReleaseBoard } from "./release-board.ts";

const stop: Decision = {
  action: { kind: "block", status: 429 },
  decider: "wall",
  labels: ["ato"],
  delayMs: 5000,
  matches: [{ policy: "wall", mode: "enforce", effect: "block", applied: true, reasons: [] }],
};

function release(kind: Release["kind"], key: string, forMs = 60_000): Release {
  const since = Date.now();
  return { kind, key, since, until: since + forMs, who: "ana", reason: "known" };
}

async function boardOf(...releases: readonly Release[]): Promise<ReleaseBoard> {
  const board = new ReleaseBoard({
    read: async () => releases,
    hashAccount: (name) => `hash of ${name}`,
    failed: (error) => {
      throw error;
    },
  });
  await board.refresh();
  board.close();
  return board;
}

const from = (ip: string, subject?: string, usernames?: readonly string[]) =>
  ({ ip: parseIpAddress(ip), subject, usernames }) as unknown as Facts;

test("a released address or account is let through, and the receipt says what would have been", async () => {
  const board = await boardOf(release("address", "192.0.2.0/24"), release("account", "hash of ann"));
  for (const facts of [from("192.0.2.77"), from("198.51.100.1", "ann")]) {
    const decision = board.apply(facts, stop);
    expect(decision.action).toEqual({ kind: "allow" });
    expect(decision.delayMs).toBeUndefined();
    expect(decision.matches[0]).toMatchObject({ applied: false, withheld: "released" });
  }
  expect(board.apply(from("198.51.100.1", "bob"), stop)).toBe(stop);
});

test("a batch passes only if it speaks for nobody else", async () => {
  const board = await boardOf(release("account", "hash of ann"));
  expect(board.apply(from("198.51.100.1", "ann", ["ann", "bob"]), stop)).toBe(stop);
  expect(board.apply(from("198.51.100.1", "ann", ["ann"]), stop).action.kind).toBe("allow");
});

test("a release ends with its time, without being looked at again", async () => {
  const board = await boardOf(release("address", "192.0.2.7", -1));
  expect(board.apply(from("192.0.2.7"), stop)).toBe(stop);
});
