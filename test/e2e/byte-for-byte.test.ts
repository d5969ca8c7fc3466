/** What passes through the edge is what was sent, byte for byte, both ways. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReceipt } from "../support/console-events.ts";
import { type ConsoleSession, signIn } from "../support/console-session.ts";
import { type RunningNginx, startNginx } from "../support/nginx.ts";
import { connectRaw } from "../support/raw-client.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../support/raw-origin.ts";
import { type RunningSallyport, startSallyport } from "../support/sallyport.ts";

setDefaultTimeout(30_000);

const kilobyte = pseudoRandom(1024);
const tenMegabytes = pseudoRandom(10 * 1024 * 1024);

/** Bytes of every value, the same in each run, that no compression or line handling leaves alone. */
function pseudoRandom(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 0x2545f491;
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}

function hashOf(bytes: Uint8Array | string): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

/** Sends bytes on a connection of their own and gives everything that came until it was closed, as latin1. */
async function exchange(port: number, ...pieces: (string | Uint8Array)[]): Promise<string> {
  const client = await connectRaw(port);
  for (const piece of pieces) client.send(piece);
  const { received, isClosed } = await client.closed(15_000);
  client.close();
  expect(isClosed).toBe(true);
  return received;
}

/** A response without what a proxy must or may change: Date, Connection and where chunks are cut. */
interface Answer {
  readonly statusLine: string;
  readonly fields: readonly string[];
  readonly length: number;
  readonly hash: string;
}

function readAnswer(raw: string): Answer {
  const end = raw.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = raw.slice(0, end).split("\r\n");
  const isChunked = lines.some((line) => /^transfer-encoding: *chunked$/i.test(line));
  const body = isChunked ? joinChunks(raw.slice(end + 4)) : raw.slice(end + 4);
  return {
    statusLine,
    fields: lines.filter((line) => !/^(?:date|connection):/i.test(line)),
    length: body.length,
    hash: hashOf(Buffer.from(body, "latin1")),
  };
}

function readAnswers(raw: string): Answer[] {
  return raw.split(/(?=HTTP\/1\.1 \d{3} )/).map(readAnswer);
}

/** The content of a chunked body that must end well (RFC 9112 §7.1). */
function joinChunks(coded: string): string {
  let at = 0;
  const parts: string[] = [];
  for (;;) {
    const lineEnd = coded.indexOf("\r\n", at);
    const size = Number.parseInt(coded.slice(at, lineEnd), 16);
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error(`no chunk at ${at} of ${coded.length}`);
    if (size === 0) {
      expect(coded.slice(lineEnd)).toBe("\r\n\r\n");
      return parts.join("");
    }
    parts.push(coded.slice(lineEnd + 2, lineEnd + 2 + size));
    at = lineEnd + 2 + size + 2;
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

describe("in front of nginx", () => {
  let folder = "";
  let nginx: RunningNginx;
  let sallyport: RunningSallyport;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "sallyport-bytes-"));
    await mkdir(join(folder, "upload"));
    await writeFile(join(folder, "empty.bin"), "");
    await writeFile(join(folder, "1k.bin"), kilobyte);
    await writeFile(join(folder, "10m.bin"), tenMegabytes);
    await writeFile(join(folder, "words.txt"), "Harbour lamps and woollen things. ".repeat(20_000));
    await writeFile(join(folder, "with space.html"), "<h1>with space</h1>");
    nginx = await startNginx(
      folder,
      // nginx leaves answers uncompressed for requests with Via, as every gateway's have, and for HTTP/1.0.
      `gzip on;
    gzip_proxied any;
    gzip_http_version 1.0;
    gzip_types text/plain;
    client_max_body_size 0;
    absolute_redirect off;
    location = /asked { return 200 '$request_method|$request_uri|$args|$http_x_repeat|$http_cookie|$content_length'; }
    location = /cookies {
      add_header Set-Cookie 'sid=1; Path=/; HttpOnly';
      add_header x-ODD-case 'a,b';
      add_header Set-Cookie 'theme=dark; Max-Age=60';
      add_header X-Repeat one;
      add_header X-Repeat two;
      return 200 'two cookies';
    }
    location = /moved { return 301 /1k.bin; }
    location = /nothing { return 204; }
    location = /teapot { return 418 'short and stout'; }
    location /upload/ { dav_methods PUT DELETE; }`,
    );
    sallyport = await startSallyport({
      args: ["--no-demo", "--origin", nginx.url],
    });
  }, 60_000);

  afterAll(async () => {
    await sallyport.stop();
    await nginx.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Asks nginx itself and through the edge, with the very same bytes. */
  async function bothWays(...pieces: (string | Uint8Array)[]): Promise<{ direct: Answer; through: Answer }> {
    const direct = readAnswer(await exchange(nginx.port, ...pieces));
    const through = readAnswer(await exchange(portOf(sallyport.edgeUrl), ...pieces));
    return { direct, through };
  }

  const host = "Host: shop.example\r\nConnection: close\r\n";
  const get = (target: string, fields = "") => `GET ${target} HTTP/1.1\r\n${host}${fields}\r\n`;

  const requests: [name: string, request: string, status: number][] = [
    ["a body of 0 bytes", get("/empty.bin"), 200],
    ["a body of 1 KB", get("/1k.bin"), 200],
    ["a body of 10 MB", get("/10m.bin"), 200],
    ["a stream in chunks", get("/words.txt", "Accept-Encoding: gzip\r\n"), 200],
    ["the same without compression", get("/words.txt"), 200],
    ["a client of HTTP/1.0", "GET /1k.bin HTTP/1.0\r\n\r\n", 200],
    [
      "a client of HTTP/1.0, where the origin sends chunks",
      "GET /words.txt HTTP/1.0\r\nHost: shop.example\r\nAccept-Encoding: gzip\r\n\r\n",
      200,
    ],
    ["HEAD of 10 MB", `HEAD /10m.bin HTTP/1.1\r\n${host}\r\n`, 200],
    ["HEAD of what is not there", `HEAD /gone HTTP/1.1\r\n${host}\r\n`, 404],
    ["a range", get("/10m.bin", "Range: bytes=1000000-1999999\r\n"), 206],
    ["the last bytes", get("/1k.bin", "Range: bytes=-7\r\n"), 206],
    ["a range past the end", get("/1k.bin", "Range: bytes=5000-\r\n"), 416],
    ["a page that is not there", get("/gone"), 404],
    [
      "a method that the file does not have",
      `POST /1k.bin HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`,
      405,
    ],
    ["a redirect", get("/moved"), 301],
    ["an answer without content", get("/nothing"), 204],
    ["a status that is rarely seen", get("/teapot"), 418],
    ["Set-Cookie twice, names in odd case, repeated fields", get("/cookies"), 200],
    [
      "repeated fields of the request",
      get("/asked", "X-Repeat: one\r\nCookie: a=1; b=2\r\nx-repeat: two\r\n"),
      200,
    ],
    ["a path with an escaped space", get("/with%20space.html"), 200],
    ["a query with every character that RFC 3986 §3.4 allows", get("/asked?a-._~!$&'()*+,;=:@/?b"), 200],
    ["escapes of NUL, of a lone 0xFF, of a percent sign", get("/asked?%00=%ff&%25=%2525&x=%2f%3F"), 200],
    ["repeated and empty names in a query", get("/asked?a=1&a=2&&=&b&c=&=d"), 200],
    ["a query of nothing", get("/asked?"), 200],
    ["a long query", get(`/asked?q=${"abcdefghij".repeat(400)}`), 200],
  ];
  for (const [name, request, status] of requests) {
    test(`${name}: the answer is nginx's own`, async () => {
      const { direct, through } = await bothWays(request);
      expect(direct.statusLine).toContain(` ${status} `);
      expect(through).toEqual(direct);
    });
  }

  test("the files arrive as they lie on the disk, and the stream really has chunks", async () => {
    const port = portOf(sallyport.edgeUrl);
    for (const [name, bytes] of [
      ["empty", Buffer.alloc(0)],
      ["1k", kilobyte],
      ["10m", tenMegabytes],
    ] as const) {
      const { length, hash } = readAnswer(await exchange(port, get(`/${name}.bin`)));
      expect([name, length, hash]).toEqual([name, bytes.length, hashOf(bytes)]);
    }
    const streamed = await exchange(port, get("/words.txt", "Accept-Encoding: gzip\r\n"));
    expect(streamed).toMatch(/^Transfer-Encoding: chunked\r$/m);
    expect(streamed).toMatch(/^Content-Encoding: gzip\r$/m);
  });

  for (const method of [
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "PROPFIND",
    "M-SEARCH",
    "QUERY",
  ]) {
    test(`the method ${method} reaches the origin as it is`, async () => {
      const body = method === "GET" ? "" : "x=1";
      const request = `${method} /asked HTTP/1.1\r\n${host}Content-Length: ${body.length}\r\n\r\n${body}`;
      const { direct, through } = await bothWays(request);
      expect(direct).toMatchObject({ statusLine: "HTTP/1.1 200 OK" });
      expect(through).toEqual(direct);
    });
  }

  test("conditional requests are answered as nginx answers them", async () => {
    const first = await exchange(nginx.port, get("/1k.bin"));
    const etag = /^ETag: (.*)\r$/m.exec(first)?.[1] ?? "";
    const modified = /^Last-Modified: (.*)\r$/m.exec(first)?.[1] ?? "";
    for (const [fields, status] of [
      [`If-None-Match: ${etag}\r\n`, 304],
      [`If-Modified-Since: ${modified}\r\n`, 304],
      ['If-None-Match: "other"\r\n', 200],
      ['If-Match: "other"\r\n', 412],
      [`If-Range: ${etag}\r\nRange: bytes=0-9\r\n`, 206],
    ] as const) {
      const { direct, through } = await bothWays(get("/1k.bin", fields));
      expect([fields, direct.statusLine]).toEqual([fields, expect.stringContaining(` ${status} `)]);
      expect(through).toEqual(direct);
    }
  });

  test("three requests at once on one connection get nginx's three answers in order", async () => {
    const request = ["/empty.bin", "/1k.bin", "/gone"]
      .map((target, index) => (index === 2 ? get(target) : get(target).replace("Connection: close\r\n", "")))
      .join("");
    const direct = readAnswers(await exchange(nginx.port, request));
    expect(direct.map(({ statusLine }) => statusLine.slice(9, 12))).toEqual(["200", "200", "404"]);
    expect(readAnswers(await exchange(portOf(sallyport.edgeUrl), request))).toEqual(direct);
  });

  test("uploads of 0 B, 1 KB and 10 MB lie on nginx's disk as they were sent, by length and in chunks", async () => {
    const port = portOf(sallyport.edgeUrl);
    for (const [name, bytes] of [
      ["empty", Buffer.alloc(0)],
      ["1k", kilobyte],
      ["10m", tenMegabytes],
    ] as const) {
      const byLength = `PUT /upload/${name} HTTP/1.1\r\n${host}Content-Length: ${bytes.length}\r\n\r\n`;
      const first = await exchange(port, byLength, bytes);
      expect([name, first.slice(0, 12)]).toEqual([name, "HTTP/1.1 201"]);
      const inChunks = `PUT /upload/${name}-chunks HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n`;
      const second = await exchange(port, inChunks, asChunks(bytes, 70_001), "0\r\n\r\n");
      expect([name, second.slice(0, 12)]).toEqual([name, "HTTP/1.1 201"]);
      for (const file of [name, `${name}-chunks`]) {
        const stored = await Bun.file(join(folder, "upload", file)).bytes();
        expect([file, stored.length, hashOf(stored)]).toEqual([file, bytes.length, hashOf(bytes)]);
      }
    }
  });
});

function asChunks(bytes: Buffer, size: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const part = bytes.subarray(at, at + size);
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from("\r\n"));
  }
  return Buffer.concat(parts);
}

/** All that Sallyport adds to a request's head. */
function added(id: string): string {
  return `X-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nVia: 1.1 sallyport\r\nSallyport-Request-Id: ${id}\r\n\r\n`;
}

describe("in front of an origin that notes every byte", () => {
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  let origin: RawOrigin;
  let sallyport: RunningSallyport;
  let session: ConsoleSession;

  beforeAll(async () => {
    origin = startRawOrigin(answerWith(answer));
    sallyport = await startSallyport({
      args: ["--no-demo", "--origin", origin.url],
    });
    session = await signIn(sallyport.consoleUrl, sallyport.password);
  }, 60_000);

  afterAll(async () => {
    await sallyport.stop();
    origin.stop();
  });

  /** Sends a request and gives what the origin got, with the request id cut out. */
  async function sent(head: string, body: Uint8Array = Buffer.alloc(0), isOver?: (body: Buffer) => boolean) {
    origin.requests.length = 0;
    origin.answer = (request, socket, isFirst) => {
      if (isOver ? isOver(request.body) : request.body.length >= body.length) {
        answerWith(answer)(request, socket, isFirst);
      }
    };
    const client = await connectRaw(portOf(sallyport.edgeUrl));
    client.send(head);
    client.send(body);
    const received = await client.until(/\r\n\r\nok$/, 15_000);
    client.close();
    expect(received).toBe(answer);
    expect(origin.requests).toHaveLength(1);
    const [request] = origin.requests;
    const id = /^Sallyport-Request-Id: ([0-9A-Z]{11})\r$/m.exec(request?.head ?? "")?.[1] ?? "";
    return { head: request?.head ?? "", body: request?.body ?? Buffer.alloc(0), id };
  }

  const heads: [name: string, lines: string[]][] = [
    [
      "a browser's",
      [
        "GET /products?q=lamp&page=2 HTTP/1.1",
        "Host: shop.example:8080",
        'sec-ch-ua: "Chromium";v="156", "Not:A-Brand";v="8"',
        "sec-ch-ua-mobile: ?0",
        "Upgrade-Insecure-Requests: 1",
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
        "Accept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
        "Sec-Fetch-Site: none",
        "Accept-Encoding: gzip, deflate, br, zstd",
        "Accept-Language: en-GB,en;q=0.9",
        "Cookie: sid=abc; theme=dark",
      ],
    ],
    [
      "a mobile client's, Host in the middle",
      [
        "GET /api/v1/me HTTP/1.1",
        "authorization: Bearer abc.def",
        "x-app-version: 7.4.1",
        "Host: api.shop.example",
        "Accept-Encoding: gzip",
        "User-Agent: okhttp/4.12.0",
      ],
    ],
    [
      "one in odd case and order, with repeated and empty fields",
      [
        "GET /a//b/%7euser;v=1/c?x=%2F&x=1 HTTP/1.1",
        "hOsT: Shop.Example",
        "X-UPPER: YES",
        "x-lower: yes",
        "X-Repeat: one",
        "Accept: a/b",
        "x-repeat: two",
        "X-Repeat: one",
        "X-Empty: ",
        "X-Odd!#$%&'*+-.^_`|~: token characters",
        'X-Value: \t inner \t spaces\tand "quotes" (and) {braces}'.replace(": \t ", ": "),
      ],
    ],
    [
      "one with bytes above 0x7F in values",
      [
        "GET /caf%C3%A9 HTTP/1.1",
        "Host: shop.example",
        "X-Name: caf\xc3\xa9 \xff\x80",
        "Referer: http://x/\xe9",
      ],
    ],
    [
      "one with a hundred fields",
      [
        "GET / HTTP/1.1",
        "Host: a",
        ...Array.from({ length: 98 }, (_, index) => `X-${(index * 37) % 98}: ${index}`),
      ],
    ],
  ];
  for (const [name, lines] of heads) {
    test(`${name} head arrives as it was sent, and only the documented fields are added`, async () => {
      const head = lines.map((line) => `${line}\r\n`).join("");
      const got = await sent(`${head}\r\n`);
      expect(got.head).toBe(head + added(got.id));
    });
  }

  for (const [name, bytes] of [
    ["0 B", Buffer.alloc(0)],
    ["1 KB", kilobyte],
    ["10 MB", tenMegabytes],
  ] as const) {
    test(`a body of ${name} arrives by length and by chunks as it was sent`, async () => {
      const byLength = `POST /in HTTP/1.1\r\nHost: a\r\nContent-Length: ${bytes.length}\r\n`;
      const first = await sent(`${byLength}\r\n`, bytes);
      expect(first.head).toBe(byLength + added(first.id));
      expect(first.body.length).toBe(bytes.length);
      expect(hashOf(first.body)).toBe(hashOf(bytes));

      const chunked = "POST /in HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n";
      const coded = Buffer.concat([asChunks(bytes, 8191), Buffer.from("0\r\n\r\n")]);
      const second = await sent(`${chunked}\r\n`, coded, (body) => body.subarray(-5).equals(lastChunk));
      expect(second.head).toBe(chunked + added(second.id));
      expect(hashOf(Buffer.from(joinChunks(second.body.toString("latin1")), "latin1"))).toBe(hashOf(bytes));
    });
  }

  test("a login's body is read by the policies and still arrives as it was sent", async () => {
    const body = Buffer.from("email=a%40x.example&password=%70%C3%A4ss+w%20rd&&email=\xff", "latin1");
    const head = `POST /login HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n`;
    const got = await sent(`${head}\r\n`, body);
    // Two usernames in one body: the shop's sign-in tells the origin that nobody could be identified.
    const marked = added(got.id).replace(/\r\n$/, "Sallyport-Mark: unidentified\r\n\r\n");
    expect(got.head).toBe(head + marked);
    expect(got.body.toString("latin1")).toBe(body.toString("latin1"));
  });

  test("the id that the origin got finds the event, with its bytes counted", async () => {
    const head = "PUT /counted?secret=1 HTTP/1.1\r\nHost: Shop.Example\r\nContent-Length: 1024\r\n\r\n";
    const { id } = await sent(head, kilobyte);
    const event = await readReceipt(session, id);
    expect(event).toMatchObject({
      id,
      app: "shop",
      method: "PUT",
      host: "shop.example",
      path: "/counted",
      status: 200,
      decision: "forward",
      ip: "127.0.0.1",
      bytesIn: 1024,
    });
    expect(event.bytesOut).toBeGreaterThanOrEqual(answer.length);
    const page = await session.fetch(`/events/${id}`);
    expect(await page.text()).toContain("shop.example/counted");
  });

  test("an answer arrives as the origin sent it: order, case, repetition, bytes above 0x7F", async () => {
    const head =
      "HTTP/1.1 299 Rather Odd (\xe9)\r\nserver: X\r\nset-COOKIE: a=1\r\nX-Empty: \r\nSet-Cookie: a=2; Path=/\r\nset-COOKIE: a=1\r\n" +
      "Content-Type: text/\xff\r\nDate: yesterday\r\nVia: 1.1 somewhere\r\nContent-Length: 1024\r\n\r\n";
    origin.answer = answerWith(Buffer.concat([Buffer.from(head, "latin1"), kilobyte]));
    const client = await connectRaw(portOf(sallyport.edgeUrl));
    client.send("GET /odd HTTP/1.1\r\nHost: a\r\n\r\n");
    const whole = head + kilobyte.toString("latin1");
    await client.until(/\r\n\r\n[^]{1024}$/);
    expect(client.received()).toBe(whole);
    client.close();
  });
});

const lastChunk = Buffer.from("0\r\n\r\n");
