/** Responses, windows and endings on one HTTP/2 connection. */
import { expect, spyOn, test } from "bun:test";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { answer } from "./http2-edge.ts";
import { InProcess } from "./in-process.ts";
import { block, data, flag, frame, preface, pseudo, request, settings, type, word } from "./wire.ts";

/** A connection whose requests wait for the test to answer them. */
function holding() {
  const held: EdgeRequest[] = [];
  return { held, run: new InProcess((one) => void held.push(one)).greet() };
}

test("fields come in order as sent, after the host, with cookie crumbs joined and TE kept to this hop", () => {
  const { held, run } = holding();
  run.feed([
    request(1, [
      ...pseudo("GET", "/a?b", "shop.example"),
      ["x-b", "1"],
      ["cookie", "a=1"],
      ["user-agent", "u"],
      ["cookie", "b=2"],
      ["x-b", "2"],
    ]),
  ]);
  const [one] = held;
  expect(one).toMatchObject({ method: "GET", target: "/a?b", host: "shop.example", httpVersion: 20 });
  expect(one!.names.map((name, index) => [name, one!.values[index]])).toEqual([
    ["host", "shop.example"],
    ["x-b", "1"],
    ["cookie", "a=1; b=2"],
    ["user-agent", "u"],
    ["x-b", "2"],
  ]);
  expect(one!.http2).toEqual({ pseudoOrder: "m,a,s,p", priority: undefined });
});

test("equal field sections share their lists, so that later stages may remember what they made of them", () => {
  const { held, run } = holding();
  run.feed([request(1), request(3, pseudo("GET", "/other")), request(5, [...pseudo(), ["x", "1"]])]);
  expect(held[1]!.values).toBe(held[0]!.values);
  expect(held[2]!.values).not.toBe(held[0]!.values);
});

test("SETTINGS, the window's raise and PRIORITY frames before the first request are evidence; later ones are not", () => {
  const { held, run } = holding();
  const first = settings([1, 65_536], [2, 0], [0x4a4a, 123], [4, 6_291_456]);
  const evident = new InProcess((one) => void held.push(one)).feed([
    Buffer.concat([preface, first, frame(type.WINDOW_UPDATE, 0, 0, word(15_663_105))]),
    frame(type.PRIORITY, 0, 3, Buffer.from([0x80, 0, 0, 1, 200])),
    frame(
      type.HEADERS,
      flag.END_HEADERS | flag.END_STREAM | flag.PRIORITY,
      5,
      Buffer.concat([Buffer.from([0x80, 0, 0, 0, 255]), block(pseudo())]),
    ),
    settings([4, 9]),
    frame(type.WINDOW_UPDATE, 0, 0, word(77)),
    frame(type.PRIORITY, 0, 7, Buffer.from([0, 0, 0, 1, 9])),
  ]);
  expect(evident.connection.http2).toMatchObject({
    settings: "1:65536;2:0;grease;4:6291456",
    windowUpdate: 15_663_105,
    priorities: "3:1:1:201",
  });
  expect(held.at(-1)!.http2).toEqual({ pseudoOrder: "m,a,s,p", priority: "1:0:256" });
  expect(run.connection.http2).toMatchObject({ settings: "", windowUpdate: 0, priorities: "0" });
});

test("a thousand settings and PRIORITY frames make no long evidence", () => {
  const run = new InProcess().greet(
    ...Array.from({ length: 900 }, (_, index) => [0x1000 + index, 1] as const),
  );
  for (let index = 0; index < 200; index++) run.feed([frame(type.PRIORITY, 0, 3, Buffer.alloc(5, 1))]);
  expect(run.connection.http2.settings.length).toBeLessThan(200);
  expect(run.connection.http2.priorities.length).toBeLessThan(400);
});

test("connection fields of the response are dropped, and names are lower-cased", async () => {
  const { held, run } = holding();
  run.feed([request(1)]);
  held[0]!.reply.writeHead(
    "HTTP/1.1 200 OK\r\nConnection: close\r\nKeep-Alive: 5\r\nTransfer-Encoding: chunked\r\nUpgrade: h2c\r\n" +
      "X-Case: Kept Value \r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n",
  );
  held[0]!.reply.end();
  expect(await run.lines()).toEqual(["HEADERS 1 200 x-case=Kept Value set-cookie=a=1 set-cookie=b=2 end"]);
});

test("HEAD, 204 and 304 end with their head", async () => {
  const { held, run } = holding();
  run.feed([request(1, pseudo("HEAD")), request(3), request(5)]);
  held[0]!.reply.write(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"));
  held[1]!.reply.writeHead("HTTP/1.1 204 No Content\r\n\r\n");
  held[2]!.reply.writeHead("HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n");
  for (const { reply } of held) reply.end();
  expect(await run.lines()).toEqual([
    "HEADERS 1 200 content-length=5 end",
    "HEADERS 3 204 end",
    "HEADERS 5 304 etag=x end",
  ]);
});

test("interim responses come before the final one", async () => {
  const { held, run } = holding();
  run.feed([request(1)]);
  held[0]!.reply.interim(Buffer.from("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"));
  answer(held[0]!, "ok");
  expect(await run.lines()).toEqual([
    "HEADERS 1 103 link=</a>",
    "HEADERS 1 200 content-type=text/plain content-length=2",
    "DATA 1 ok end",
  ]);
});

test("a head leaves before its body, and each part of a body by itself", async () => {
  const { held, run } = holding();
  run.feed([request(1)]);
  const { reply } = held[0]!;
  reply.writeHead("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
  expect(await run.lines()).toEqual(["HEADERS 1 200 content-type=text/event-stream"]);
  reply.write(Buffer.from("data: 1\n\n"));
  expect((await run.lines()).at(-1)).toBe("DATA 1 data: 1\n\n");
  reply.end();
  expect((await run.lines()).at(-1)).toBe("DATA 1  end");
});

test("trailers end a response, and behind a window they wait for its body", async () => {
  const { held, run } = holding();
  run.feed([settings([4, 2]), request(1), request(3)]);
  for (const { reply } of held) reply.writeHead("HTTP/1.1 200 OK\r\n\r\n");
  held[0]!.reply.end("Grpc-Status: 0\r\nX-Sum: 7\r\n");
  held[1]!.reply.write(Buffer.from("abc"));
  held[1]!.reply.end("X-Sum: 8\r\n");
  run.feed([frame(type.WINDOW_UPDATE, 0, 3, word(9))]);
  expect((await run.lines()).slice(2)).toEqual([
    "HEADERS 1 0 x-sum=7 end",
    "DATA 3 ab",
    "DATA 3 c",
    "HEADERS 3 8 end",
  ]);
});

test("trailers say first that the table is empty when the client changed its size after the head (RFC 7541 §4.2)", async () => {
  const { held, run } = holding();
  run.feed([request(1), request(3)]);
  for (const { reply } of held) reply.writeHead("HTTP/1.1 200 OK\r\n\r\n");
  await run.lines();
  let sent = "";
  const { transcript } = run.socket;
  const push = transcript.push.bind(transcript);
  // The parts are only lent.
  spyOn(transcript, "push").mockImplementation((part) => {
    sent += Buffer.from(part).toString("latin1");
    push(part);
  });
  run.feed([settings([1, 100])]);
  for (const { reply } of held) reply.end("X-Sum: 7\r\n");
  expect((await run.lines()).slice(-2)).toEqual(["HEADERS 1 7 end", "HEADERS 3 7 end"]);
  const [first, second] = sent.split("\x01\x05\0\0\0").slice(1);
  expect([first!.charCodeAt(1), second!.charCodeAt(1)]).toEqual([0x20, 0]);
});

test("a response that breaks off is a reset stream, not a short success", async () => {
  const { held, run } = holding();
  run.feed([request(1), request(3)]);
  held[0]!.reply.writeHead("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", Buffer.from("part"));
  held[0]!.reply.abort();
  answer(held[1]!, "ok");
  expect((await run.lines()).filter((line) => line.includes(" 1 "))).toEqual([
    "HEADERS 1 200 content-length=9",
    "DATA 1 part",
    "RST_STREAM 1 2",
  ]);
  expect((await run.lines()).at(-1)).toBe("DATA 3 ok end");
});

test("a client's reset reaches whoever takes the body and whoever gives the response, once", () => {
  const { held, run } = holding();
  const told: string[] = [];
  run.feed([request(1, pseudo("POST"), false)]);
  held[0]!.body.pipe({ data: () => true, end: () => told.push("end"), abort: () => told.push("body") });
  held[0]!.reply.watcher = { clientGone: () => told.push("reply") };
  run.feed([data(1, "x", false), frame(type.RST_STREAM, 0, 1, word(8))]);
  run.connection.closed();
  expect(told.toSorted()).toEqual(["body", "reply"]);
});

test("windows hold a response back, and their raise lets it go on", async () => {
  const { held, run } = holding();
  run.feed([settings([4, 4]), request(1)]);
  let drained = 0;
  const { reply } = held[0]!;
  reply.watcher = { clientGone: () => undefined, clientReady: () => void drained++ };
  reply.writeHead("HTTP/1.1 200 OK\r\n\r\n");
  expect(reply.write(Buffer.alloc(100_000, "x"))).toBe(false);
  expect((await run.lines()).at(-1)).toBe("DATA 1 xxxx");
  run.feed([frame(type.WINDOW_UPDATE, 0, 1, word(1))]);
  expect((await run.lines()).at(-1)).toBe("DATA 1 x");
  run.feed([settings([4, 0])]);
  run.feed([frame(type.WINDOW_UPDATE, 0, 1, word(3))]);
  expect((await run.lines()).filter((line) => line.startsWith("DATA")).length).toBe(2);
  run.feed([settings([4, 200_000]), frame(type.WINDOW_UPDATE, 0, 0, word(200_000))]);
  expect(drained).toBe(1);
  reply.end();
  const sent = (await run.lines()).filter((line) => line.startsWith("DATA 1 "));
  expect(sent.join("").match(/x/g)?.length).toBe(100_000);
  expect(sent.at(-1)).toEndWith(" end");
});

test("streams take turns", async () => {
  const { held, run } = holding();
  run.feed([settings([4, 1_000_000]), request(1), request(3)]);
  // The connection's first window is 65,535 bytes: the first stream takes all of it.
  for (const { reply } of held) {
    reply.writeHead("HTTP/1.1 200 OK\r\n\r\n", Buffer.alloc(150_000, "x"));
    reply.end();
  }
  run.feed([frame(type.WINDOW_UPDATE, 0, 0, word(1_000_000))]);
  const order = (await run.lines()).filter((line) => line.startsWith("DATA")).map((line) => line[5]);
  expect(order.join("")).toBe("11111313131313133333");
});

test("a body's window is given back as it is taken, and not while nobody takes it", async () => {
  const { held, run } = holding();
  run.feed([request(1, pseudo("POST"), false)]);
  let mayGoOn = false;
  held[0]!.body.pipe({ data: () => mayGoOn, end: () => undefined, abort: () => undefined });
  for (let index = 0; index < 16; index++) run.feed([data(1, Buffer.alloc(16_384), false)]);
  expect(await run.lines()).toEqual([]);
  mayGoOn = true;
  held[0]!.body.resume();
  expect(await run.lines()).toEqual(["WINDOW_UPDATE 1 262144"]);
  for (let index = 0; index < 16; index++) run.feed([data(1, Buffer.alloc(16_384), false)]);
  const updates = (await run.lines()).slice(1);
  expect(updates).toContain("WINDOW_UPDATE 1 131072");
  expect(updates).toContain("WINDOW_UPDATE 0 524288");
});

test("what a stalled stream holds goes back to the connection when the stream ends", async () => {
  const { held, run } = holding();
  for (let round = 0; round < 40; round++) {
    const id = round * 2 + 1;
    run.feed([request(id, pseudo("POST"), false)]);
    held.at(-1)!.body.pipe({ data: () => false, end: () => undefined, abort: () => undefined });
    for (let index = 0; index < 8; index++) run.feed([data(id, Buffer.alloc(16_384), false)]);
    run.feed([frame(type.RST_STREAM, 0, id, word(8))]);
  }
  expect((await run.lines()).filter((line) => line.startsWith("GOAWAY"))).toEqual([]);
});

test("a large body behind a complete response is asked to stop; a small one is taken", async () => {
  const { held, run } = holding();
  run.feed([request(1, pseudo("POST"), false), request(3, pseudo("POST"), false)]);
  for (const one of held) {
    one.body.discard();
    answer(one, "no");
  }
  run.feed([data(3, "the rest")]);
  for (let index = 0; index < 18; index++) run.feed([data(1, Buffer.alloc(16_384), false)]);
  const lines = await run.lines();
  expect(lines.filter((line) => line.startsWith("RST_STREAM"))).toEqual(["RST_STREAM 1 0"]);
  expect(run.connection.isIdle).toBe(true);
});

test("our encoder announces an empty table after the client has set its size, once", async () => {
  const run = new InProcess().greet([1, 0]).feed([request(1), request(3)]);
  expect((await run.lines()).filter((line) => line.startsWith("HEADERS")).length).toBe(2);
});

test("shutting down loses no request that is on its way, and ends after the last answer", async () => {
  const { held, run } = holding();
  run.feed([request(1)]);
  run.isDraining = true;
  run.connection.drain();
  expect(await run.lines()).toEqual(["GOAWAY 2147483647 0", "PING sallypor"]);
  run.feed([request(3)]);
  run.feed([frame(type.PING, flag.ACK, 0, "sallypor"), request(5)]);
  expect(held.length).toBe(2);
  expect((await run.lines()).at(-1)).toBe("GOAWAY 3 0");
  for (const one of held) answer(one, "ok");
  expect((await run.lines()).filter((line) => line.endsWith(" end")).length).toBe(2);
  expect(run.socket.isShut).toBe(true);
  run.connection.clientEnded();
  expect(run.socket.isEnded).toBe(true);
});

test("a client that does not answer the ping is named its last request after a second", async () => {
  const { held, run } = holding();
  run.feed([request(1)]);
  run.isDraining = true;
  run.connection.drain();
  run.connection.checkDeadlines(1_000);
  run.connection.checkDeadlines(2_001);
  expect((await run.lines()).at(-1)).toBe("GOAWAY 1 0");
  answer(held[0]!, "ok");
  await run.lines();
  expect(run.socket.isShut).toBe(true);
});

test("whoever just came may ask once while the process stops", async () => {
  const run = new InProcess();
  run.isDraining = true;
  run.connection.drain();
  run.greet().feed([request(1)]);
  const lines = await run.lines();
  expect(lines).toContain("DATA 1 / 0 end");
  expect(lines.at(-1)).toBe("GOAWAY 1 0");
  expect(run.socket.isShut).toBe(true);
});

test("a client that ends after its requests still gets the answers", async () => {
  const { held, run } = holding();
  run.feed([request(1), request(3, pseudo("POST"), false)]);
  let isCut = false;
  held[1]!.reply.watcher = {
    clientGone: () => {
      isCut = true;
    },
  };
  run.connection.clientEnded();
  expect(isCut).toBe(true);
  answer(held[0]!, "ok");
  expect(await run.lines()).toContain("DATA 1 ok end");
  expect(run.socket.isEnded).toBe(true);
});
