/** A route that becomes unreadable is in the audit log, with the figures, and so is its end. */
import { expect, test } from "bun:test";
import pino from "pino";
import type { StoreCommands } from "./store/store-commands.ts";
import { watchOutcomes } from "./watch-outcomes.ts";

test("unreadable outcomes are audited once when they begin and once when they end", () => {
  const audited: Parameters<StoreCommands["audit"]>[0][] = [];
  const commands = {
    audit: async (entry: (typeof audited)[number]) => void audited.push(entry),
  } as Partial<StoreCommands> as StoreCommands;
  const watch = watchOutcomes({ commands }, pino({ level: "silent" }));
  const answer = (count: number, isKnown: boolean) => {
    for (let index = 0; index < count; index++) watch.answered("shop", "login", isKnown);
  };
  answer(300, true);
  expect(audited).toEqual([]);
  answer(100, false);
  answer(300, true);
  expect(audited.map(({ who, action }) => [who, action])).toEqual([
    ["sallyport", "outcomes.unreadable"],
    ["sallyport", "outcomes.readable"],
  ]);
  expect(audited[0]?.detail).toMatch(/^shop\.login: 4\d % of answers say nothing, usually \d+ %$/);
});
