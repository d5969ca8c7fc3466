/** What caps and guards count outlives a revision, and what no revision asks for is let go. */
import { expect, test } from "bun:test";
import { LiveSafety } from "./live-safety.ts";

const safety = () => new LiveSafety({ switched: () => undefined, changed: () => undefined });

test("the same id keeps its value over revisions; one that was left out begins anew", () => {
  const live = safety();
  const first = live.open();
  const cap = first.port.keep("cap a", () => ({ stops: 3 }));
  first.port.keep("cap b", () => ({ stops: 5 }));
  first.finish();
  const second = live.open();
  expect(second.port.keep("cap a", () => ({ stops: 0 }))).toBe(cap);
  second.finish();
  const third = live.open();
  expect(third.port.keep("cap a", () => ({ stops: 0 })).stops).toBe(3);
  expect(third.port.keep("cap b", () => ({ stops: 0 })).stops).toBe(0);
});

test("a revision that is linked and never finished takes nothing away", () => {
  const live = safety();
  const first = live.open();
  first.port.keep("cap a", () => ({ stops: 3 }));
  first.finish();
  live.open();
  expect(live.open().port.keep("cap a", () => ({ stops: 0 })).stops).toBe(3);
});
