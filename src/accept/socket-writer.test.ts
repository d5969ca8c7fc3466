import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { SocketWriter } from "./socket-writer.ts";

/** A socket that takes at most `room` bytes until it is given more. */
class NarrowSocket {
  room: number;
  taken: Buffer[] = [];
  hasFin = false;
  constructor(room: number) {
    this.room = room;
  }
  write(bytes: Uint8Array, from = 0, length = bytes.length - from): number {
    if (this.room < 0) return -1;
    const taken = Math.min(this.room, length);
    this.taken.push(Buffer.from(bytes.subarray(from, from + taken)));
    this.room -= taken;
    return taken;
  }
  shutdown(): void {
    this.hasFin = true;
  }
}

function writerOn(socket: NarrowSocket): SocketWriter {
  return new SocketWriter(socket);
}

test("bytes arrive whole and in order through any narrowness, and FIN comes last", () => {
  const writes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 5_000 }), { maxLength: 30 });
  fc.assert(
    fc.property(writes, fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 1 }), (parts, rooms) => {
      const socket = new NarrowSocket(100);
      const writer = writerOn(socket);
      for (const part of parts) {
        // The caller may use its memory again: small writes are copied, large ones are not, so give each its own.
        writer.write(Buffer.from(part));
      }
      writer.end();
      const expected = Buffer.concat(parts);
      for (let index = 0; writer.queuedBytes > 0; index++) {
        expect(socket.hasFin).toBe(false);
        socket.room = rooms[index % rooms.length] ?? 1;
        writer.drained();
      }
      expect(Buffer.concat(socket.taken)).toEqual(expected);
      expect(socket.hasFin).toBe(true);
    }),
  );
});

test("a writer is asked to wait only above the high water, and told once when all is gone", () => {
  const socket = new NarrowSocket(0);
  const writer = writerOn(socket);
  let drains = 0;
  writer.onDrain = () => drains++;
  expect(writer.write(Buffer.alloc(100_000))).toBe(true);
  socket.room = 1_000_000;
  writer.drained();
  expect(drains).toBe(0);
  socket.room = 0;
  expect(writer.write(Buffer.alloc(300_000))).toBe(false);
  expect(writer.isCongested).toBe(true);
  socket.room = 10_000;
  writer.drained();
  expect(drains).toBe(0);
  socket.room = 1_000_000;
  writer.drained();
  writer.drained();
  expect(drains).toBe(1);
  expect(writer.queuedBytes).toBe(0);
});

test("tiny writes that wait share buffers", () => {
  const socket = new NarrowSocket(0);
  const writer = writerOn(socket);
  for (let index = 0; index < 20_000; index++) writer.write(Buffer.from("abcdefgh"));
  socket.room = Number.POSITIVE_INFINITY;
  writer.drained();
  expect(socket.taken.length).toBeLessThan(20);
  expect(Buffer.concat(socket.taken).toString()).toBe("abcdefgh".repeat(20_000));
});

test("after the socket is gone nothing is kept and nobody is told to wait", () => {
  const socket = new NarrowSocket(0);
  const writer = writerOn(socket);
  writer.write(Buffer.alloc(300_000));
  socket.room = -1;
  writer.drained();
  expect(writer.queuedBytes).toBe(0);
  expect(writer.write(Buffer.alloc(300_000))).toBe(true);
  expect(writer.queuedBytes).toBe(0);
});

test("a head and its body are one write and arrive whole, with and without room for the head before the body", () => {
  const before = fc.integer({ min: 0, max: 300 });
  const bodies = fc.uint8Array({ maxLength: 70_000 });
  fc.assert(
    fc.property(
      before,
      bodies,
      fc.nat(200),
      fc.integer({ min: 0, max: 80_000 }),
      (from, body, length, room) => {
        const head = "h\xff".repeat(length);
        const bytes = Buffer.concat([Buffer.alloc(from, "b"), body, Buffer.alloc(9, "a")]);
        const socket = new NarrowSocket(room);
        const writer = writerOn(socket);
        writer.writeHead(head, bytes, from, from + body.length);
        const size = head.length + body.length;
        const isOne = from >= head.length || size <= 32_768;
        if (isOne) expect(socket.taken.length).toBe(1);
        // Another connection's head goes through the same scratch memory meanwhile.
        writerOn(new NarrowSocket(1_000)).writeHead("x".repeat(400));
        socket.room = 100_000;
        writer.drained();
        const whole = Buffer.concat([Buffer.from(head, "latin1"), body]);
        expect(Buffer.concat(socket.taken).equals(whole)).toBe(true);
        expect(bytes.subarray(from + body.length).toString()).toBe("aaaaaaaaa");
      },
    ),
  );
});
