/** An operator sees which routes' answers can no longer be read, and how it was before. */
import { expect, test } from "bun:test";
import { outcomeList } from "./outcome-list.ts";

const route = {
  app: "shop",
  route: "login",
  answers: 1060,
  isBlind: false,
  unknownShare: 0.02,
  usualShare: 0.02,
};

test("a route that cannot be read stands first, with its shares now and before", () => {
  const blind = { ...route, route: "<b>card", isBlind: true, unknownShare: 0.78, usualShare: 0.04 };
  const text = String(outcomeList([route, blind]));
  expect(text.indexOf("unreadable")).toBeGreaterThan(0);
  expect(text.indexOf("unreadable")).toBeLessThan(text.indexOf("readable as usual"));
  expect(text).toMatch(/shop\.&lt;b&gt;card.*78.*%.*4.*%/);
  expect(String(outcomeList([]))).toContain("No route with an outcome");
});
