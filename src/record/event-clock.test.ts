import { expect, test } from "bun:test";
import { eventTime } from "../store/event-row.ts";
import { EventClock } from "./event-clock.ts";

const now = 1_790_000_000_123;

test("ids ascend and never repeat, even when the clock steps back; they tell the time", () => {
  const clock = new EventClock();
  const ids = [now, now, now + 1, now - 3_600_000, now + 2].map((at) => clock.next(at));
  expect(new Set(ids).size).toBe(5);
  expect(ids.toSorted((left, right) => left - right)).toEqual(ids);
  expect(ids.map(eventTime)).toEqual([now, now, now + 1, now + 1, now + 2]);
});

test("two processes that write to one database give no id twice", () => {
  const [one, other] = [new EventClock(0.25), new EventClock(0.75)];
  const ids = Array.from({ length: 2_000 }, (_, index) => [
    one.next(now + (index >> 4)),
    other.next(now + (index >> 4)),
  ]);
  expect(new Set(ids.flat()).size).toBe(4_000);
  expect(new EventClock(0.999_999).next(now)).toBeLessThan((now + 1) * 4096);
});
