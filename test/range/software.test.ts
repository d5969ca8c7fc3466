import { expect, test } from "bun:test";
import { capturedHead } from "./browser-captures.ts";
import { browser, shopApp, shuffled } from "./client-software.ts";
import { Dice } from "./seeded-dice.ts";

const intent = {
  kind: "form",
  method: "POST",
  path: "/login",
  body: "email=a&password=b",
  cookies: [],
} as const;

test("a replayed browser sends the captured headers in their order and case", () => {
  for (const name of ["chromium", "firefox"] as const) {
    const names = browser(name, new Dice("a"))
      .headers({ ...intent, cookies: ["sid=x"] })
      .map(([header]) => header);
    expect(names).toEqual(capturedHead(name, "form").headers.map(([header]) => header));
  }
});

test("whoever has no cookie yet sends no Cookie header", () => {
  const headers = browser("chromium", new Dice("a")).headers(intent);
  expect(headers.map(([name]) => name)).not.toContain("Cookie");
  expect(headers.find(([name]) => name === "Content-Length")?.[1]).toBe("18");
});

test("a release of the app changes what it sends", () => {
  const [before, after] = (["7.4.1", "8.0.0"] as const).map((release) =>
    shopApp(release, new Dice("a")).headers(intent).join(),
  );
  expect(after).not.toBe(before);
});

test("a tool that hides from prints sends another order each time", () => {
  const dice = new Dice("a");
  const orders = Array.from({ length: 20 }, (_, nth) =>
    shuffled(dice.fork(nth))
      .headers(intent)
      .map(([name]) => name)
      .join(),
  );
  expect(new Set(orders).size).toBe(20);
});
