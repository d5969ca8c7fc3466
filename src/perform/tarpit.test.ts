import { expect, test } from "bun:test";
import { Tarpit } from "./tarpit.ts";

const reply = () => ({ isOver: false, watcher: undefined as { clientGone(): void } | undefined });

test("a request goes on after its time, once, and leaves its place", async () => {
  const tarpit = new Tarpit();
  const one = reply();
  const startedAt = performance.now();
  const { promise, resolve } = Promise.withResolvers<void>();
  let calls = 0;
  tarpit.delay(one, 30, () => {
    calls++;
    resolve();
  });
  expect(tarpit.waiting).toBe(1);
  await promise;
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(28);
  expect({ calls, waiting: tarpit.waiting, watcher: one.watcher }).toEqual({
    calls: 1,
    waiting: 0,
    watcher: undefined,
  });
});

test("a client that leaves frees its place at once and is not waited for again", async () => {
  const tarpit = new Tarpit();
  const one = reply();
  let calls = 0;
  tarpit.delay(one, 20, () => calls++);
  one.watcher?.clientGone();
  expect({ calls, waiting: tarpit.waiting }).toEqual({ calls: 1, waiting: 0 });
  await Bun.sleep(40);
  expect(calls).toBe(1);
});

test("when too many wait, the next one goes on without a delay", () => {
  const tarpit = new Tarpit(1);
  const one = reply();
  let calls = 0;
  tarpit.delay(one, 10_000, () => undefined);
  tarpit.delay(reply(), 10_000, () => calls++);
  expect(calls).toBe(1);
  one.watcher?.clientGone();
  expect(tarpit.waiting).toBe(0);
});
