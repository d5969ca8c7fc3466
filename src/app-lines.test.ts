/** What the lines of an app do to real requests and answers, from the socket to the record. */
import { afterEach, expect, test } from "bun:test";
import { compilePolicies, linkPolicies } from "../dsl/index.ts";
import { connectRaw } from "../test/support/raw-client.ts";
import { answerWith, type RawOrigin, startRawOrigin } from "../test/support/raw-origin.ts";
import { type EdgeListener, listenEdge } from "./accept/edge-listener.ts";
import { scheme } from "./describe/field-table.ts";
import { GaugeStore } from "./gauge/gauge-store.ts";
import { OriginPools } from "./perform/origin-pools.ts";
import { edgeApp, Pipeline } from "./pipeline.ts";
import { EventClock } from "./record/event-clock.ts";
import type { Recorder, RequestEnd } from "./record/recorder.ts";

let edge: EdgeListener | undefined;
let origin: RawOrigin | undefined;

afterEach(async () => {
  origin?.stop();
  await edge?.drain(0);
});

const lists = { read: () => undefined };
const unknown = { asn: undefined, asName: undefined, country: undefined, networkClass: undefined };

/** An edge with these policies in front of an origin that always gives this answer. */
function start(policies: string, answer: string) {
  const { ir, diagnostics } = compilePolicies([{ name: "a.policy", text: policies }], scheme, lists);
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const gauges = new GaugeStore({ maxBytes: 8 << 20 });
  const set = linkPolicies(ir!, scheme, { gauges, lists });
  origin = startRawOrigin(answerWith(answer));
  const ends: RequestEnd[] = [];
  const faults: string[] = [];
  const pipeline = new Pipeline({
    policies: { live: { set, revision: 1, files: [], since: 0 } },
    networks: { find: () => unknown },
    origins: new OriginPools(origin.url),
    recorder: {
      finished: (end: RequestEnd) => void ends.push(end),
      refused: () => undefined,
    } as unknown as Recorder,
    clock: new EventClock(),
    trusted: [],
    fault: (error) => faults.push(String(error)),
  });
  const elysia = edgeApp(pipeline);
  edge = listenEdge({
    hostname: "127.0.0.1",
    port: 0,
    trusted: [],
    serve: (request) => void elysia.fetch(request as unknown as Request),
    refused: () => undefined,
    fault: (error) => faults.push(`edge: ${String(error)}`),
  });
  const { port } = edge;
  const send = async (path: string, body: string, headers = "") => {
    const client = await connectRaw(port);
    const length = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n`;
    const before = ends.length;
    client.send(`POST ${path} HTTP/1.1\r\nHost: a\r\n${length}${headers}Connection: close\r\n\r\n${body}`);
    const text = await client.until(/\r\n\r\n[^]*$/);
    for (let wait = 0; ends.length === before && wait < 200; wait++) await Bun.sleep(5);
    client.close();
    return text;
  };
  return { send, ends, faults };
}

const json = (text: string, head = "") =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n${head}Content-Length: ${text.length}\r\n\r\n${text}`;

const login = `app a {
  route login POST /login
  route later POST /later
  identify username = body.email | each body.logins.email
  identify session  = header authorization | response body.token
  outcome login
    success body.token present
    failure body.error = wrong
}`;
const outcomeOf = ({ outcome }: RequestEnd) => outcome && `${outcome.event}.${outcome.kind}`;

test("an outcome is read from the body while it passes, chunked or whole, and not where it has a coding", async () => {
  const chunked = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`;
  const answers: [string, string | undefined][] = [
    [json('{"token":"t"}'), "login.success"],
    [json('{"error":"wrong"}'), "login.failure"],
    [`${chunked}7\r\n{"error\r\na\r\n":"wrong"}\r\n0\r\n\r\n`, "login.failure"],
    [json('{"token":"t"}', "Content-Encoding: gzip\r\n"), undefined],
    [json(`{"token":"t","pad":"${"x".repeat(16_384)}"}`), undefined],
  ];
  for (const [answer, outcome] of answers) {
    const { send, ends } = start(login, answer);
    const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
    expect(await send("/login", '{"email":"ann"}')).toContain(body.slice(0, 7));
    expect(ends.map(outcomeOf)).toEqual([outcome]);
    origin?.stop();
    await edge?.drain(0);
  }
});

test("a session that an answer issued speaks for its account later", async () => {
  const policies = `${login}
    policy hers on a.later { when { account = ann } then { block } }`;
  const { send, ends } = start(policies, json('{"token":"t-1"}'));
  await send("/later", "{}", "Authorization: Bearer t-1\r\n");
  await send("/login", '{"email":"Ann"}');
  await send("/later", "{}", "Authorization: Bearer t-1\r\n");
  await send("/later", "{}", "Authorization: Bearer t-2\r\n");
  expect(ends.map(({ status }) => status)).toEqual([200, 200, 403, 200]);
});

const batch = (...names: string[]) => JSON.stringify({ logins: names.map((email) => ({ email })) });

test("a batch counts each of its users, and one of them is enough to stop it", async () => {
  const policies = `${login}
    measure users = distinct username at a.login by ip over 1m
    measure failed = count at a.login.failure by username over 1m
    policy many on a.login { when { users > 3 } then { block } }
    policy guessed on a.login { when { failed >= 1 } then { block 429 } }`;
  const { send, ends } = start(policies, json('{"error":"wrong"}'));
  await send("/login", batch("a", "b"));
  await send("/login", batch("c", "b"));
  await send("/login", batch("x", "y", "z"));
  expect(ends.map(({ status }) => status)).toEqual([200, 429, 403]);
});

test("routes are chosen by what the body asks for; one that two could read differently does not slip past", async () => {
  const policies = `app a {
      route login POST /graphql when body.operationName = Login
      route other POST /graphql
    }
    policy p on a.login { when { method = POST } then { block } }`;
  const { send, ends } = start(policies, json("{}"));
  await send("/graphql", '{"operationName":"Login"}');
  await send("/graphql", '{"operationName":"Cards"}');
  await send("/graphql", '{"operationName":"Login","operationName":"Cards"}');
  expect(ends.map(({ status, place }) => [status, place?.route?.name])).toEqual([
    [403, "login"],
    [200, "other"],
    [403, "login"],
  ]);
});

test("a sign-in whose username is given twice is blocked where the app wants it so", async () => {
  const { send, ends } = start(`${login.slice(0, -1)} unidentified login block }`, json("{}"));
  await send("/login", '{"email":"ann"}');
  await send("/login", '{"email":"ann","email":"joe"}');
  expect(ends.map(({ status, decision }) => [status, decision?.decider])).toEqual([
    [200, undefined],
    [403, "unidentified"],
  ]);
});

const behindFront = (from: string) => `app a {
    front cdn from [${from}] { client header x-client  ja4 header x-ja4  bot header x-bot }
    route one POST /one
  }
  policy p on a {
    when { ip = 203.0.113.9  bot.verified  tls.ja4 = "t13d1516h2_8daaf6152771_b0da82dd1658" }
    then { block }
  }`;

test("only an app's own front is believed about its client, to policies and to the origin", async () => {
  const headers =
    "X-Client: 203.0.113.9\r\nX-Ja4: t13d1516h2_8daaf6152771_b0da82dd1658\r\nX-Bot: true\r\nX-Forwarded-For: 203.0.113.9\r\n";
  const fronted = start(behindFront("127.0.0.0/8"), json("{}"));
  await fronted.send("/one", "{}", headers);
  await fronted.send("/one", "{}", headers.replaceAll("203.0.113.9", "203.0.113.8"));
  expect(fronted.ends.map(({ status, facts }) => [status, facts.ip.text])).toEqual([
    [403, "203.0.113.9"],
    [200, "203.0.113.8"],
  ]);
  expect(origin?.requests.at(-1)?.head).toContain("X-Forwarded-For: 203.0.113.8, 127.0.0.1\r\n");
  origin?.stop();
  await edge?.drain(0);
  const strange = start(behindFront("192.0.2.0/24"), json("{}"));
  await strange.send("/one", "{}", headers);
  expect(strange.ends.map(({ status, facts }) => [status, facts.ip.text])).toEqual([[200, "127.0.0.1"]]);
  expect(origin?.requests.at(-1)?.head).toContain("X-Forwarded-For: 127.0.0.1\r\n");
});

test("a session's age counts from the sign-in that opened it, and is missing before", async () => {
  const policies = `${login}
    policy young on a.later { when { session.age < 1h  tags contains fresh } then { block } }`;
  const { send, ends } = start(policies.replace("app a {", "app a { tags fresh"), json('{"token":"t-1"}'));
  await send("/later", "{}", "Authorization: Bearer t-1\r\n");
  await send("/login", '{"email":"ann"}');
  await send("/later", "{}", "Authorization: Bearer t-1\r\n");
  expect(ends.map(({ status }) => status)).toEqual([200, 200, 403]);
});
