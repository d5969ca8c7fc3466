/** What an HTTP/2 connection may cost: floods of frames, of resets, of streams; clients that wait or do not read. */
import { expect, test } from "bun:test";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { http2Limits } from "../../../src/accept/http2/limits.ts";
import { answer } from "./http2-edge.ts";
import { InProcess } from "./in-process.ts";
import { data, flag, frame, preface, pseudo, request, settings, type, word } from "./wire.ts";

const CANCEL = word(8);
const never = () => undefined;
const calmed = /^GOAWAY \d+ 11$/;

function flood(run: InProcess, count: number, make: (index: number) => Buffer): void {
  for (let index = 0; index < count && !run.socket.isShut; index++) run.feed([make(index)]);
}

const idleFloods: readonly (readonly [name: string, make: (index: number) => Buffer])[] = [
  ["PING", () => frame(type.PING, 0, 0, "12345678")],
  ["SETTINGS", () => settings([4, 70_000])],
  ["acknowledgements of SETTINGS", () => frame(type.SETTINGS, flag.ACK, 0)],
  ["PRIORITY", () => frame(type.PRIORITY, 0, 3, Buffer.from([0, 0, 0, 0, 1]))],
  ["unknown frames", () => frame(0x77, 0, 0, "x")],
  ["WINDOW_UPDATE", () => frame(type.WINDOW_UPDATE, 0, 0, word(1))],
];

for (const [name, make] of idleFloods) {
  test(`a flood of ${name} ends with ENHANCE_YOUR_CALM`, async () => {
    const run = new InProcess().greet();
    flood(run, 4_000, make);
    expect((await run.lines()).at(-1)).toMatch(calmed);
    expect(run.socket.isShut).toBe(true);
  });
}

test("a flood of empty DATA ends with ENHANCE_YOUR_CALM", async () => {
  const run = new InProcess(never).greet().feed([request(1, pseudo("POST"), false)]);
  flood(run, 4_000, () => data(1, "", false));
  expect((await run.lines()).at(-1)).toMatch(calmed);
});

test("DATA without end on a stream that was reset ends with ENHANCE_YOUR_CALM", async () => {
  const run = new InProcess().greet().feed([request(1, [[":method", "GET"]], false)]);
  flood(run, 4_000, () => data(1, "x", false));
  expect((await run.lines()).at(-1)).toMatch(calmed);
});

test("rapid resets end with ENHANCE_YOUR_CALM, and every request that was begun hears of its end", async () => {
  let aborted = 0;
  const run = new InProcess(({ reply }) => {
    reply.watcher = { clientGone: () => void aborted++ };
  }).greet();
  flood(run, 2_000, (index) =>
    Buffer.concat([request(index * 2 + 1), frame(type.RST_STREAM, 0, index * 2 + 1, CANCEL)]),
  );
  expect((await run.lines()).at(-1)).toMatch(calmed);
  expect(run.requests.length).toBeLessThan(http2Limits.resets.burst + 20);
  expect(aborted).toBe(run.requests.length);
});

test("malformed requests by the hundred, which reset themselves, end with ENHANCE_YOUR_CALM too", async () => {
  const run = new InProcess().greet();
  flood(run, 2_000, (index) => request(index * 2 + 1, [[":method", "GET"]]));
  expect((await run.lines()).at(-1)).toMatch(calmed);
  expect(run.refusals.length).toBeLessThan(http2Limits.resets.burst + 20);
});

test("a person who leaves a page with a hundred pictures, and comes back, is no flood", async () => {
  const run = new InProcess().greet();
  let id = 1;
  const held: EdgeRequest[] = [];
  const page = new InProcess((one) => void held.push(one)).greet();
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 100; index++, id += 2) {
      page.feed([request(id)]);
      page.feed([frame(type.RST_STREAM, 0, id, CANCEL)]);
    }
  }
  page.feed([request(id)]);
  answer(held.at(-1)!, "ok");
  expect((await page.lines()).at(-1)).toBe(`DATA ${id} ok end`);
  expect(run.socket.isShut).toBe(false);
});

test("pings and window updates that come with real traffic are no flood", async () => {
  const run = new InProcess((one) => answer(one, "x".repeat(30_000))).greet([4, 1_000_000]);
  run.feed([frame(type.WINDOW_UPDATE, 0, 0, word(0x7000_0000))]);
  for (let index = 0; index < 3_000; index++) {
    const id = index * 2 + 1;
    const update = frame(type.WINDOW_UPDATE, 0, id, word(16_384));
    run.feed([request(id), update, update, frame(type.PING, 0, 0, "12345678")]);
  }
  expect((await run.lines()).filter((line) => line.startsWith("GOAWAY"))).toEqual([]);
  expect(run.requests.length).toBe(3_000);
});

test("streams beyond the limit are refused and may be asked for again", async () => {
  const held: EdgeRequest[] = [];
  const run = new InProcess((one) => void held.push(one)).greet();
  for (let index = 0; index <= http2Limits.streams; index++) run.feed([request(index * 2 + 1)]);
  const refused = http2Limits.streams * 2 + 1;
  expect(await run.lines()).toEqual([`RST_STREAM ${refused} 7`]);
  answer(held[0]!, "ok");
  run.feed([request(refused + 2)]);
  expect(held.length).toBe(http2Limits.streams + 1);
});

test("fields decoded from a compressed bomb are bounded, and the connection goes on", async () => {
  const run = new InProcess().greet();
  // One large entry in the table, then a thousand references to it.
  const name = Buffer.concat([Buffer.from([0x40, 1, 0x78, 0x7f, 0xc1, 0x1e]), Buffer.alloc(4_032, 0x61)]);
  const bomb = Buffer.concat([Buffer.from([0x82, 0x87, 0x84]), name, Buffer.alloc(1_000, 0xbe)]);
  run.feed([frame(type.HEADERS, 5, 1, bomb), request(3, pseudo("GET", "/alive"))]);
  const lines = await run.lines();
  expect(lines[0]).toMatch(/^HEADERS 1 431 /);
  expect(lines.at(-1)).toBe("DATA 3 /alive 0 end");
});

test("DATA beyond the stream's window resets the stream", async () => {
  const run = new InProcess(never).greet().feed([request(1, pseudo("POST"), false)]);
  for (let index = 0; index < 17; index++) run.feed([data(1, Buffer.alloc(16_384), false)]);
  expect(await run.lines()).toContain("RST_STREAM 1 3");
});

test("DATA beyond the connection's window ends the connection", async () => {
  const run = new InProcess(never).greet();
  for (let id = 1; id < 12; id += 2) {
    run.feed([request(id, pseudo("POST"), false)]);
    for (let index = 0; index < 16; index++) run.feed([data(id, Buffer.alloc(16_384), false)]);
  }
  expect((await run.lines()).at(-1)).toMatch(/^GOAWAY \d+ 3$/);
});

test("who asks on without reading is not read on", async () => {
  const longHead = `HTTP/1.1 200 OK\r\nX-Long: ${"v".repeat(4_000)}\r\n\r\n`;
  const run = new InProcess(({ reply }) => void reply.writeHead(longHead)).greet();
  run.socket.room = 0;
  for (let id = 1; id < 256 && !run.socket.isPaused; id += 2) {
    run.feed([request(id)]);
    await run.lines();
  }
  expect(run.socket.isPaused).toBe(true);
  run.socket.room = Number.POSITIVE_INFINITY;
  run.connection.drained();
  expect(run.socket.isPaused).toBe(false);
});

/** The sweep sees a wait twice: it starts at the first and ends after the second. */
function sweep(run: InProcess, afterMs: number): void {
  run.connection.checkDeadlines(1_000);
  run.connection.checkDeadlines(1_000 + afterMs);
}

test("a client that says nothing, or asks nothing, is let go", async () => {
  const silent = new InProcess();
  sweep(silent, 15_001);
  expect((await silent.lines()).at(-1)).toBe("GOAWAY 0 0");
  const idle = new InProcess().greet().feed([request(1)]);
  sweep(idle, 75_001);
  expect((await idle.lines()).at(-1)).toBe("GOAWAY 1 0");
});

test("pings do not hold an idle connection", () => {
  const run = new InProcess().greet().feed([request(1)]);
  run.connection.checkDeadlines(1_000);
  run.feed([frame(type.PING, 0, 0, "12345678")]);
  run.connection.checkDeadlines(76_002);
  expect(run.socket.isShut).toBe(true);
});

test("a field block that does not end in time ends the connection", async () => {
  const run = new InProcess().greet().feed([frame(type.HEADERS, 1, 1, "")]);
  sweep(run, 15_001);
  expect((await run.lines()).at(-1)).toBe("GOAWAY 0 0");
  expect(run.refusals).toMatchObject([{ status: 408 }]);
});

test("a body that does not come in time is answered with 408, and the connection goes on", async () => {
  const run = new InProcess().greet().feed([request(1, pseudo("POST"), false), data(1, "x", false)]);
  sweep(run, 30_001);
  run.feed([request(3, pseudo("GET", "/alive"))]);
  const lines = await run.lines();
  expect(lines[0]).toMatch(/^HEADERS 1 408 /);
  expect(lines).toContain("RST_STREAM 1 0");
  expect(lines.at(-1)).toBe("DATA 3 /alive 0 end");
});

test("where no window is left for the 408, the stream is reset as cancelled", async () => {
  const run = new InProcess().greet([4, 0]).feed([request(1, pseudo("POST"), false), data(1, "x", false)]);
  sweep(run, 30_001);
  expect((await run.lines()).at(-1)).toBe("RST_STREAM 1 8");
});

test("a stream whose client never raises its window is given up, and the connection goes on", async () => {
  const run = new InProcess((one) => answer(one, "0123456789")).greet([4, 3]);
  run.feed([request(1)]);
  sweep(run, 60_001);
  expect((await run.lines()).slice(1)).toEqual(["DATA 1 012", "RST_STREAM 1 8"]);
  expect(run.socket.isShut).toBe(false);
});

test("a client that takes nothing off the socket is cut", () => {
  const run = new InProcess((one) => answer(one, "x".repeat(60_000))).greet();
  run.socket.room = 100;
  run.feed([request(1)]);
  run.connection.drained();
  sweep(run, 60_001);
  expect(run.socket.isTerminated).toBe(true);
});

test("the preface may take its time but not for ever", () => {
  const run = new InProcess().feed([preface.subarray(0, 10)]);
  sweep(run, 15_001);
  expect(run.socket.isShut).toBe(true);
});

test("requests beside others count for their address, which is told to come again when it has too many", async () => {
  const run = new InProcess(never).greet();
  run.mostBesides = 2;
  run.feed([request(1), request(3), request(5), request(7)]);
  expect(await run.lines()).toContain("RST_STREAM 7 7");
  expect(run.requests).toHaveLength(3);
  run.feed([frame(type.RST_STREAM, 0, 3, CANCEL), request(9)]);
  expect(run.requests).toHaveLength(4);
  run.connection.closed();
  expect(run.besides).toBe(0);
});

test("whatever becomes of streams, what was counted for their address is given back", async () => {
  const run = new InProcess().greet();
  run.feed([request(1), request(3, pseudo("POST"), false), request(5, pseudo("POST"), false)]);
  run.feed([request(7, [[":method", "GET"]]), frame(type.RST_STREAM, 0, 5, CANCEL), data(3, "x")]);
  await run.lines();
  expect(run.connection.isIdle).toBe(true);
  expect(run.besides).toBe(0);
});
