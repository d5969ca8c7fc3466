import { expect, test } from "bun:test";
import { parseCidr } from "./cidr.ts";
import { clientAddress } from "./client-address.ts";
import { parseIpAddress } from "./ip-address.ts";

const fronts = ["10.0.0.0/8", "2001:db8:f::/48"].map((text) => parseCidr(text)!);

/** The client's address for a peer and its X-Forwarded-For lines. */
function client(peer: string, ...lines: string[]): string {
  const names = ["host", ...lines.map(() => "x-forwarded-for")];
  return clientAddress(parseIpAddress(peer)!, names, ["a.example", ...lines], fronts).text;
}

test("a peer that is no trusted front is the client, whatever it says", () => {
  expect(client("198.51.100.7", "192.0.2.1")).toBe("198.51.100.7");
  expect(client("2001:db8:e::1", "192.0.2.1")).toBe("2001:db8:e::1");
});

test("without declared fronts nobody is believed", () => {
  const peer = parseIpAddress("10.0.0.1")!;
  expect(clientAddress(peer, ["x-forwarded-for"], ["192.0.2.1"], [])).toBe(peer);
});

test("a trusted front without the field is itself the client", () =>
  expect(client("10.0.0.1")).toBe("10.0.0.1"));

test("the rightmost hop that is no front is the client, not the leftmost, which anybody can write", () => {
  expect(client("10.0.0.1", "192.0.2.1, 203.0.113.9")).toBe("203.0.113.9");
  expect(client("10.0.0.1", "192.0.2.1, 203.0.113.9, 10.0.0.2")).toBe("203.0.113.9");
});

test("several lines are one list, in order", () => {
  expect(client("10.0.0.1", "192.0.2.1", "203.0.113.9", "10.0.0.2, 10.0.0.3")).toBe("203.0.113.9");
});

test("only fronts in the list: the leftmost of them is the client", () => {
  expect(client("10.0.0.1", "10.0.0.9, 10.0.0.2")).toBe("10.0.0.9");
});

test("a hop that is no address ends the walk at the front that reported it", () => {
  for (const hop of ["unknown", "", "999.1.1.1", "_hidden", "192.0.2.1x", "[192.0.2.1", "010.0.0.1"]) {
    expect(client("10.0.0.1", `203.0.113.9, ${hop}, 10.0.0.2`)).toBe("10.0.0.2");
    expect(client("10.0.0.1", hop)).toBe("10.0.0.1");
  }
});

test("ports, brackets and mapped addresses are understood", () => {
  expect(client("10.0.0.1", "192.0.2.1:4711")).toBe("192.0.2.1");
  expect(client("10.0.0.1", "[2001:db8::5]:4711")).toBe("2001:db8::5");
  expect(client("10.0.0.1", "[2001:db8::5]")).toBe("2001:db8::5");
  expect(client("10.0.0.1", "2001:db8::5")).toBe("2001:db8::5");
  expect(client("10.0.0.1", "::ffff:192.0.2.1")).toBe("192.0.2.1");
  expect(client("::ffff:10.0.0.1", "192.0.2.1")).toBe("192.0.2.1");
  expect(client("2001:db8:f::1", "192.0.2.1,2001:db8:f::2")).toBe("192.0.2.1");
});

test("an endless list costs a bounded walk", () => {
  expect(client("10.0.0.1", `192.0.2.1${", 10.0.0.2".repeat(5_000)}`)).toBe("10.0.0.2");
});

/** The client behind a front that sends these fields. */
function behind(...fields: readonly (readonly [name: string, value: string])[]): string {
  const names = fields.map(([name]) => name);
  const values = fields.map(([, value]) => value);
  return clientAddress(parseIpAddress("10.0.0.1")!, names, values, fronts).text;
}

test("Forwarded names the client where there is no X-Forwarded-For", () => {
  expect(behind(["forwarded", "for=192.0.2.1, for=203.0.113.9"])).toBe("203.0.113.9");
  expect(
    behind(["forwarded", "for=203.0.113.9"], ["forwarded", 'for="[2001:db8:f::2]:80";proto=https']),
  ).toBe("203.0.113.9");
  expect(behind(["forwarded", "for=203.0.113.9, for=unknown, for=10.0.0.2"])).toBe("10.0.0.2");
  expect(behind(["forwarded", "for=_secret"])).toBe("10.0.0.1");
});

test("X-Forwarded-For counts alone where both are there: fronts that append to it pass on a made-up Forwarded", () => {
  expect(behind(["forwarded", "for=192.0.2.1"], ["x-forwarded-for", "203.0.113.9"])).toBe("203.0.113.9");
  expect(behind(["x-forwarded-for", "203.0.113.9"], ["forwarded", "for=192.0.2.1"])).toBe("203.0.113.9");
  expect(behind(["x-forwarded-for", "unknown"], ["forwarded", "for=192.0.2.1"])).toBe("10.0.0.1");
});

test("Forwarded of a peer that is no trusted front is not read", () => {
  const peer = parseIpAddress("198.51.100.7")!;
  expect(clientAddress(peer, ["forwarded"], ["for=192.0.2.1"], fronts)).toBe(peer);
});
