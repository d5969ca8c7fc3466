import { expect, test } from "bun:test";
import { IncomingBody } from "./incoming-body.ts";

/** A body, what it asked of its connection, and a sink that notes what it gets. */
function setUp(framing: "none" | "length" | "chunked" = "chunked") {
  const asked: string[] = [];
  const body = new IncomingBody(framing, undefined, {
    pause: () => asked.push("pause"),
    resume: () => asked.push("resume"),
    wanted: () => asked.push("wanted"),
    unwanted: () => asked.push("unwanted"),
  });
  const got: string[] = [];
  const sink = {
    mayGoOn: true,
    data(chunk: Uint8Array) {
      got.push(Buffer.from(chunk).toString());
      return this.mayGoOn;
    },
    end: () => got.push("END"),
    abort: () => got.push("ABORT"),
  };
  return { body, asked, sink, got };
}

const bytes = (text: string) => Buffer.from(text);

test("what came before the sink is given first, then the rest, then the end", () => {
  const { body, sink, got } = setUp();
  body.push(bytes("a"));
  body.push(bytes("b"));
  body.pipe(sink);
  body.push(bytes("c"));
  body.finish();
  expect(got).toEqual(["ab", "c", "END"]);
});

test("buffering ends with the body and keeps it for the sink and for facts", async () => {
  const { body, sink, got } = setUp();
  const buffered = body.buffer(10);
  body.push(bytes("abc"));
  body.finish();
  await buffered;
  expect(body.isWhole).toBe(true);
  body.pipe(sink);
  expect(got).toEqual(["abc", "END"]);
  expect(Buffer.from(body.buffered ?? []).toString()).toBe("abc");
  expect(body.isWhole).toBe(true);
});

test("buffering stops beyond the limit, pauses the client, and the stream goes on from there", async () => {
  const { body, sink, got, asked } = setUp();
  const buffered = body.buffer(2);
  body.push(bytes("abc"));
  await buffered;
  expect(body.isWhole).toBe(false);
  expect(asked.at(-1)).toBe("pause");
  body.pipe(sink);
  expect(asked.at(-1)).toBe("resume");
  body.push(bytes("d"));
  body.finish();
  expect(got).toEqual(["abc", "d", "END"]);
  expect(body.isWhole).toBe(false);
});

test("asking twice for the buffer leaves nobody waiting", async () => {
  const { body } = setUp();
  const both = Promise.all([body.buffer(10), body.buffer(10)]);
  body.finish();
  await both;
});

test("a client that goes away ends the wait for the buffer and the sink", async () => {
  const { body, sink, got } = setUp();
  const buffered = body.buffer(10);
  body.push(bytes("a"));
  body.abort();
  await buffered;
  expect(body.isWhole).toBe(false);
  body.pipe(sink);
  expect(got).toEqual(["a", "ABORT"]);
});

test("a slow sink pauses the client at once, for what was buffered too", () => {
  const { body, sink, asked } = setUp();
  body.push(bytes("a"));
  sink.mayGoOn = false;
  body.pipe(sink);
  expect(asked).toEqual(["wanted", "pause"]);
  body.resume();
  body.push(bytes("b"));
  expect(asked).toEqual(["wanted", "pause", "resume", "pause"]);
});

test("a body that nobody asks for pauses its client after 64 KiB", () => {
  const { body, asked } = setUp();
  body.push(Buffer.alloc(65_536));
  expect(asked).toEqual([]);
  body.push(bytes("a"));
  expect(asked).toEqual(["pause"]);
});

test("a discarded body is read on and given to nobody", () => {
  const { body, sink, got, asked } = setUp();
  body.pipe(sink);
  body.discard();
  body.push(bytes("a"));
  body.finish();
  expect(got).toEqual([]);
  expect(asked).toEqual(["wanted", "resume", "resume"]);
});

test("giving up a body that nobody wanted is told, once", () => {
  const { body, asked } = setUp();
  body.discard();
  body.discard();
  expect(asked).toEqual(["unwanted", "resume", "resume"]);
});

test("after its end a body leaves the connection alone, which may serve the next request by then", () => {
  for (const over of ["finish", "abort", "abandon"] as const) {
    const { body, asked, sink } = setUp();
    body.pipe(sink);
    body[over]();
    asked.length = 0;
    body.resume();
    body.discard();
    expect(asked).toEqual([]);
  }
});

test("a sink hears of the end once, and of nothing after it", () => {
  const { body, sink, got } = setUp();
  body.pipe(sink);
  body.abort();
  body.abort();
  body.finish();
  body.push(bytes("a"));
  expect(got).toEqual(["ABORT"]);
});

test("a sink that ends the exchange while it takes what was buffered is not called again", () => {
  const { body, got } = setUp();
  body.push(bytes("a"));
  body.pipe({
    data: () => {
      body.abort();
      return true;
    },
    end: () => got.push("END"),
    abort: () => got.push("ABORT"),
  });
  expect(got).toEqual(["ABORT"]);
});

test("an empty piece is never given on: in chunks it would read as the end", () => {
  const { body, sink, got } = setUp();
  body.pipe(sink);
  body.push(bytes(""));
  expect(got).toEqual([]);
});

test("no body is whole and empty from the start", async () => {
  const { body, sink, got, asked } = setUp("none");
  await body.buffer(10);
  expect(body.isWhole).toBe(true);
  expect(body.buffered).toBeUndefined();
  body.pipe(sink);
  expect(got).toEqual(["END"]);
  expect(asked).toEqual([]);
});
