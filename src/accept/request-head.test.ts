import { expect, test } from "bun:test";
import * as fc from "fast-check";
import {
  connectionOptions,
  isRefusal,
  lowerFieldName,
  parseFieldLines,
  parseRequestHead,
} from "./request-head.ts";

test("a head is read in order and case", () => {
  expect(
    parseRequestHead("POST /a?b HTTP/1.1\r\nHOST: a.example:8080\r\nContent-length: 3\r\nX-Y:  z "),
  ).toEqual({
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
  const head = parseRequestHead(
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
  const head = parseRequestHead("GET / HTTP/1.0\r\nExpect: 100-continue\r\nConnection: keep-alive");
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
      const head = parseRequestHead(`GET / HTTP/1.1\r\nHost: a\r\n${lines}`);
      if (isRefusal(head)) return;
      const again = head.names.map((name, index) => `${name}: ${head.values[index] ?? ""}`).join("\r\n");
      expect(again).not.toMatch(/[\0\x7f]|\r(?!\n)|[^\r]\n|\r\n[ \t\r]/);
      expect(parseRequestHead(`GET / HTTP/1.1\r\n${again}`)).toEqual(head);
    }),
    { numRuns: 2_000 },
  );
});

test("field lines are bounded in number", () => {
  expect(parseFieldLines("A: 1\r\nB: 2", 0, 2)).toMatchObject({ names: ["A", "B"] });
  expect(parseFieldLines("A: 1\r\nB: 2\r\nC: 3", 0, 2)).toMatchObject({ status: 431 });
});

test("names that an origin could take for a guarded field are none", () => {
  expect(lowerFieldName("Content_Length")).toBeUndefined();
  expect(lowerFieldName("x_forwarded-for")).toBeUndefined();
  expect(lowerFieldName("My_Field")).toBe("my_field");
});

test("the memory of names is no way around their check", () => {
  for (let index = 0; index < 5_000; index++) lowerFieldName(`X-${index}`);
  expect(lowerFieldName("X-Late")).toBe("x-late");
  expect(lowerFieldName("X Late")).toBeUndefined();
});

test("connection options are split and lower-cased", () => {
  expect(connectionOptions(" Close,, Upgrade\t,x-Hop ")).toEqual(["close", "upgrade", "x-hop"]);
});
