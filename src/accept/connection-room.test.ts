import { expect, test } from "bun:test";
import { ConnectionRoom } from "./connection-room.ts";
import { parseIpAddress } from "./ip-address.ts";
import type { SocketOwner } from "./tls/tls-acceptor.ts";

const address = (text: string) => parseIpAddress(text)!;

/** An owner that leaves the room when told to end. */
function owner(room: ConnectionRoom, isIdle: boolean): SocketOwner & { wasClosed: boolean } {
  const one = {
    isIdle,
    wasClosed: false,
    received: () => undefined,
    drained: () => undefined,
    clientEnded: () => undefined,
    closed: () => undefined,
    checkDeadlines: () => undefined,
    drain: () => {
      one.wasClosed = true;
      room.leave(one);
    },
  };
  room.enter(one);
  return one;
}

test("an address is admitted up to its limit, and again when one of its connections is gone", () => {
  const room = new ConnectionRoom({ total: 100, perAddress: 2 });
  const [first, second] = [owner(room, false), owner(room, false)];
  for (const one of [first, second]) room.count(one, address("192.0.2.1"));
  expect(room.admits(address("192.0.2.1"))).toBe(false);
  expect(room.admits(address("192.0.2.2"))).toBe(true);
  room.leave(first);
  room.leave(first);
  expect(room.admits(address("192.0.2.1"))).toBe(true);
  const third = owner(room, false);
  room.count(third, address("192.0.2.1"));
  expect(room.admits(address("192.0.2.1"))).toBe(false);
});

test("an IPv6 client is its /64: taking another address of it gives no further connections", () => {
  const room = new ConnectionRoom({ total: 100, perAddress: 1 });
  room.count(owner(room, false), address("2001:db8::1"));
  expect(room.admits(address("2001:db8::ffff:2"))).toBe(false);
  expect(room.admits(address("2001:db8:0:1::1"))).toBe(true);
});

test("a request beside others of its connection counts like a connection, until it is over", () => {
  const room = new ConnectionRoom({ total: 100, perAddress: 2 });
  const client = address("192.0.2.1");
  const one = owner(room, false);
  room.count(one, client);
  expect(room.beganBeside(client)).toBe(true);
  expect(room.beganBeside(client)).toBe(false);
  expect(room.admits(client)).toBe(false);
  // Sockets leave the room before their requests are told.
  room.leave(one);
  room.endedBeside(client);
  room.count(owner(room, false), client);
  expect(room.admits(client)).toBe(true);
});

test("near the bound the oldest idle connections make room, busy and fresh ones stay", async () => {
  const room = new ConnectionRoom({ total: 20, perAddress: 100 });
  const old = Array.from({ length: 10 }, (_, at) => owner(room, at !== 0));
  await Bun.sleep(1_050);
  const fresh = Array.from({ length: 8 }, () => owner(room, true));
  expect(room.hasRoom(false)).toBe(true);
  expect(room.size).toBe(18);
  fresh.push(owner(room, true));
  expect(room.hasRoom(false)).toBe(true);
  expect(old.map(({ wasClosed }) => wasClosed).indexOf(true)).toBe(1);
  expect(old.filter(({ wasClosed }) => wasClosed)).toHaveLength(1);
  expect(fresh.some(({ wasClosed }) => wasClosed)).toBe(false);
});

test("a full room of busy connections takes no client any more, but a front", () => {
  const room = new ConnectionRoom({ total: 3, perAddress: 100 });
  for (let count = 0; count < 3; count++) owner(room, false);
  expect([room.hasRoom(false), room.hasRoom(true)]).toEqual([false, true]);
  for (let count = 0; count < 3; count++) owner(room, false);
  expect(room.hasRoom(true)).toBe(false);
});
