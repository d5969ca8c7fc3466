import { describe, expect, test } from "bun:test";
import { parseConfig, type ServeFlags } from "./config.ts";

const parse = (flags: Partial<ServeFlags>) =>
  parseConfig({
    listen: "127.0.0.1:8080",
    admin: "127.0.0.1:9090",
    data: "./data",
    tlsWay: "same_socket",
    retentionDays: "30",
    tellTimeout: "15",
    maxConnectionsPerAddress: "2000",
    ...flags,
  });

test("nobody is believed and no port is shared unless it is said", () => {
  const { trusted, proxied, reusePort, maxConnectionsPerAddress } = parse({});
  expect({ trusted, proxied, reusePort, maxConnectionsPerAddress }).toEqual({
    trusted: [],
    proxied: [],
    reusePort: false,
    maxConnectionsPerAddress: 2_000,
  });
});

test("fronts that send a PROXY header are networks or addresses of either family", () => {
  const { proxied } = parse({ proxyProtocol: "10.0.0.0/8, 2001:db8::1" });
  expect(proxied.map(({ base, bits }) => `${base.text}/${bits}`)).toEqual(["10.0.0.0/8", "2001:db8::1/128"]);
});

test("the bare flag shares the ports; the environment can say yes and no", () => {
  const shares = [true, "true", "1", "yes", "false", "0", "no", ""].map(
    (reusePort) => parse({ reusePort }).reusePort,
  );
  expect(shares).toEqual([true, true, true, true, false, false, false, false]);
});

describe("a setting that cannot work is told", () => {
  test.each<[Partial<ServeFlags>, string]>([
    [{ proxyProtocol: "lb.example" }, "--proxy-protocol wants addresses or networks, not `lb.example`"],
    [{ trustedProxies: "10.0.0.0/33" }, "--trusted-proxies wants addresses or networks, not `10.0.0.0/33`"],
    [
      { maxConnectionsPerAddress: "0" },
      "--max-connections-per-address wants a whole number from 1 to 1000000, not `0`",
    ],
    [{ retentionDays: "1.5" }, "--retention-days wants a whole number from 1 to 3650, not `1.5`"],
    [{ reusePort: "perhaps" }, "--reuse-port wants true or false, not `perhaps`"],
  ])("%o", (flags, message) => {
    expect(() => parse(flags)).toThrow(message);
  });
});
