/** Large bodies over HTTP/2 and TLS: whole, in bounded memory, with readers and origins that are slow. */
import { afterEach, expect, test } from "bun:test";
import type { EdgeRequest } from "../../../src/accept/edge-request.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { answer, type Http2Edge, startHttp2Edge } from "./http2-edge.ts";
import { connectHttp2 } from "./raw-http2.ts";
import { data, frame, preface, pseudo, request, settings, type, word } from "./wire.ts";

const megabyte = 1_048_576;
const size = 100 * megabyte;
/** What one transfer may hold at once; the whole body would be twice as much. */
const heldBytes = 48 * megabyte;

let edge: Http2Edge;
afterEach(() => edge.stop());

/** Sends `bytes` in pieces, as fast as the client takes them. */
function stream({ reply }: EdgeRequest, bytes: number): void {
  const piece = Buffer.alloc(65_536, "x");
  let left = bytes;
  const go = () => {
    while (left > 0) {
      const part = left < piece.length ? piece.subarray(0, left) : piece;
      left -= part.length;
      if (!reply.write(part)) return;
    }
    reply.end();
  };
  reply.watcher = { clientGone: () => undefined, clientReady: go };
  reply.writeHead("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n");
  go();
}

test("100 MB down, byte for byte, in bounded memory", async () => {
  edge = startHttp2Edge({ serve: (one) => stream(one, size) });
  const child = Bun.spawn(["curl", "-sk", "--http2", `https://127.0.0.1:${edge.port}/`], { stdout: "pipe" });
  Bun.gc(true);
  const before = process.memoryUsage.rss();
  let most = 0;
  let bytes = 0;
  for await (const chunk of child.stdout) {
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage.rss() - before);
  }
  expect(bytes).toBe(size);
  expect(most).toBeLessThan(size);
});

test("100 MB up, byte for byte, in bounded memory", async () => {
  let most = 0;
  const before = process.memoryUsage.rss();
  const hash = new Bun.CryptoHasher("sha256");
  edge = startHttp2Edge({
    serve: (one) => {
      one.body.pipe({
        data: (chunk) => {
          hash.update(chunk);
          most = Math.max(most, process.memoryUsage.rss() - before);
          return true;
        },
        end: () => answer(one, hash.digest("hex")),
        abort: () => undefined,
      });
    },
  });
  const make = `head -c ${size} /dev/zero | curl -sk --http2 -T - https://127.0.0.1:${edge.port}/up`;
  const answered = await Bun.$`sh -c ${make}`.text();
  const wanted = await Bun.$`sh -c ${`head -c ${size} /dev/zero | sha256sum`}`.text();
  expect(answered).toBe(wanted.slice(0, 64));
  expect(most).toBeLessThan(size);
});

test("a reader that stops holds its origin, not memory, and gets the rest when it goes on", async () => {
  let written = 0;
  edge = startHttp2Edge({
    serve: (one) => {
      const { reply } = one;
      const write = reply.write.bind(reply);
      reply.write = (bytes) => {
        written += bytes.length;
        return write(bytes);
      };
      stream(one, size);
    },
  });
  const client = await connectHttp2(edge.port);
  const wide = [settings([4, 0x7fffffff]), frame(type.WINDOW_UPDATE, 0, 0, word(0x7000_0000))];
  client.send(Buffer.concat([preface, ...wide, request(1)]));
  await waitUntil("the first bytes came", () => client.receivedBytes > 0);
  client.pause();
  let last = -1;
  await waitUntil("the origin was held", () => {
    const isStill = last === written;
    last = written;
    return isStill;
  });
  expect(written).toBeLessThan(heldBytes);
  client.resume();
  await waitUntil("all came", () => client.receivedBytes > size, 20_000);
  client.close();
}, 30_000);

test("an origin that takes nothing holds its uploader, and other requests of the connection go on", async () => {
  const stalled: EdgeRequest[] = [];
  edge = startHttp2Edge({
    serve: (one) => {
      if (one.method === "GET") answer(one, "ok");
      else {
        stalled.push(one);
        one.body.pipe({ data: () => false, end: () => answer(one, "done"), abort: () => undefined });
      }
    },
  });
  const client = await connectHttp2(edge.port);
  const piece = Buffer.alloc(16_384);
  const body = Array.from({ length: 16 }, () => data(1, piece, false));
  client.send(Buffer.concat([preface, settings(), request(1, pseudo("POST"), false), ...body, request(3)]));
  await client.until((lines) => lines.includes("DATA 3 ok end"));
  expect(stalled[0]!.body.receivedBytes).toBe(262_144);
  expect(client.lines.filter((line) => line.startsWith("WINDOW_UPDATE"))).toEqual([]);
  client.close();
});
