/** The courier's loop: what is due is tried however time passes meanwhile. */
import { expect, test } from "bun:test";
import { waitUntil } from "../../test/support/wait-until.ts";
import type { ClaimedDelivery } from "../store/outbox-rows.ts";
import { DeliveryLoop } from "./delivery-loop.ts";

test("a target that gets room again while storage is being asked is not left until the next look", async () => {
  let now = 1_000_000;
  const due = Array.from({ length: 40 }, (_, index): ClaimedDelivery => {
    return { id: `call${index}`, target: "webhook w", attempts: 1 } as ClaimedDelivery;
  });
  const delivered: string[] = [];
  const loop = new DeliveryLoop({
    timeoutMs: 1000,
    now: () => now,
    claim: async ({ byTarget, others }) => {
      const deliveries = due.splice(0, Math.min(1, byTarget["webhook w"] ?? others));
      await Bun.sleep(1);
      // Long enough for one more at the slowest pace, once burst and pace are used up.
      if (deliveries.length === 0) now += 150;
      return { deliveries, nextAt: undefined };
    },
    settle: () => Promise.resolve(),
    deliver: ({ id }) => {
      delivered.push(id);
      return Promise.resolve({ state: "delivered", isTargetsFault: false });
    },
  });
  loop.wake();
  await waitUntil("all are delivered", () => delivered.length === 40, 10_000);
  loop.stop();
  expect(new Set(delivered).size).toBe(40);
});
