/** The store that production uses gives what the ports ask for; a fake of the language's tests must do the same. */
import { expect, test } from "bun:test";
import { GaugeStore } from "../src/gauge/gauge-store.ts";
import type { BaselinePort, GaugePort } from "./gauge-port.ts";
import type { HoldPort } from "./hold-port.ts";
import type { MemoryPort } from "./memory-port.ts";
import type { SequencePort } from "./sequence-port.ts";

const now = 1_700_000_000_000;
const ports: BaselinePort & GaugePort & HoldPort & MemoryPort & SequencePort = new GaugeStore({
  maxBytes: 8 << 20,
});

test("one id gives one state, whichever port it is opened through", () => {
  const gauge = ports.open({ id: "x", name: "x", kind: "share", windowMs: 1000, atLeast: 2 });
  gauge.observe("k", "failure", now);
  expect(gauge.read("k", now)).toBeUndefined();
  gauge.observe("k", "", now);
  expect(ports.open({ id: "x", name: "x", kind: "share", windowMs: 1000, atLeast: 2 }).read("k", now)).toBe(
    0.5,
  );

  ports.openMemory({ id: "x", name: "x", forMs: 1000 }).remember("k", "v", now);
  expect(ports.openMemory({ id: "x", name: "x", forMs: 1000 }).differs("k", "w", now)).toBe(true);

  ports.openHold({ id: "x", name: "x", forMs: 1000 }).hold("k", now);
  expect(ports.openHold({ id: "x", name: "x", forMs: 1000 }).isHeld("k", now)).toBe(true);

  expect(ports.openRate({ id: "x", name: "x", limit: 1, windowMs: 1000 }).take("k", now)).toBe(true);
  expect(ports.openRate({ id: "x", name: "x", limit: 1, windowMs: 1000 }).take("k", now)).toBe(false);

  const sequence = { id: "x", name: "x", withinMs: 1000, steps: [{ atLeast: 1 }] };
  ports.openSequence(sequence).advance("k", 0, now);
  expect(ports.openSequence(sequence).isComplete("k", now)).toBe(true);

  const usual = { id: "x", name: "x", windowMs: 1000, floor: 0, prior: 0.2 };
  expect(ports.openBaseline(usual).usual(now)).toBe(0.2);
  expect(ports.openBaseline(usual).support(now).source).toBe("prior");
});
