import { expect, test } from "bun:test";
import { gunzipSync } from "node:zlib";
import { type RequestSample, sampleRequest } from "../describe/sample-request.ts";
import type { AnswerTemplate } from "./answer-template.ts";
import { PieceWriter } from "./piece-writer.ts";
import { type AnswerOverrides, chooseTemplate, respondLearned } from "./respond-learned.ts";

const template: AnswerTemplate = {
  status: 401,
  phrase: "Nope",
  headers: [
    ["server", ["x/1"]],
    ["Date", []],
    ["CONTENT-length", []],
    ["X-Who", [{ echo: "body.email", form: "raw" }]],
    ["Content-Encoding", ["gzip"]],
    ["Content-Type", ["text/html"]],
  ],
  body: ["<p>", { echo: "body.email", form: "html" }, "</p>"],
  coding: "gzip",
  framing: "length",
  seen: { "": 1 },
};
const nothing: AnswerOverrides = { status: undefined, headers: [], body: undefined };

function give(sample: RequestSample, form = template, overrides = nothing, email = "a@x.example") {
  const request = sampleRequest(sample);
  const written = { head: "", body: Buffer.alloc(0), isOver: false };
  request.reply.writeHead = (head, ...[bytes]) => {
    written.head += head;
    if (bytes) written.body = Buffer.concat([written.body, bytes]);
    return true;
  };
  request.reply.end = () => {
    written.isOver = true;
  };
  const asker = {
    submitted: new Map([["body.email", email]]),
    seeds: { client: "", question: "", answer: "" },
  };
  respondLearned(request, form, overrides, new PieceWriter(asker, "salt", 0));
  return { ...written, mustClose: request.reply.mustClose };
}

test("a coding is done again for who takes it, and left out with its field for who does not", () => {
  const headers = [["Accept-Encoding", "br, gzip;q=0.5"]] as const;
  const coded = give({ headers });
  expect(gunzipSync(coded.body).toString()).toBe("<p>a@x.example</p>");
  expect(coded.head.replace(/Date: .*/, "Date")).toBe(
    `HTTP/1.1 401 Nope\r\nserver: x/1\r\nDate\r\nCONTENT-length: ${coded.body.length}\r\nX-Who: a@x.example\r\nContent-Encoding: gzip\r\nContent-Type: text/html\r\n\r\n`,
  );
  const plain = give({ headers: [["Accept-Encoding", "gzip;q=0"]] });
  expect(plain.body.toString()).toBe("<p>a@x.example</p>");
  expect(plain.head).toContain("CONTENT-length: 18\r\nX-Who: a@x.example\r\nContent-Type");
});

test("HEAD gets the head alone, with the length of what GET would get", () => {
  const { head, body, isOver } = give({ method: "HEAD" });
  expect(head).toContain("CONTENT-length: 18\r\n");
  expect({ bytes: body.length, isOver }).toEqual({ bytes: 0, isOver: true });
});

test("a chunked answer stays chunked, and ends with the connection for HTTP/1.0", () => {
  const headers: AnswerTemplate["headers"] = [
    ["transfer-encoding", []],
    ["A", ["b"]],
  ];
  const chunked: AnswerTemplate = { ...template, headers, coding: undefined, framing: "chunked" };
  const { head, body } = give({}, chunked);
  expect(head).toBe("HTTP/1.1 401 Nope\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n");
  expect(body.toString()).toBe("12\r\n<p>a@x.example</p>\r\n0\r\n\r\n");
  const old = give({ httpVersion: 10 }, chunked);
  expect(old.head).toBe("HTTP/1.1 401 Nope\r\nA: b\r\nConnection: close\r\n\r\n");
  expect({ body: old.body.toString(), mustClose: old.mustClose }).toEqual({
    body: "<p>a@x.example</p>",
    mustClose: true,
  });
});

test("what was submitted makes no field and no element of its own", () => {
  const { head, body } = give({}, template, nothing, "a\r\nSet-Cookie: b=1\r\n\r\n<script>");
  expect(head.split("\r\n").filter((line) => line.startsWith("Set-Cookie"))).toEqual([]);
  expect(head).toContain("X-Who: a  Set-Cookie: b=1    <script>\r\n");
  expect(body.toString()).toContain("&lt;script&gt;");
});

test("what the declaration says itself replaces its part, in its place", () => {
  const overrides: AnswerOverrides = {
    status: { code: 403, phrase: "Forbidden" },
    headers: [
      ["content-type", "application/json"],
      ["retry-after", "9"],
    ],
    body: "{}",
  };
  const { head, body } = give({}, template, overrides);
  expect(head).toStartWith("HTTP/1.1 403 Forbidden\r\nserver: x/1\r\n");
  expect(head).toEndWith("X-Who: a@x.example\r\nContent-Type: application/json\r\nretry-after: 9\r\n\r\n");
  expect(body.toString()).toBe("{}");
});

test("of several forms each is given as often as it was seen for such requests", () => {
  const [bare, cookied] = [
    { ...template, seen: { "": 3, "cookies ": 1 } },
    { ...template, status: 400, seen: { "": 1 } },
  ];
  const parts = [0, 0.3, 0.74, 0.76, 0.99];
  const given = (condition: string) =>
    parts.map((part) => chooseTemplate([bare, cookied], condition, part)?.status);
  expect(given("")).toEqual([401, 401, 401, 400, 400]);
  expect(given("cookies ")).toEqual([401, 401, 401, 401, 401]);
  expect(given("never seen")).toEqual([401, 401, 401, 401, 400]);
  expect(chooseTemplate([], "", 0.5)).toBeUndefined();
});
