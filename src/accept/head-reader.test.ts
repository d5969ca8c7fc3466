import { expect, test } from "bun:test";
import { HeadReader } from "./head-reader.ts";
import { PendingBytes } from "./pending-bytes.ts";
import { isRefusal } from "./refusal.ts";

/** What one connection's reader makes of these bytes, head after head, until it wants more. */
function heads(text: string) {
  const reader = new HeadReader();
  const pending = new PendingBytes();
  pending.append(Buffer.from(text, "latin1"));
  const found: string[] = [];
  for (let head = reader.read(pending); head !== undefined; head = reader.read(pending)) {
    if (isRefusal(head)) return [...found, `${head.status} ${head.reason}`];
    found.push(
      `${head.method} ${head.target} ${head.httpVersion} ${head.values.join("|")} ${head.contentLength}`,
    );
  }
  return found;
}

const fields = "Host: a.example\r\nX: 1\r\n\r\n";

test("a field section that comes again gives the same fields to another request line", () => {
  expect(heads(`GET /1 HTTP/1.1\r\n${fields}POST /2 HTTP/1.1\r\n${fields}`)).toEqual([
    "GET /1 11 a.example|1 undefined",
    "POST /2 11 a.example|1 undefined",
  ]);
});

test("a section that only begins or ends like the last is read by itself", () => {
  expect(
    heads(
      `GET /1 HTTP/1.1\r\n${fields}GET /2 HTTP/1.1\r\nHost: a.example\r\nX: 12\r\n\r\nGET /3 HTTP/1.1\r\nY: 0\r\n${fields}`,
    ),
  ).toEqual([
    "GET /1 11 a.example|1 undefined",
    "GET /2 11 a.example|12 undefined",
    "GET /3 11 0|a.example|1 undefined",
  ]);
});

test("what a length means to one request it means to the next: the section's bytes are no body", () => {
  const counted = "Host: a.example\r\nContent-Length: 0\r\n\r\n";
  expect(heads(`POST /1 HTTP/1.1\r\n${counted}POST /2 HTTP/1.1\r\n${counted}`)).toEqual([
    "POST /1 11 a.example|0 0",
    "POST /2 11 a.example|0 0",
  ]);
});

test("a request line is judged before a known section as before any other", () => {
  expect(heads(`GET /1 HTTP/1.1\r\n${fields}GET /2 HTTP/9.9\r\n${fields}`)[1]).toStartWith("505");
  expect(heads(`GET /1 HTTP/1.1\r\n${fields}GET /\x01 HTTP/1.1\r\n${fields}`)[1]).toStartWith(
    "400 forbidden",
  );
  expect(heads(`GET /1 HTTP/1.1\r\n${fields}get /2 HTTP/1.1\r\n${fields}`)[1]).toStartWith("501");
});

test("framing and authority are looked at anew where the line changes what they mean", () => {
  const chunked = "Host: a.example\r\nTransfer-Encoding: chunked\r\n\r\n";
  expect(heads(`POST /1 HTTP/1.1\r\n${chunked}POST /2 HTTP/1.0\r\n${chunked}`)[1]).toStartWith(
    "400 Transfer",
  );
  expect(heads(`GET /1 HTTP/1.1\r\n${fields}GET http://b.example/ HTTP/1.1\r\n${fields}`)[1]).toStartWith(
    "400 absolute-form names another",
  );
});

test("a bare LF that ends the line hides no request behind a known section", () => {
  expect(heads(`GET /1 HTTP/1.1\r\n${fields}GET /2 HTTP/1.1\n${fields}`)[1]).toStartWith("400");
});

test("where only a value changed, names are the same list, and so is what hangs on them", () => {
  const reader = new HeadReader();
  const pending = new PendingBytes();
  const read = (value: string) => {
    pending.append(Buffer.from(`GET / HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: ${value}\r\n\r\n`));
    const head = reader.read(pending);
    if (!head || isRefusal(head)) throw new Error("not read");
    return head;
  };
  const [first, second] = [read("192.0.2.1"), read("192.0.2.2")];
  expect(second.names).toBe(first.names);
  expect(second.values).toEqual(["a", "192.0.2.2"]);
  expect(first.values).toEqual(["a", "192.0.2.1"]);
});
