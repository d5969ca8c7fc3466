import { expect, test } from "bun:test";
import { compilePolicies } from "../compile-policies.ts";
import { linkPolicies } from "../link-policies.ts";
import type { ResponseView } from "../policy-set.ts";
import { type SampleFacts, sampleIp, sampleLists, sampleScheme } from "../sample-scheme.ts";
import { sampleGauges } from "../sample-state.ts";

function link(text: string) {
  const { ir, diagnostics } = compilePolicies([{ name: "a.policy", text }], sampleScheme, sampleLists);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return linkPolicies(ir!, sampleScheme, { gauges: sampleGauges(), lists: sampleLists });
}

const graphql = `app a {
  route plain  POST /graphql
  route login  POST /graphql when body.op = Login
  route card   POST /graphql when body.op = Card and header x-app present
  route v2     POST /:tenant/graphql when header x-app present
  route named  POST /:name/graphql
  route rest   *    /*
  route inner  GET  /inner when header x-app present
}`;

const choose = (set: ReturnType<typeof link>, path: string, facts: SampleFacts, method = "POST") => {
  const place = set.place("h", method, path)!;
  return place.choose ? place.choose(facts) : place;
};

test("routes of one path are told apart by their conditions, whatever their order", () => {
  const set = link(graphql);
  const chosen = (facts: SampleFacts) => choose(set, "/graphql", facts).route?.name;
  expect(chosen({ "body.op": "Login" })).toBe("login");
  expect(chosen({ "body.op": "Card", "header.x-app": "1" })).toBe("card");
  expect(chosen({ "body.op": "Card" })).toBe("plain");
  expect(chosen({})).toBe("plain");
});

test("a request that fulfils no condition goes to the next route that takes its path", () => {
  const set = link(graphql);
  expect(choose(set, "/inner", { "header.x-app": "1" }, "GET").route?.name).toBe("inner");
  expect(choose(set, "/inner", {}, "GET").route?.name).toBe("rest");
  expect(
    link('app a { route one POST /x when body.a = "1" }').place("h", "POST", "/x")?.choose?.({}).route,
  ).toBe(undefined);
});

test("each route of a shape knows its parameters by its own names", () => {
  const set = link(graphql);
  expect({ ...choose(set, "/t/graphql", { "header.x-app": "1" }).pathParameters }).toEqual({ tenant: "t" });
  expect({ ...choose(set, "/t/graphql", {}).pathParameters }).toEqual({ name: "t" });
});

test("the body is asked for before a route is chosen only where a condition reads it", () => {
  expect(link(graphql).place("h", "POST", "/graphql")?.needsBody).toBe(true);
  const onHeader = link("app a { route one POST /x when header x-app present }").place("h", "POST", "/x");
  expect([onHeader?.needsBody, onHeader?.choose === undefined]).toEqual([false, false]);
  expect(link("app a { route one POST /x }").place("h", "POST", "/x")?.choose).toBe(undefined);
});

const routeOf = (setting: string) =>
  link(`app a { ${setting} route one GET /Cards/:id }`).place("h", "GET", "/cards/7")?.route?.name;

test("paths are told apart by case only where the app says so", () => {
  expect([routeOf(""), routeOf("case insensitive paths"), routeOf("case sensitive paths")]).toEqual([
    "one",
    "one",
    undefined,
  ]);
});

const outcomes = link(`app a {
  route login POST /login
  identify username = body.email
  identify session = cookie sid | response header x-session | response cookie sid | response body.user.token
  outcome login
    success status 200..299 and body.user.token present and location missing
    challenge cookie challenge = yes
    throttled status 429, 503
    unknown_user body.code in [17, 18] or body.error = nobody
    failure body contains "wrong"
}`).place("h", "POST", "/login")!.bucket;

const answer = (
  status: number,
  body?: string | SampleFacts,
  heads: Record<string, string> = {},
): ResponseView => ({
  status,
  header: (name) => heads[name],
  cookie: (name) => heads[`cookie ${name}`],
  body:
    body === undefined
      ? undefined
      : {
          isReadable: typeof body !== "string",
          text: typeof body === "string" ? body : JSON.stringify(body),
          field: (path) => (typeof body === "string" ? undefined : (body[path] as string | undefined)),
        },
});

const kindOf = (response: ResponseView) => outcomes.outcome(response)?.kind;

test("outcomes are read from status, headers, cookies, redirects and bodies, the first that fits", () => {
  expect(kindOf(answer(204, { "user.token": "t" }))).toBe("success");
  expect(kindOf(answer(204, { "user.token": "t" }, { location: "/" }))).toBe(undefined);
  expect(kindOf(answer(200, {}, { "cookie challenge": "yes" }))).toBe("challenge");
  expect(kindOf(answer(503, {}))).toBe("throttled");
  expect(kindOf(answer(200, { code: "18" }))).toBe("unknown_user");
  expect(kindOf(answer(401, "all wrong here"))).toBe("failure");
  expect(kindOf(answer(401, "{"))).toBe(undefined);
});

const waits = (response: ResponseView) => outcomes.needsResponseBody(response);

test("the answer's body is waited for only while the head leaves the outcome open", () => {
  expect(waits(answer(200))).toBe(true);
  // The success is impossible and the throttling certain.
  expect(waits(answer(503))).toBe(false);
  expect(waits(answer(401))).toBe(true);
  // A body that nobody can read settles nothing, and is not mistaken for one without the value.
  expect(outcomes.outcome(answer(200, "<html>"))).toBe(undefined);
});

test("a session is the first that the answer issues", () => {
  expect(outcomes.issuedSession(answer(200, { "user.token": "t" }, { "cookie sid": "c" }))).toBe("c");
  expect(outcomes.issuedSession(answer(200, { "user.token": "t" }))).toBe("t");
  expect(outcomes.issuedSession(answer(200))).toBe(undefined);
});

const identify = (line: string, facts: SampleFacts) =>
  link(`app a { route login POST /login ${line} }`).place("h", "POST", "/login")!.bucket.identify(facts);

const name = (ways: string, email: string) =>
  identify(`identify username = body.email ${ways}`, { "body.email": email }).username;

test("usernames are normalised as the app says, else trimmed and in lower case", () => {
  const email = " A b.C+tag+x@Mail.example ";
  expect(name("", email)).toBe("a b.c+tag+x@mail.example");
  expect(name("normalise spaces, alias, dots", email)).toBe("AbC@Mail.example");
  expect(name("normalise case, alias", "+a@x")).toBe("+a@x");
  expect(name("normalise dots", "no.at")).toBe("no.at");
});

const batch = (logins: string[]) =>
  identify("identify username = each body.logins.email", { "body.logins.email": logins });

test("a batch speaks for each of its users, and hides none behind what cannot be read", () => {
  expect(batch(["A", "b", "a"])).toEqual({ username: "a", usernames: ["a", "b"] });
  expect(batch(["a"])).toEqual({ username: "a" });
  expect(batch(["a", ""])).toEqual({ username: "a", isUnidentified: true });
  const many = batch(Array.from({ length: 101 }, (_, index) => `u${index}`));
  expect([many.usernames?.length, many.isUnidentified]).toEqual([100, true]);
});

test("a request without a readable username is blocked, marked or let through as its route says", () => {
  const set = link(`app a {
    route one POST /one
    route two POST /two
    route three POST /three
    identify username = body.email
    unidentified one block
    unidentified two mark
  }`);
  const judged = (path: string, isNameless: boolean) =>
    set.place("h", "POST", path)!.bucket.judge({ unidentified: isNameless });
  expect(judged("/one", true)).toMatchObject({
    action: { kind: "block", status: 403 },
    decider: "unidentified",
    matches: [{ policy: "unidentified", applied: true, reasons: [{ clause: "unidentified one block" }] }],
  });
  expect(judged("/one", false).action.kind).toBe("allow");
  expect(judged("/two", true)).toMatchObject({ action: { kind: "allow" }, labels: ["unidentified"] });
  expect(judged("/three", true).labels).toEqual([]);
  // Without the body nobody could tell.
  expect(["/one", "/two", "/three"].map((path) => set.place("h", "POST", path)!.needsBody)).toEqual([
    true,
    true,
    false,
  ]);
});

const ambiguous = (line: string) =>
  link(`app a { ${line} }`).place("h", "GET", "/x")!.bucket.judge({ "path.ambiguous": true });

test("a path with two meanings is marked, or blocked where the app says so", () => {
  expect(ambiguous("")).toMatchObject({ action: { kind: "allow" }, labels: ["ambiguous_path"] });
  expect(ambiguous("ambiguous block").action).toEqual({ kind: "block", status: 400 });
});

test("a front is known by its networks, and only there", () => {
  const set = link(`
    list edge: cidr = [192.0.2.0/24]
    app a { front cdn from edge { client header CF-Connecting-IP } front lb from [10.0.0.0/8] }`);
  expect(set.apps[0]?.fronts).toEqual([
    { name: "cdn", says: ["client"] },
    { name: "lb", says: [] },
  ]);
  const { front } = set.place("h", "GET", "/")!;
  expect(front?.(sampleIp("192.0.2.9"))).toEqual({ client: "cf-connecting-ip" });
  expect(front?.(sampleIp("10.1.2.3"))).toEqual({});
  expect(front?.(sampleIp("203.0.113.1"))).toBe(undefined);
  expect(link("app a { hosts a.example }").place("a.example", "GET", "/")?.front).toBe(undefined);
});
