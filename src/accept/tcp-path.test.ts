import { expect, test } from "bun:test";
import { parseIpAddress } from "./ip-address.ts";
import { TcpPath } from "./tcp-path.ts";

const ip = (text: string) => parseIpAddress(text)!;

test("a loopback connection takes less than its smoothed second, one of a named client or without a socket tells nothing", async () => {
  const opened = Promise.withResolvers<Bun.Socket>();
  using server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: { open: (socket) => opened.resolve(socket), data() {} },
  });
  const client = await Bun.connect({ hostname: "127.0.0.1", port: server.port, socket: { data() {} } });
  const socket = await opened.promise;
  const own = new TcpPath(socket, ip("127.0.0.1")).roundTripMs;
  if (process.platform === "linux") {
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThan(1_000);
  } else expect(own).toBeUndefined();
  expect(new TcpPath(socket, ip("203.0.113.9")).roundTripMs).toBeUndefined();
  expect(new TcpPath({ remoteAddress: "127.0.0.1" }, ip("127.0.0.1")).roundTripMs).toBeUndefined();
  expect(new TcpPath({ fd: -1, remoteAddress: "127.0.0.1" }, ip("127.0.0.1")).roundTripMs).toBeUndefined();
  client.end();
});
