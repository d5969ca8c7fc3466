/** Fronts that speak the PROXY protocol: before HTTP and before TLS, whole and byte by byte, and who is not listened to. */
import { afterAll, afterEach, describe, expect, test } from "bun:test";
import { connect as connectTls } from "node:tls";
import { parseCidr } from "../../../src/accept/cidr.ts";
import {
  type EdgeListener,
  type EdgeListenerOptions,
  listenEdge,
} from "../../../src/accept/edge-listener.ts";
import { Certificates } from "../../../src/accept/tls/certificates.ts";
import { defaultWaits } from "../../../src/accept/waits.ts";
import { binaryHeader } from "../../support/proxy-header.ts";
import { TestCertificates } from "../../support/test-certificates.ts";
import { waitUntil } from "../../support/wait-until.ts";
import { type Cut, cuttingRelay } from "../tls/cutting-relay.ts";
import { proxyCases } from "./proxy-cases.ts";
import { exchange, statusesIn } from "./raw-client.ts";

const get = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
const made = new TestCertificates();
const certificates = new Certificates({ files: [made.selfSigned("shop", ["shop.example"])], pollMs: 0 });
const networks = (...texts: string[]) => texts.map((text) => parseCidr(text)!);

interface Front {
  readonly listener: EdgeListener;
  /** "peer client" of each request, "refused: reason by peer" of each refusal. */
  readonly notes: string[];
}

const open: EdgeListener[] = [];

function edge(options: Partial<EdgeListenerOptions> = {}): Front {
  const notes: string[] = [];
  const listener = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    proxied: networks("127.0.0.0/8"),
    serve: ({ connection, client, reply }) => {
      notes.push(`${connection.peer.text} ${client.text}`);
      reply.write(Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
      reply.end();
    },
    refused: ({ peer }, { reason }) => notes.push(`refused: ${reason} by ${peer.text}`),
    fault: (error) => notes.push(String(error)),
    ...options,
  });
  open.push(listener);
  return { listener, notes };
}

function tlsEdge(way: "same_socket" | "splice"): Front {
  const tls = {
    hostname: "127.0.0.1",
    port: 0,
    way,
    certificates,
    alpn: ["http/1.1"],
    clientCertificates: undefined,
    refused: () => undefined,
  };
  return edge({ tls });
}

const bytesOf = (bytes: Uint8Array) => Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));

afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.drain(0)));
});
afterAll(() => {
  certificates.close();
  made.remove();
});

test("the table names each case once", () => {
  expect(new Set(proxyCases.map(({ name }) => name)).size).toBe(proxyCases.length);
});

describe.each([
  ["whole", (bytes: Buffer) => [bytes]],
  ["byte by byte", bytesOf],
] as const)("before HTTP, %s", (_how, split) => {
  test.each(proxyCases.map((one) => [one.name, one] as const))("%s", async (_name, { header, client }) => {
    const { listener, notes } = edge();
    const bytes = Buffer.concat([header, Buffer.from(get.repeat(2))]);
    const isRefused = client === "refused";
    const { response, wasClosed } = await exchange(listener.port, split(bytes), { fin: !isRefused });
    expect(wasClosed).toBe(true);
    if (isRefused) {
      expect(response).toBe("");
      expect(notes).toEqual([expect.stringMatching(/^refused: .* by 127\.0\.0\.1$/)]);
    } else {
      const peer = client === "front" ? "127.0.0.1" : client;
      expect(notes).toEqual([`${peer} ${peer}`, `${peer} ${peer}`]);
      expect(statusesIn(response)).toEqual([200, 200]);
    }
    await waitUntil("nothing is left open", () => listener.openConnections === 0);
  });
});

/** Asks over TLS through a front that puts the header before the client's hello. Gives what came back. */
async function overTls(port: number, cut: Cut, header: Buffer): Promise<string> {
  const front = cuttingRelay(port, cut, header);
  const answer = Promise.withResolvers<string>();
  const secure = connectTls({ port: front.port, host: "127.0.0.1", rejectUnauthorized: false });
  secure.on("error", () => answer.resolve(""));
  secure.on("close", () => answer.resolve(""));
  secure.on("data", (chunk: Buffer) => answer.resolve(chunk.toString("latin1")));
  secure.write(get);
  const timer = setTimeout(() => answer.resolve("nothing in time"), 5_000);
  const got = await answer.promise;
  clearTimeout(timer);
  secure.destroy();
  front.stop();
  return got;
}

describe.each([
  ["same_socket", "whole"],
  ["same_socket", "bytes"],
  ["splice", "whole"],
  ["splice", "bytes"],
] as const)("before TLS (%s), %s", (way, cut) => {
  test.each(proxyCases.map((one) => [one.name, one] as const))("%s", async (_name, { header, client }) => {
    const { listener, notes } = tlsEdge(way);
    const answer = await overTls(listener.tlsPort!, cut, header);
    if (client === "refused") {
      expect(answer).toBe("");
      expect(notes).toEqual([expect.stringMatching(/^refused: .* by 127\.0\.0\.1$/)]);
    } else {
      const peer = client === "front" ? "127.0.0.1" : client;
      expect(answer).toStartWith("HTTP/1.1 200 ");
      expect(notes).toEqual([`${peer} ${peer}`]);
    }
  });
});

describe("who is believed", () => {
  const named = Buffer.from("PROXY TCP4 192.0.2.33 198.51.100.1 4660 443\r\n");

  test("a peer that is not declared is taken by its word for nothing: the header is a bad request", async () => {
    for (const header of [named, binaryHeader()]) {
      const { listener, notes } = edge({ proxied: networks("192.0.2.0/24") });
      const seen = await exchange(listener.port, [header, Buffer.from(get)], { fin: false });
      expect(statusesIn(seen.response)).toEqual([400]);
      expect(notes).toEqual([expect.stringContaining("by 127.0.0.1")]);
    }
  });

  test("the address that a PROXY header names is the peer that X-Forwarded-For is believed of, or not", async () => {
    const withField = get.replace("\r\n\r\n", "\r\nX-Forwarded-For: 203.0.113.9\r\n\r\n");
    const ask = async (trusted: string) => {
      const { listener, notes } = edge({ trusted: networks(trusted) });
      await exchange(listener.port, [Buffer.concat([named, Buffer.from(withField)])], { fin: true });
      return notes;
    };
    expect(await ask("192.0.2.0/24")).toEqual(["192.0.2.33 203.0.113.9"]);
    expect(await ask("127.0.0.0/8")).toEqual(["192.0.2.33 192.0.2.33"]);
  });

  test("a second header is a bad request", async () => {
    const { listener, notes } = edge();
    const seen = await exchange(listener.port, [Buffer.concat([named, named, Buffer.from(get)])], {
      fin: false,
    });
    expect(statusesIn(seen.response)).toEqual([400]);
    expect(notes).toEqual([expect.stringContaining("by 192.0.2.33")]);
  });
});

describe("a header that does not come", () => {
  const waits = { ...defaultWaits, handshake: 100 };

  test.each([
    ["silence", ""],
    ["half a line", "PROXY TCP4 192."],
    ["half a signature", "\r\n\r\n\0"],
  ])("%s is closed in time", async (_name, bytes) => {
    const { listener, notes } = edge({ waits });
    const pieces = bytes === "" ? [] : [Buffer.from(bytes, "latin1")];
    const { wasClosed, response } = await exchange(listener.port, pieces, { fin: false });
    expect([wasClosed, response]).toEqual([true, ""]);
    expect(notes).toEqual(["refused: the PROXY header did not arrive in time by 127.0.0.1"]);
  });

  test("a health check that connects and leaves is no refusal, half a header is one", async () => {
    const { listener, notes } = edge();
    await exchange(listener.port, [], { fin: true });
    expect(notes).toEqual([]);
    await exchange(listener.port, [Buffer.from("PROXY TC")], { fin: true });
    expect(notes).toEqual(["refused: the connection ended within the PROXY header by 127.0.0.1"]);
    expect(listener.openConnections).toBe(0);
  });

  test("draining waits for one no longer than a moment", async () => {
    const { listener } = edge();
    const pending = exchange(listener.port, [Buffer.from("PROXY ")], { fin: false });
    await waitUntil("it is connected", () => listener.openConnections === 1);
    const startedAt = performance.now();
    await listener.drain(5_000);
    expect(performance.now() - startedAt).toBeLessThan(2_500);
    expect((await pending).wasClosed).toBe(true);
  });
});
