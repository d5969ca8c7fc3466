import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { GaugeStore } from "./gauge-store.ts";

const start = 1_700_000_000_000;
const seed = new Uint8Array(8).fill(3);
const withinMs = 12_000;
// a then b at least 2 then c without d
const steps = [{ atLeast: 1 }, { atLeast: 2 }, { atLeast: 1 }];
const row = ["a", "b", "b", "c"];
const spec = { id: "s", name: "drain", withinMs, steps };

type Letter = "a" | "b" | "c" | "d";
interface Happened {
  readonly letter: Letter;
  readonly at: number;
}

/** Whether some choice of events spells the row within the time, without a `d` between the second b and the c. */
function isSpelt(events: readonly Happened[], now: number, place = 0, from = 0): boolean {
  if (place === row.length) return true;
  for (let index = from; index < events.length; index++) {
    const event = events[index];
    if (!event || event.at < now - withinMs) continue;
    if (place === row.length - 1 && event.letter === "d") return false;
    if (event.letter === row[place] && isSpelt(events, now, place + 1, index + 1)) return true;
  }
  return false;
}

test("is complete exactly when some choice of the events within the time spells it, over a restart too", () => {
  const event = fc.record({
    letter: fc.constantFrom<Letter>("a", "b", "b", "c", "d", "a"),
    gap: fc.oneof(
      { weight: 9, arbitrary: fc.integer({ min: 0, max: 2500 }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 20_000 }) },
    ),
  });
  let complete = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40, size: "max" }), fc.nat(40), (events, restartAt) => {
      let store = new GaugeStore({ maxBytes: 1 << 20, seed });
      let sequence = store.openSequence(spec);
      const happened: Happened[] = [];
      let now = start;
      for (const [index, { letter, gap }] of events.entries()) {
        now += gap;
        if (index === restartAt) {
          const file = Buffer.concat(store.snapshot(now));
          store = new GaugeStore({ maxBytes: 1 << 20, seed });
          expect(store.restore(file, now)).toBeUndefined();
          sequence = store.openSequence(spec);
        }
        happened.push({ letter, at: now });
        if (letter === "d") sequence.interrupt("k", 2, now);
        else sequence.advance("k", "abc".indexOf(letter), now);
        const expected = isSpelt(happened, now);
        if (expected) complete++;
        expect(sequence.isComplete("k", now)).toBe(expected);
        expect(sequence.isComplete("other", now)).toBe(false);
      }
      for (const later of [1000, 6000, 12_000, 13_000]) {
        expect(sequence.isComplete("k", now + later)).toBe(isSpelt(happened, now + later));
      }
    }),
    { numRuns: 300 },
  );
  // The streams must have come to both answers.
  expect(complete).toBeGreaterThan(100);
});

test("an event of two steps is not taken twice when the highest is told first", () => {
  const store = new GaugeStore({ maxBytes: 1 << 20, seed });
  const twice = store.openSequence({ ...spec, steps: [{ atLeast: 1 }, { atLeast: 1 }] });
  const same = (now: number) => {
    twice.advance("k", 1, now);
    twice.advance("k", 0, now);
  };
  same(start);
  expect(twice.isComplete("k", start)).toBe(false);
  same(start + 1);
  expect(twice.isComplete("k", start + 1)).toBe(true);
});

test("the end of a run is not taken for fresh when the clock of 32 bits comes round, however often the key began anew", () => {
  const store = new GaugeStore({ maxBytes: 1 << 20, seed });
  const sequence = store.openSequence(spec);
  for (const step of [0, 1, 1, 2]) sequence.advance("k", step, start);
  expect(sequence.isComplete("k", start)).toBe(true);
  const wrap = 2 ** 32;
  for (let passed = 1000; passed <= wrap; passed += 11_000) sequence.advance("k", 0, start + passed);
  expect(sequence.isComplete("k", start + wrap + 5)).toBe(false);
});

test("a flood of first events does not lose who has come further", () => {
  const store = new GaugeStore({ maxBytes: 1 << 20, seed });
  const sequence = store.openSequence(spec);
  for (const step of [0, 1, 1]) sequence.advance("slow", step, start);
  for (let key = 0; key < 100_000; key++) sequence.advance(`random${key}`, 0, start + (key >>> 5));
  sequence.advance("slow", 2, start + 5000);
  expect(sequence.isComplete("slow", start + 5000)).toBe(true);
  expect(sequence.isSaturated(start + 5000)).toBe(true);
});
