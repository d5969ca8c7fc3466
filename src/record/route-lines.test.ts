import { expect, test } from "bun:test";
import { compilePolicies } from "../../dsl/index.ts";
import { scheme } from "../describe/field-table.ts";
import { routeLines } from "./route-lines.ts";
import type { UntaggedLogin } from "./untagged-logins.ts";

const one = (path: string, more: Partial<UntaggedLogin> = {}): UntaggedLogin => ({
  app: "shop",
  method: "POST",
  path,
  count: 1,
  word: undefined,
  secretField: undefined,
  userField: undefined,
  refusals: 0,
  cookies: 0,
  lastAt: 0,
  ...more,
});

test("the lines compile as they are, whatever was found", () => {
  const found = [
    one("/v1/signin", { word: "signin", userField: "user.email" }),
    one("/v2/signin", { word: "signin", userField: "user[email]" }),
    one("/gift-cards/:id/x/:id", { word: "gift-cards", method: "PUT" }),
    one("/sign-up", { word: "sign-up", userField: "e-mail" }),
    one("/a b", { word: "login" }),
    one('/"} policy x on everything {', { word: "login" }),
  ];
  const lines = routeLines(found).get("shop") ?? [];
  expect(lines).toEqual([
    "route found_v1_signin POST /v1/signin tagged auth",
    "identify username = body.user.email",
    "route found_v2_signin POST /v2/signin tagged auth",
    "route found_x PUT /gift-cards/:id/x/:id2 tagged gift_card",
    "route found_route POST /sign-up tagged registration",
  ]);
  const text = `app shop {\n${lines.join("\n")}\n}`;
  const { diagnostics } = compilePolicies([{ name: "a.policy", text }], scheme, { read: () => undefined });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
});
