import { expect, test } from "bun:test";
import { compilePolicies } from "./compile-policies.ts";
import { linkPolicies } from "./link-policies.ts";
import { type SampleFacts, sampleLists, sampleScheme } from "./sample-scheme.ts";
import { sampleGauges } from "./sample-state.ts";

function lie(json: string, salt = "salt", more = "") {
  const text = `app a { route login POST /login }
    response lie { json ${json} ${more} }
    policy p on a { then { deceive lie } }`;
  const { ir, diagnostics } = compilePolicies([{ name: "t.policy", text }], sampleScheme, sampleLists);
  if (!ir) throw new Error(diagnostics.map((diagnostic) => diagnostic.message).join("\n"));
  const ports = { gauges: sampleGauges(), lists: sampleLists, salt };
  const { bucket } = linkPolicies(ir, sampleScheme, ports).place("x.example", "POST", "/login")!;
  return {
    bucket,
    body: (facts: SampleFacts, now = 0): Record<string, unknown> => {
      const { action } = bucket.judge(facts, now);
      if (action.kind !== "deceive") throw new Error(action.kind);
      return JSON.parse(action.response.body) as Record<string, unknown>;
    },
  };
}

test("made-up values have the form of genuine ones", () => {
  const { body } = lie(`{
    id: fake uuid, code: fake hex 12, long: fake hex, whole: fake number 10..12, price: fake number 1..9.75,
    name: fake name, mail: fake email, day: fake date }`);
  for (let n = 0; n < 200; n++) {
    const values = body({ "ip.net": `n${n}` });
    expect(values["id"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(values["code"]).toMatch(/^[0-9a-f]{12}$/);
    expect(values["long"]).toMatch(/^[0-9a-f]{32}$/);
    expect([10, 11, 12]).toContain(Number(values["whole"]));
    expect(Number(values["price"])).toBeWithin(1, 9.7501);
    expect(String(values["price"])).toMatch(/^\d(?:\.\d{1,2})?$/);
    expect(values["name"]).toMatch(/^[A-Z][a-z]+ [A-Z][a-z]+$/);
    expect(values["mail"]).toMatch(/^[a-z]+\.[a-z]+\d{1,2}@example\.com$/);
    expect(String(values["day"])).toBe(new Date(String(values["day"])).toISOString().slice(0, 10));
  }
});

test("one seed always sees the same values, other seeds, places and secrets see others", () => {
  const json = "{ a: fake uuid seeded by session, b: fake uuid seeded by session }";
  const { body } = lie(json);
  const first = body({ session: "s", "ip.net": "n" }, 1);
  expect(body({ session: "s", "ip.net": "m" }, 9)).toEqual(first);
  const all = [first, body({ session: "t" }), lie(json, "other").body({ session: "s" })].flatMap(
    Object.values,
  );
  expect(new Set(all).size).toBe(6);
});

test("without its seed a value rests on the client's network, and without that on the moment", () => {
  const { body } = lie("{ a: fake uuid seeded by session }");
  expect(body({ "ip.net": "n" }, 1)).toEqual(body({ "ip.net": "n" }, 2));
  expect(body({}, 1)).not.toEqual(body({}, 2));
});

test("fields are told as JSON, whatever a client sent, and missing ones as null", () => {
  const { body } = lie("{ echo: body.email, tags: tags, bot: ua.is_bot, age: body.size }");
  const hostile = '"},{"x":"</script>\u2028';
  expect(body({ "body.email": hostile, tags: ["a", "b"], "ua.is_bot": true })).toEqual({
    echo: hostile,
    tags: ["a", "b"],
    bot: true,
    age: null,
  });
  expect(lie("{ echo: body.email }").bucket.needsBody).toBe(true);
});

test("a response takes as long as it says", () => {
  const { bucket } = lie("{ a: 1 }", "salt", "latency 80ms..200ms");
  const delays = Array.from({ length: 200 }, (_, now) => bucket.judge({}, now).delayMs ?? 0);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(80);
  expect(Math.max(...delays)).toBeLessThanOrEqual(200);
  expect(new Set(delays).size).toBeGreaterThan(20);
  expect(lie("{ a: 1 }", "salt", "latency 1s").bucket.judge({}).delayMs).toBe(1000);
});
