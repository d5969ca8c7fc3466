import { expect, test } from "bun:test";
import { Reply, type ReplyEnd } from "./reply.ts";
import { SocketWriter } from "./socket-writer.ts";

function setUp(mustClose = false) {
  const sent: string[] = [];
  const ends: ReplyEnd[] = [];
  const socket = {
    write: (bytes: Uint8Array) => {
      sent.push(Buffer.from(bytes).toString());
      return bytes.length;
    },
    shutdown: () => undefined,
  } as unknown as ConstructorParameters<typeof SocketWriter>[0];
  const reply = new Reply(new SocketWriter(socket), mustClose, (end) => ends.push(end));
  return { reply, sent, ends };
}

const bytes = (text: string) => Buffer.from(text);

test("a response is written, counted and over once", () => {
  const { reply, sent, ends } = setUp();
  reply.write(bytes("ab"));
  reply.write(bytes("c"));
  reply.end();
  reply.end();
  reply.abort();
  reply.write(bytes("d"));
  expect(sent).toEqual(["ab", "c"]);
  expect(reply.bytesOut).toBe(3);
  expect(ends).toEqual(["keep"]);
});

test("a response that must close says so to the connection", () => {
  const { reply, ends } = setUp(true);
  reply.end();
  expect(ends).toEqual(["close"]);
});

test("interim responses come only before the final one and do not count as its start", () => {
  const { reply, sent } = setUp();
  reply.interim(bytes("100"));
  expect(reply.isStarted).toBe(false);
  reply.write(bytes("200"));
  reply.interim(bytes("103"));
  expect(sent).toEqual(["100", "200"]);
});

test("a client that goes away is told of once, and never after the end", () => {
  const { reply } = setUp();
  let losses = 0;
  reply.watcher = { clientGone: () => losses++ };
  reply.lost();
  reply.lost();
  expect(losses).toBe(1);
  const other = setUp();
  other.reply.watcher = { clientGone: () => losses++ };
  other.reply.end();
  other.reply.lost();
  expect(losses).toBe(1);
});
