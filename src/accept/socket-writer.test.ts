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
  write(bytes: Uint8Array): number {
    if (this.room < 0) return -1;
    const taken = Math.min(this.room, bytes.length);
    this.taken.push(Buffer.from(bytes.subarray(0, taken)));
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
