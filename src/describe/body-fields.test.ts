import { describe, expect, test } from "bun:test";
import { Facts } from "./facts.ts";
import { type RequestSample, sampleRequest } from "./sample-request.ts";

const json = "application/json";
const form = "application/x-www-form-urlencoded";

function factsOf(type: string | undefined, body: string | Uint8Array, more: RequestSample = {}): Facts {
  const headers: [string, string][] = type === undefined ? [] : [["Content-Type", type]];
  return new Facts(sampleRequest({ method: "POST", headers, body, ...more }), 0);
}

const login = '{"email":"u@x.example","user":{"name":"Ann","ids":[7,{"id":"z"}]},"ok":true,"none":null}';

describe("JSON", () => {
  const cases: [path: string, value: string | undefined][] = [
    ["email", "u@x.example"],
    ["user.name", "Ann"],
    ["user.ids.0", "7"],
    ["user.ids.1.id", "z"],
    ["ok", "true"],
    ["none", undefined],
    ["user", undefined],
    ["user.ids", undefined],
    ["user.ids.length", undefined],
    ["user.ids.01x", undefined],
    ["email.length", undefined],
    ["__proto__", undefined],
    ["constructor.name", undefined],
    ["", undefined],
  ];
  test.each(cases)("body.%s", (path, value) => expect(factsOf(json, login).body(path)).toBe(value));

  test("an own key named like the prototype is data", () => {
    expect(factsOf(json, '{"__proto__":{"admin":"yes"}}').body("__proto__.admin")).toBe("yes");
    expect(factsOf(json, '{"__proto__":{"admin":"yes"}}').body("admin")).toBeUndefined();
  });

  test("a key sent twice is missing, its neighbours are not", () => {
    const facts = factsOf(json, '{"email":"a","pin":"1","email":"b","user":{"n":"x","N":"y"}}');
    expect(facts.body("email")).toBeUndefined();
    expect(facts.body("user.n")).toBeUndefined();
    expect(facts.body("pin")).toBe("1");
  });

  test.each(["application/vnd.api+json", "application/json; charset=UTF-8", "text/json"])(
    "type %s",
    (type) => {
      expect(factsOf(type, login).body("email")).toBe("u@x.example");
    },
  );
});

describe("forms", () => {
  const body = "email=u%40x.example&user[name]=Ann+B&a.b=1&dup=1&dup=2&same=1&same=1&x.y=1&x[y]=1&flag";
  const cases: [path: string, value: string | undefined][] = [
    ["email", "u@x.example"],
    ["user.name", "Ann B"],
    ["a.b", "1"],
    ["dup", undefined],
    ["same", "1"],
    ["x.y", undefined],
    ["flag", ""],
    ["toString", undefined],
  ];
  test.each(cases)("body.%s", (path, value) => expect(factsOf(form, body).body(path)).toBe(value));
});

describe("a body that servers could read differently is missing", () => {
  const utf16 = new Uint8Array(Buffer.from(login, "utf16le"));
  const cases: [why: string, type: string | undefined, body: string | Uint8Array, more?: RequestSample][] = [
    ["malformed", json, '{"email":"u"'],
    ["more than one document", json, `${login}{}`],
    ["no type", undefined, login],
    ["another type", "text/plain", login],
    ["multipart", "multipart/form-data; boundary=x", "email=u"],
    ["odd charset", "application/json; charset=utf-7", login],
    ["utf-16", "application/json; charset=utf-16le", utf16],
    ["two charsets", "application/json; charset=utf-8; charset*=utf-16", login],
    ["invalid UTF-8", json, new Uint8Array(Buffer.from('{"email":"\xff"}', "latin1"))],
    ["cut at the limit", json, login, { isCut: true }],
    ["over the limit", json, `{"email":"u","x":"${"y".repeat(65_536)}"}`],
    ["empty", json, ""],
    [
      "gzip",
      json,
      login,
      {
        headers: [
          ["Content-Type", json],
          ["Content-Encoding", "gzip"],
        ],
      },
    ],
    [
      "two types",
      json,
      login,
      {
        headers: [
          ["Content-Type", json],
          ["Content-Type", form],
        ],
      },
    ],
  ];
  for (const [why, type, body, more] of cases) {
    test(why, () => expect(factsOf(type, body, more).body("email")).toBeUndefined());
  }
});

test("a body that is not buffered yet is not remembered as missing", () => {
  const request = sampleRequest({ method: "POST", headers: [["Content-Type", json]], body: login });
  const whole = request.body;
  const facts = new Facts(Object.assign(request, { body: { ...whole, buffered: undefined } }), 0);
  expect(facts.body("email")).toBeUndefined();
  Object.assign(request, { body: whole });
  expect(facts.body("email")).toBe("u@x.example");
});

test("the size of a chunked body is what was buffered", () => {
  expect(factsOf(json, login).bodySize).toBe(login.length);
  expect(factsOf(json, login, { isChunked: true }).bodySize).toBe(login.length);
  expect(new Facts(sampleRequest(), 0).bodySize).toBe(0);
});

test("a path into lists gives every element's value, and says where one cannot be read", () => {
  const batch =
    '{"logins":[{"email":"a"},{"email":"b","email":"c"},{"other":1},{"email":{}},7,[{"email":5}]]}';
  const read = factsOf(json, batch).bodyEach("logins.email");
  expect(read).toEqual(["a", undefined, undefined, undefined, undefined, "5"]);
  expect(factsOf(json, "{}").bodyEach("logins.email")).toEqual([undefined]);
  expect(factsOf(json, "{").bodyEach("logins.email")).toEqual([]);
  expect(factsOf(form, "email=a").bodyEach("email")).toEqual(["a"]);
  const many = factsOf(json, JSON.stringify({ a: Array.from({ length: 5000 }, () => 1) }));
  expect(many.bodyEach("a").length).toBe(1001);
});
