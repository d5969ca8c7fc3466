import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { canonicalPath } from "./canonical-path.ts";

describe("spellings of one path come out as one", () => {
  const cases: [target: string, path: string][] = [
    ["/", "/"],
    ["/login", "/login"],
    ["/login?next=//x/../y", "/login"],
    ["//login", "/login"],
    ["/a//b///c", "/a/b/c"],
    ["/./login", "/login"],
    ["/a/../login", "/login"],
    ["/a/b/..", "/a/"],
    ["/a/.", "/a/"],
    ["/login/", "/login/"],
    ["/login//", "/login/"],
    ["/%6c%6Fgin", "/login"],
    ["/login;jsessionid=1", "/login"],
    ["/a;x=y/b;z", "/a/b"],
    ["/.well-known/x", "/.well-known/x"],
    ["/a..b", "/a..b"],
    ["/C%23/what%3F", "/C#/what?"],
    ["/caf%C3%A9", "/café"],
    ["/100%25", "/100%"],
    ["/a%20b", "/a b"],
    ["*", "*"],
  ];
  test.each(cases)("%s", (target, path) => {
    expect(canonicalPath(target)).toMatchObject({ path, ambiguous: false });
  });
});

describe("what origins read differently is reported", () => {
  const cases: [target: string, path: string][] = [
    ["/a%2flogin", "/a/login"],
    ["/a%5clogin", "/a/login"],
    ["/a\\login", "/a/login"],
    ["/%252e%252e/login", "/%2e%2e/login"],
    ["/%2561dmin", "/%61dmin"],
    ["/login%00.png", "/login\0.png"],
    ["/login%0a", "/login\n"],
    ["/../login", "/login"],
    ["/a/../../login", "/login"],
    ["/a/%2e%2e/login", "/login"],
    ["/a/.%2e/login", "/login"],
    ["/a/..;/login", "/login"],
    ["/a/..;x=y/login", "/login"],
    ["/login%3bx", "/login;x"],
    ["/%zz", "/%zz"],
    ["/%4", "/%4"],
    ["/%", "/%"],
    ["/%u002e", "/%u002e"],
    ["/%c0%af", "/��"],
    ["/%ff", "/�"],
    ["/login#x", "/login#x"],
    ["login", "/login"],
    ["", "/"],
    ["/a b", "/a b"],
    ["/...", "/..."],
    ["/login.", "/login."],
    ["/login%20", "/login "],
  ];
  test.each(cases)("%p", (target, path) => {
    expect(canonicalPath(target)).toMatchObject({ path, ambiguous: true });
  });
});

test("the query is kept as sent", () => {
  expect(canonicalPath("/a?b=%20&c=?d").query).toBe("b=%20&c=?d");
  expect(canonicalPath("/a//b?x").query).toBe("x");
  expect(canonicalPath("/a").query).toBe("");
});

const spelling = fc
  .array(
    fc.constantFrom("/", "a", "b", ".", "..", ";", "%", "%2e", "%2f", "%25", "41", "\\", "é", "#", "?"),
    {
      maxLength: 14,
    },
  )
  .map((parts) => `/${parts.join("")}`);

test("an unambiguous path holds no empty or dot segment, whatever was sent", () => {
  fc.assert(
    fc.property(spelling, (target) => {
      const { path, ambiguous } = canonicalPath(target);
      expect(path.startsWith("/")).toBe(true);
      if (!ambiguous) expect(path.slice(1).split("/").slice(0, -1)).not.toContain("");
      for (const segment of path.split("/")) expect(["..", "."]).not.toContain(segment);
    }),
  );
});

test("a canonical path of plain characters is its own canonical path", () => {
  fc.assert(
    fc.property(spelling, (target) => {
      const { path } = canonicalPath(target);
      if (/^[/a-z.]*$/.test(path) && !path.endsWith("."))
        expect(canonicalPath(path)).toMatchObject({ path, query: "", ambiguous: false });
    }),
  );
});
