import { expect, test } from "bun:test";
import { HostTable } from "./host-table.ts";
import { RouteTable } from "./route-table.ts";

function table(...routes: [string, string][]): RouteTable<string> {
  const table = new RouteTable<string>();
  for (const [method, path] of routes) table.add(method, path, `${method} ${path}`);
  return table;
}

test("the most specific route wins, whatever the order of declaration", () => {
  const routes = table(["*", "/*"], ["GET", "/cards/*"], ["GET", "/cards/:code"], ["GET", "/cards/new"]);
  expect(routes.find("GET", "/cards/new")?.value).toBe("GET /cards/new");
  expect(routes.find("GET", "/cards/77")).toEqual({ value: "GET /cards/:code", parameters: { code: "77" } });
  expect(routes.find("GET", "/cards/77/balance")?.value).toBe("GET /cards/*");
  expect(routes.find("PUT", "/cards/77")?.value).toBe("* /*");
});

test("a dead end below a fixed segment falls back to the parameter beside it", () => {
  const routes = table(["GET", "/a/b/c"], ["GET", "/:x/b/d"]);
  expect(routes.find("GET", "/a/b/d")).toEqual({ value: "GET /:x/b/d", parameters: { x: "a" } });
});

test("case, a slash at the end and HEAD do not slip past a route", () => {
  const routes = table(["POST", "/login"], ["GET", "/cards/:code"]);
  expect(routes.find("POST", "/Login/")?.value).toBe("POST /login");
  expect(routes.find("HEAD", "/CARDS/Ab")).toEqual({ value: "GET /cards/:code", parameters: { code: "Ab" } });
  expect(routes.find("GET", "/login")).toBeUndefined();
});

test("letters whose case only Unicode's tables know do not slip past a route either", () => {
  const routes = table(["GET", "/kasse/straße"], ["GET", "/İx"]);
  expect(routes.find("GET", "/\u212aasse/STRAßE")?.value).toBe("GET /kasse/straße");
  expect(routes.find("GET", "/i\u0307X")?.value).toBe("GET /İx");
  expect(routes.find("GET", "/kasse/strasse")).toBeUndefined();
});

test("parameters named like object members stay plain parameters", () => {
  const routes = table(["GET", "/:__proto__/:constructor"]);
  const parameters = routes.find("GET", "/a/b")?.parameters;
  expect(Object.entries(parameters ?? {})).toEqual([
    ["__proto__", "a"],
    ["constructor", "b"],
  ]);
});

test("a path of many segments is refused without walking them", () => {
  const routes = table(["GET", "/:a/:b"], ["GET", "/a/:b/c"]);
  expect(routes.find("GET", "/a".repeat(100_000))).toBeUndefined();
});

test("hosts match exactly before wildcards, the longest wildcard before shorter ones, and never the bare domain", () => {
  const hosts = new HostTable<string>();
  for (const host of ["*", "*.example", "*.shop.example", "www.shop.example"]) hosts.add(host, host);
  expect(hosts.find("www.shop.example")).toBe("www.shop.example");
  expect(hosts.find("a.b.shop.example")).toBe("*.shop.example");
  expect(hosts.find("shop.example")).toBe("*.example");
  expect(hosts.find("example")).toBe("*");
  expect(hosts.find("evilshop.example")).toBe("*.example");
});
