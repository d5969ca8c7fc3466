/** Switches as the judge sees them: at once, until their time, and whatever becomes of the database. */
import { afterEach, expect, test } from "bun:test";
import type { EnforcementSwitch } from "../store/enforcement-switch.ts";
import { SwitchBoard } from "./switch-board.ts";

const off = (kind: EnforcementSwitch["kind"], name: string, until?: number): EnforcementSwitch => ({
  kind,
  name,
  since: 0,
  until,
  who: "ana",
  reason: "why",
});

let board: SwitchBoard | undefined;
afterEach(() => board?.close());

function boardOf(first: EnforcementSwitch[]) {
  const state = { stored: first as EnforcementSwitch[] | Error, changes: 0, failures: 0 };
  board = new SwitchBoard({
    first,
    read: async () => {
      if (state.stored instanceof Error) throw state.stored;
      return state.stored;
    },
    changed: () => void state.changes++,
    failed: () => void state.failures++,
  });
  return { board, state };
}

test("a policy and an app are off by themselves, panic is off for all", async () => {
  const { board, state } = boardOf([off("policy", "p"), off("app", "shop")]);
  expect(board.switched("p", "bank")).toBe("switched_off");
  expect(board.switched("q", "shop")).toBe("switched_off");
  expect(board.switched("q", "bank")).toBeUndefined();
  state.stored = [off("panic", ""), off("policy", "p")];
  await board.refresh();
  expect(board.switched("q", "bank")).toBe("panic");
  expect(board.switched("p", "bank")).toBe("panic");
  expect(state.changes).toBe(1);
});

test("a switch is on again when its time is over", () => {
  const { board } = boardOf([off("policy", "p", Date.now() - 1), off("policy", "q", Date.now() + 60_000)]);
  expect(board.switched("p", "shop")).toBeUndefined();
  expect(board.switched("q", "shop")).toBe("switched_off");
  expect(board.switches.map(({ name }) => name)).toEqual(["q"]);
});

test("while the database cannot be asked, what is known stays in force, and it is told once", async () => {
  const { board, state } = boardOf([off("panic", "")]);
  state.stored = new Error("gone");
  await board.refresh();
  await board.refresh();
  expect(board.switched("p", "shop")).toBe("panic");
  expect(state.failures).toBe(1);
  state.stored = [];
  await board.refresh();
  expect(board.switched("p", "shop")).toBeUndefined();
});

test("what was written while a look was under way is in force after a refresh", async () => {
  const gate = Promise.withResolvers<EnforcementSwitch[]>();
  const answers: Promise<EnforcementSwitch[]>[] = [gate.promise, Promise.resolve([off("panic", "")])];
  board = new SwitchBoard({
    first: [],
    read: () => answers.shift() ?? Promise.resolve([off("panic", "")]),
    changed: () => undefined,
    failed: () => undefined,
  });
  const early = board.refresh();
  await Promise.resolve();
  const late = board.refresh();
  gate.resolve([]);
  await Promise.all([early, late]);
  expect(board.switched("p", "shop")).toBe("panic");
});
