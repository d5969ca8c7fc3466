import { afterEach, expect, test } from "bun:test";
import type { AccountState, AccountTurns } from "../store/account-rows.ts";
import { RiskBoard } from "./risk-board.ts";

const boards: RiskBoard[] = [];
afterEach(() => {
  for (const board of boards.splice(0)) board.close();
});

const hashAccount = (name: string) => `hash of ${name}`;

function boardOver(answers: (AccountTurns | Error)[]) {
  const asked: (number | undefined)[] = [];
  const failures: unknown[] = [];
  const board = new RiskBoard({
    read: async (after) => {
      asked.push(after);
      const answer = answers.shift() ?? { turns: [], last: after ?? 0 };
      if (answer instanceof Error) throw answer;
      return answer;
    },
    hashAccount,
    failed: (error) => failures.push(error),
  });
  boards.push(board);
  return { board, asked, failures };
}

const turn = (name: string, state: AccountState) => ({ app: "shop", hash: hashAccount(name), state });

test("an account is at risk until others were told of it, and nothing any more once it is recovered", async () => {
  const { board, asked } = boardOver([
    { turns: [turn("ann", "at_risk"), turn("bob", "acknowledged")], last: 7 },
    { turns: [turn("ann", "told")], last: 9 },
    { turns: [turn("ann", "recovered"), turn("bob", "cleared")], last: 12 },
  ]);
  await board.refresh();
  expect([board.find("shop", "ann"), board.find("shop", "bob")]).toEqual(["at_risk", "acknowledged"]);
  expect(board.find("bank", "ann")).toBeUndefined();
  expect([board.isOpen("shop", hashAccount("ann")), board.isOpen("bank", hashAccount("ann"))]).toEqual([
    true,
    false,
  ]);
  await board.refresh();
  expect(board.find("shop", "ann")).toBe("told");
  await board.refresh();
  expect([board.find("shop", "ann"), board.find("shop", "bob")]).toEqual([undefined, undefined]);
  expect(asked).toEqual([undefined, 7, 9]);
});

test("whoever got in within an attack is at risk before the ledger says so, and what is known already stays", async () => {
  const { board } = boardOver([{ turns: [turn("bob", "told")], last: 3 }]);
  board.tookOver("shop", hashAccount("ann"));
  expect(board.find("shop", "ann")).toBe("at_risk");
  await board.refresh();
  board.tookOver("shop", hashAccount("bob"));
  expect(board.find("shop", "bob")).toBe("told");
});

test("a ledger that does not answer changes nothing, is told of once, and is asked for the same again", async () => {
  const { board, asked, failures } = boardOver([
    { turns: [turn("ann", "at_risk")], last: 3 },
    new Error("busy"),
    new Error("busy"),
  ]);
  for (let nth = 0; nth < 4; nth++) await board.refresh();
  expect(board.find("shop", "ann")).toBe("at_risk");
  expect(failures).toHaveLength(1);
  expect(asked).toEqual([undefined, 3, 3, 3]);
});

test("an erased person is forgotten", async () => {
  const { board } = boardOver([{ turns: [turn("ann", "at_risk"), turn("bob", "at_risk")], last: 3 }]);
  await board.refresh();
  board.forget(new Set([hashAccount("ann")]));
  expect([board.find("shop", "ann"), board.find("shop", "bob")]).toEqual([undefined, "at_risk"]);
});
