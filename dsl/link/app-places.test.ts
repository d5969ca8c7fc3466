/** Routes with conditions are found as a list searched from the most specific on would find them. */
import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { compilePolicies } from "../compile-policies.ts";
import { linkPolicies } from "../link-policies.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";

interface Route {
  readonly method: string;
  readonly path: string;
  readonly header: string | undefined;
}

const routes = fc.uniqueArray(
  fc.record({
    method: fc.constantFrom("GET", "POST", "*"),
    path: fc
      .array(fc.constantFrom("x", "y", ":p"), { minLength: 1, maxLength: 2 })
      .chain((parts) => fc.constantFrom(parts, [...parts.slice(0, 1), "*"], ["*"]))
      .map((parts) => `/${parts.map((part, index) => (part === ":p" ? `:p${index}` : part)).join("/")}`),
    header: fc.option(fc.constantFrom("a", "b"), { nil: undefined }),
  }),
  { selector: ({ method, path, header }) => `${method} ${path} ${header}`, minLength: 1, maxLength: 10 },
);

const request = fc.record({
  method: fc.constantFrom("GET", "POST", "HEAD"),
  path: fc.constantFrom("/", "/x", "/y", "/z", "/x/y", "/x/z", "/z/x", "/x/y/z"),
  facts: fc.record({
    "header.a": fc.constantFrom("1", undefined),
    "header.b": fc.constantFrom("1", undefined),
  }),
});

/** How general each segment of a route is, where it takes the path: 0 fixed, 1 parameter, 2 the rest. */
function generality(route: string, path: string): number[] | undefined {
  const [wanted, given] = [route, path].map((text) => text.split("/").slice(1));
  const levels: number[] = [];
  for (const [index, segment] of wanted!.entries()) {
    if (segment === "*") return [...levels, 2];
    const has = given![index];
    if (has === undefined || has === "" || (!segment.startsWith(":") && segment !== has)) return undefined;
    levels.push(segment.startsWith(":") ? 1 : 0);
  }
  return given!.length === wanted!.length ? levels : undefined;
}

function naive(all: readonly Route[], method: string, path: string, facts: SampleFacts): number | undefined {
  const methods = method === "HEAD" ? ["HEAD", "GET", "*"] : [method, "*"];
  const ranked = all.flatMap((route, index) => {
    const levels = generality(route.path, path);
    const byMethod = methods.indexOf(route.method);
    const isMet = route.header === undefined || facts[`header.${route.header}`] !== undefined;
    if (!levels || byMethod < 0 || !isMet) return [];
    const rank = [...levels, ...Array<number>(3 - levels.length).fill(0), byMethod];
    return [{ index, rank: [...rank, route.header === undefined ? 1 : 0, index].join(" ") }];
  });
  return ranked.sort((left, right) => (left.rank < right.rank ? -1 : 1))[0]?.index;
}

test("the most specific route whose condition holds is found, whatever the order they are written in", () => {
  fc.assert(
    fc.property(routes, fc.array(request, { minLength: 3, maxLength: 10 }), (all, requests) => {
      const lines = all.map(({ method, path, header }, index) => {
        return `route r${index} ${method} ${path} ${header ? `when header ${header} present` : ""}`;
      });
      const files = [{ name: "p.policy", text: `app z { ${lines.join("\n")} }` }];
      const { ir, diagnostics } = compilePolicies(files, sampleScheme, sampleLists);
      expect(diagnostics).toEqual([]);
      const set = linkPolicies(ir!, sampleScheme, { gauges: sampleGauges(), lists: sampleLists });
      for (const { method, path, facts } of requests) {
        const place = set.place("h", method, path)!;
        const chosen = place.choose ? place.choose(facts) : place;
        const wanted = naive(all, method, path, facts);
        expect(chosen.route?.name).toBe(wanted === undefined ? undefined : `r${wanted}`);
      }
    }),
    { numRuns: 1000 },
  );
});
