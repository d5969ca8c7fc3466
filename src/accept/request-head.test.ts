import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { isRefusal } from "./refusal.ts";
import { parseRequestHead } from "./request-head.ts";

function parse(text: string) {
  const parsed = parseRequestHead(text);
  return isRefusal(parsed) ? parsed : parsed.head;
}

test("a head is read in order and case", () => {
  expect(parse("POST /a?b HTTP/1.1\r\nHOST: a.example:8080\r\nContent-length: 3\r\nX-Y:  z ")).toEqual({
    method: "POST",
    target: "/a?b",
    httpVersion: 11,
    names: ["HOST", "Content-length", "X-Y"],
    lowerNames: ["host", "content-length", "x-y"],
    values: ["a.example:8080", "3", "z"],
    host: "a.example:8080",
    contentLength: 3,
    isChunked: false,
    expectsContinue: false,
    isPersistent: true,
  });
});

test("what framing and connection say is understood", () => {
  const head = parse(
    "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: CHUNKED\r\nExpect: 100-continue\r\nConnection: x, Close",
  );
  expect(head).toMatchObject({
    isChunked: true,
    contentLength: undefined,
    expectsContinue: true,
    isPersistent: false,
  });
});

test("HTTP/1.0 neither persists nor expects", () => {
  const head = parse("GET / HTTP/1.0\r\nExpect: 100-continue\r\nConnection: keep-alive");
  expect(head).toMatchObject({ httpVersion: 10, host: "", isPersistent: false, expectsContinue: false });
});

test("any text either is refused or gives fields that could be sent on as they are", () => {
  const text = fc.string({
    unit: fc.constantFrom(..."AaHost: \t\r\n0chunked,;/?HTP1.\0\x80\x7f".split("")),
    maxLength: 60,
  });
  const fieldLines = fc.array(text, { maxLength: 4 }).map((lines) => lines.join("\r\n"));
  fc.assert(
    fc.property(fieldLines, (lines) => {
      const head = parse(`GET / HTTP/1.1\r\nHost: a\r\n${lines}`);
      if (isRefusal(head)) return;
      const again = head.names.map((name, index) => `${name}: ${head.values[index] ?? ""}`).join("\r\n");
      expect(again).not.toMatch(/[\0\x7f]|\r(?!\n)|[^\r]\n|\r\n[ \t\r]/);
      expect(parse(`GET / HTTP/1.1\r\n${again}`)).toEqual(head);
    }),
    { numRuns: 2_000 },
  );
});

test("an equal field section is shared with the last head, and nothing else of it is", () => {
  const first = parseRequestHead("POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 3");
  if (isRefusal(first)) throw new Error(first.reason);
  const again = parseRequestHead("GET /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 3", first.memo);
  const older = parseRequestHead("GET /2 HTTP/1.0\r\nHost: a\r\nContent-Length: 3", first.memo);
  const other = parseRequestHead("GET /2 HTTP/1.1\r\nHost: b\r\nContent-Length: 3", first.memo);
  if (isRefusal(again) || isRefusal(older) || isRefusal(other)) throw new Error("refused");
  expect(again.head.names).toBe(first.head.names);
  expect(again.head).toMatchObject({ method: "GET", target: "/2", contentLength: 3 });
  expect(older.head.isPersistent).toBe(false);
  expect(other.head.host).toBe("b");
  expect(
    parseRequestHead("GET http://b/ HTTP/1.1\r\nHost: a\r\nContent-Length: 3", first.memo),
  ).toHaveProperty("status");
});
