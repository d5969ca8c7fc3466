import { expect, test } from "bun:test";
import { EventPacker } from "./event-buffer.ts";
import type { EventRow } from "./event-row.ts";
import { sampleEvent } from "./sample-event.ts";
import type { EventsMessage, FromWorker } from "./worker-messages.ts";
import { WriterLoop } from "./writer-loop.ts";

class SqliteError extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

function packed(...ids: number[]): EventsMessage {
  const packer = new EventPacker(new ArrayBuffer(64 * 1024));
  for (const id of ids) packer.add(sampleEvent({ id }));
  const { rows, usedBytes: bytes } = packer;
  return { kind: "events", rows, bytes, buffer: packer.take(new ArrayBuffer(0)) };
}

function setUp(write: (rows: readonly EventRow[]) => number) {
  const posted: FromWorker[] = [];
  const timers: { run: () => void; delayMs: number }[] = [];
  const loop = new WriterLoop({
    write,
    post: (message) => posted.push(message),
    schedule: (run, delayMs) => timers.push({ run, delayMs }),
  });
  return {
    loop,
    posted,
    tick: () => timers.shift()?.run(),
    delays: () => timers.map((timer) => timer.delayMs),
  };
}

const sum = (posted: FromWorker[], name: "rows" | "lost" | "bytes") =>
  posted.reduce((total, message) => total + (message.kind === "stored" ? message[name] : 0), 0);

test("a full disk is waited for, told, and loses nothing", () => {
  const stored: number[] = [];
  let failures = 3;
  const { loop, posted, tick, delays } = setUp((rows) => {
    if (failures-- > 0) throw new SqliteError("SQLITE_FULL");
    stored.push(...rows.map((row) => row.id));
    return 0;
  });
  loop.accept(packed(1, 2));
  loop.accept(packed(3));
  tick();
  expect(posted).toEqual([{ kind: "health", health: { isHealthy: false, reason: "SQLITE_FULL" } }]);
  expect(delays()).toEqual([250]);
  tick();
  expect(delays()).toEqual([500]);
  tick();
  tick();
  expect(stored).toEqual([1, 2, 3]);
  expect(sum(posted, "rows")).toBe(3);
  expect(sum(posted, "lost")).toBe(0);
  expect(posted).toContainEqual({ kind: "health", health: { isHealthy: true, reason: undefined } });
});

test("rows that can never be stored are given up and counted, and the next ones go in", () => {
  const { loop, posted, tick } = setUp((rows) => {
    if (rows.some((row) => row.id === 2)) throw new SqliteError("SQLITE_MISMATCH");
    return 0;
  });
  loop.accept(packed(1, 2));
  tick();
  loop.accept(packed(3));
  tick();
  expect(sum(posted, "rows")).toBe(3);
  expect(sum(posted, "lost")).toBe(2);
});

test("the end stores what waits, tries once, and never hangs on a disk that stays full", () => {
  const { loop, posted } = setUp(() => {
    throw new SqliteError("SQLITE_FULL");
  });
  for (let id = 0; id < 40; id++) loop.accept(packed(id));
  loop.finish();
  expect(sum(posted, "lost")).toBe(40);
});
