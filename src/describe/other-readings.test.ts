import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { canonicalPath } from "./canonical-path.ts";
import { mayOverrideMethod, otherMethods, otherPaths } from "./other-readings.ts";
import { parsePairs } from "./query.ts";

/** Origins that read paths each in their own way; all of them exist. */
const origins: Readonly<Record<string, (target: string) => string>> = {
  "decodes once": (target) => decoded(target),
  "resolves, then decodes": (target) => decoded(resolved(target)),
  "decodes, then resolves": (target) => resolved(decoded(target)),
  "decodes twice": (target) => resolved(decoded(decoded(target))),
  "resolves between two decodings": (target) => resolved(decoded(resolved(decoded(target)))),
  "cuts at semicolons first": (target) => resolved(decoded(target.replaceAll(/;[^/]*/g, ""))),
  "decodes, then cuts at semicolons": (target) => resolved(decoded(target).replaceAll(/;[^/]*/g, "")),
  "takes backslashes for slashes": (target) => resolved(decoded(target).replaceAll("\\", "/")),
  "ends at NUL": (target) => resolved(decoded(target).split("\0")[0] ?? ""),
  "drops dots and blanks at the end": (target) => resolved(decoded(target)).replace(/[. ]+$/, ""),
};

function decoded(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}

// Pieces that readers treat differently, and those of the route's own name.
const part = fc.constantFrom(
  ..."/ // x /x/ .. . %2e %2E%2e %252e %2f %252f \\ %5c %255c ;a ; %3b %00 %2500 %20".split(" "),
  ..."l o g i n log in login %6c %256c".split(" "),
);
const target = fc.oneof(
  fc.array(part, { maxLength: 8 }).map((parts) => `/${parts.join("")}`),
  // Most of these come near the route.
  fc
    .tuple(
      fc.array(part, { maxLength: 3 }),
      fc.constantFrom("login", "%6cogin", "%256cogin", "lo%67in"),
      fc.array(part, { maxLength: 2 }),
    )
    .map(([before, name, after]) => `/${before.join("")}/${name}${after.join("")}`),
);

test("whatever some origin takes for the login is a reading of it", () => {
  let met = 0;
  fc.assert(
    fc.property(target, (sent) => {
      const others = otherPaths(sent).map((path) => path.replace(/(?<=.)\/+$/, ""));
      const readings = new Set([canonicalPath(sent).path.replace(/(?<=.)\/+$/, ""), ...others]);
      for (const [name, read] of Object.entries(origins)) {
        if (read(sent) !== "/login") continue;
        met++;
        if (!readings.has("/login")) throw new Error(`${name} reads ${sent} as the login`);
      }
    }),
    { numRuns: 4_000, seed: 11 },
  );
  expect(met).toBeGreaterThan(500);
});

test("readings are few, and none is the path itself", () => {
  fc.assert(
    fc.property(target, (sent) => {
      const others = otherPaths(sent);
      expect(others.length).toBeLessThanOrEqual(32);
      expect(others).not.toContain(canonicalPath(sent).path);
    }),
  );
});

test("a plain request names no other method, and what is no method is none", () => {
  expect(mayOverrideMethod(["host", "x-http-version", "x-requested-with"], "a=b")).toBe(false);
  expect(mayOverrideMethod(["x-http-method-override"], "")).toBe(true);
  const sources = { method: "POST", lowerNames: ["x-http-method"], document: undefined };
  const ask = (value: string, query = "") =>
    otherMethods({ ...sources, values: [value], queryPairs: parsePairs(query) });
  expect(ask("delete")).toEqual(["DELETE"]);
  expect(ask("POST")).toEqual([]);
  expect(ask("<script>, PUT")).toEqual(["PUT"]);
  expect(ask("", "_method=PATCH&_Method=put")).toEqual(["PATCH", "PUT"]);
  expect(ask("AAA,BBB,CCC,DDD,EEE,FFF")).toHaveLength(4);
});
