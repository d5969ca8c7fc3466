import { expect, test } from "bun:test";
import { isOwnHost } from "./host-check.ts";

const loopback = { listenHost: "127.0.0.1", extraHosts: ["console.shop.example"] };
const open = { listenHost: "0.0.0.0", extraHosts: [] };

test.each([
  "localhost",
  "LOCALHOST:9090",
  "127.0.0.1",
  "127.0.0.1:9090",
  "[::1]",
  "[::1]:9090",
  "Console.Shop.Example:443",
])("a loopback console answers to %s", (host) => expect(isOwnHost(host, loopback)).toBe(true));

test.each([
  "",
  "evil.example",
  "localhost.evil.example",
  "192.168.1.5:9090",
  "[2001:db8::1]",
  "127.0.0.1:9090:1",
  "a@localhost",
])("a loopback console does not answer to %p", (host) => expect(isOwnHost(host, loopback)).toBe(false));

test("a console on all addresses answers to addresses, which cannot be rebound, and still to no foreign name", () => {
  expect(isOwnHost("192.168.1.5:9090", open)).toBe(true);
  expect(isOwnHost("[2001:db8::1]:9090", open)).toBe(true);
  expect(isOwnHost("evil.example:9090", open)).toBe(false);
  expect(isOwnHost(null, open)).toBe(false);
});
