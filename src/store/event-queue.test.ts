import { expect, test } from "bun:test";
import { unpackEvents } from "./event-buffer.ts";
import { EventQueue } from "./event-queue.ts";
import { sampleEvent } from "./sample-event.ts";
import type { EventsMessage } from "./worker-messages.ts";

const bounds = { maxOutstandingBytes: 200_000, reserveBytes: 100_000 };

function setUp() {
  const sent: EventsMessage[] = [];
  const queue = new EventQueue((message) => sent.push(message), bounds);
  const store = (message: EventsMessage, lost = 0) =>
    queue.stored({
      kind: "stored",
      rows: message.rows,
      bytes: message.bytes,
      lost,
      buffers: [message.buffer],
    });
  return { sent, queue, store };
}

test("a full buffer goes at once, a part of one soon", async () => {
  const { sent, queue } = setUp();
  let appended = 0;
  while (sent.length === 0) queue.append(sampleEvent({ id: appended++ }));
  const first = sent[0]!.rows;
  expect(first).toBe(appended - 1);
  await Bun.sleep(90);
  expect(sent.map((message) => message.rows)).toEqual([first, 1]);
  expect(unpackEvents(sent[1]!.buffer, 1).map((row) => row.id)).toEqual([first]);
});

test("a writer that never answers costs bounded memory, and events with receipts go first", () => {
  const { sent, queue } = setUp();
  for (let id = 0; id < 20_000; id++) queue.append(sampleEvent({ id }));
  const { outstandingBytes, droppedEvents, isSampling } = queue.pressure();
  expect(isSampling).toBe(true);
  expect(droppedEvents).toBeGreaterThan(15_000);
  expect(outstandingBytes).toBeLessThan(bounds.maxOutstandingBytes + 2 * 256 * 1024);
  const before = sent.length;
  for (let id = 0; id < 256; id++) queue.append(sampleEvent({ id, receipt: "{}" }));
  expect(queue.pressure().droppedEvents).toBe(droppedEvents);
  queue.handOver();
  expect(sent.length).toBeGreaterThan(before);
  for (let id = 0; id < 20_000; id++) queue.append(sampleEvent({ id, receipt: "{}" }));
  expect(queue.pressure().outstandingBytes).toBeLessThan(600_000);
});

test("what the ledger needs finds room where even what policies matched does not any more", () => {
  const roomy = { maxOutstandingBytes: 2_000_000, reserveBytes: 1_000_000 };
  const queue = new EventQueue(() => undefined, roomy);
  for (let id = 0; id < 60_000; id++) queue.append(sampleEvent({ id, receipt: "{}" }));
  const { droppedEvents } = queue.pressure();
  expect(droppedEvents).toBeGreaterThan(0);
  for (let id = 0; id < 2000; id++) queue.append(sampleEvent({ id, isLedgers: true }));
  expect(queue.pressure().droppedEvents).toBe(droppedEvents);
  for (let id = 0; id < 60_000; id++) queue.append(sampleEvent({ id, isLedgers: true }));
  expect(queue.pressure().outstandingBytes).toBeLessThan(4_000_000 + 2 * 256 * 1024);
});

test("sampling ends when the writer has caught up", () => {
  const { sent, queue, store } = setUp();
  for (let id = 0; id < 20_000; id++) queue.append(sampleEvent({ id }));
  for (const message of sent) store(message);
  const { droppedEvents } = queue.pressure();
  queue.append(sampleEvent());
  expect(queue.pressure()).toMatchObject({ isSampling: false, droppedEvents });
});

test("a flush waits for what came before it and for nothing after", async () => {
  const { sent, queue, store } = setUp();
  queue.append(sampleEvent({ id: 1 }));
  let isFlushed = false;
  const flushed = queue.flush().then(() => (isFlushed = true));
  queue.append(sampleEvent({ id: 2 }));
  queue.handOver();
  await Bun.sleep(0);
  expect(isFlushed).toBe(false);
  store(sent[0]!);
  await flushed;
  expect(queue.pressure().outstandingBytes).toBeGreaterThan(0);
});

test("events of a dead writer are counted as dropped and release their credits", async () => {
  const { queue } = setUp();
  for (let id = 0; id < 10; id++) queue.append(sampleEvent({ id }));
  const flushed = queue.flush();
  queue.writerLost();
  await flushed;
  expect(queue.pressure()).toMatchObject({ outstandingBytes: 0, droppedEvents: 10 });
});
