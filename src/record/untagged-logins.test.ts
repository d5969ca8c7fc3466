import { describe, expect, test } from "bun:test";
import { Facts } from "../describe/facts.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import { loginWordIn, shapeOfPath } from "./path-shape.ts";
import { UntaggedLogins } from "./untagged-logins.ts";

const json = "application/json";

function post(target: string, body: string, type = json): Facts {
  const headers = [["Content-Type", type]] as const;
  return new Facts(sampleRequest({ method: "POST", target, headers, body }), 7);
}

describe("what looks like a login is listed", () => {
  test.each([
    ["/v1/mobile", '{"user":{"email":"u","passWord":"p"}}', json, "user.passWord", "user.email"],
    ["/x", "login=u&pwd=p", "application/x-www-form-urlencoded", "pwd", "login"],
    ["/api/oauth/token", "{}", json, undefined, undefined],
  ])("%s %s", (target, body, type, secretField, userField) => {
    const logins = new UntaggedLogins();
    logins.answered(post(target, body, type), "shop", 401, true);
    const common = {
      app: "shop",
      method: "POST",
      path: target,
      count: 1,
      refusals: 1,
      cookies: 1,
      lastAt: 7,
    };
    expect(logins.list()).toEqual([{ ...common, secretField, userField, word: loginWordIn(target) }]);
  });
});

test("no value is kept, neither of fields nor in paths", () => {
  const logins = new UntaggedLogins();
  const facts = post("/reset/3f2a9c1b7d5e4f60/4711", '{"password":"hunter2","email":"ann@x.example"}');
  logins.answered(facts, "shop", 200, false);
  expect(logins.list()[0]?.path).toBe("/reset/:id/:id");
  expect(JSON.stringify(logins.list())).not.toMatch(/hunter2|ann@|3f2a/);
});

test("ordinary posts are not listed, until most of them are refused", () => {
  const logins = new UntaggedLogins();
  for (let index = 0; index < 30; index++) logins.answered(post("/cart", '{"item":1}'), "shop", 200, false);
  expect(logins.list()).toEqual([]);
  for (let index = 0; index < 40; index++) logins.answered(post("/cart", '{"item":1}'), "shop", 401, false);
  expect(logins.list()).toHaveLength(1);
});

test("a flood of paths neither grows the table nor pushes out what looks like a login", () => {
  const logins = new UntaggedLogins();
  logins.answered(post("/signin", '{"password":"x"}'), "shop", 200, false);
  for (let index = 0; index < 2_000; index++) {
    logins.answered(
      post(`/p${"abcdefghij"[index % 10]}/q${index.toString(26).replace(/\d/g, "z")}`, "{}"),
      "shop",
      200,
      false,
    );
  }
  expect(logins.list().map(({ path }) => path)).toEqual(["/signin"]);
});

test("bodies of one shape are looked at first, and then now and then", () => {
  const logins = new UntaggedLogins();
  let wanted = 0;
  for (let index = 0; index < 640; index++) {
    const facts = post("/cart", "{}");
    if (logins.wantsBody(facts, "shop")) wanted++;
    logins.answered(facts, "shop", 200, false);
  }
  expect(wanted).toBeGreaterThan(16);
  expect(wanted).toBeLessThan(320);
  expect(logins.wantsBody(post("/x", "--b", "multipart/form-data; boundary=b"), "shop")).toBe(false);
});

test("shapes hide numbers, codes and text that is no word", () => {
  expect(shapeOfPath("/A/42/0b7e6c1e-8e0f-4c58-9f8c-0a1b2c3d4e5f/<b>/e")).toBe("/a/:id/:id/:id/e");
  expect(shapeOfPath("/a".repeat(500)).length).toBeLessThanOrEqual(128);
});
