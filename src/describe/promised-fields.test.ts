/** Every field that the language promises is declared, typed and documented, and can be asked in a policy. */
import { expect, test } from "bun:test";
import { compilePolicies } from "../../dsl/index.ts";
import { countLogins } from "./connection-logins.ts";
import { Facts } from "./facts.ts";
import { fieldTable, scheme } from "./field-table.ts";
import { sampleRequest } from "./sample-request.ts";

/** As the manual lists them; `name` stands for any. */
const promised =
  `method, scheme, host, path, path.name, query.name, header.name, headers.order, headers.count,
  cookie.name, body.name, body.size, header.name.truncated, path.truncated, body.name.truncated, content_type,
  request.kind, ip, ip.net, ip.asn, ip.as_name, ip.country, ip.class, bot.verified, tls.ja4, tls.version, tls.alpn,
  tls.sni, tls.resumed, http.version, conn.requests, conn.logins, ua.browser, ua.version, ua.os, ua.is_bot,
  print.stack, print.skeleton, print.locale, print.cookies, print.shape, username, account, session, device_cookie,
  account.known, account.new_stack, account.new_net, account.idle, session.age, session.stack_changed, unidentified,
  route, app, tags, hour, weekday`
    .split(",")
    .map((name) => name.trim());

test.each(promised)("%s can be asked", (name) => {
  const text = `app a { route r GET /x }\npolicy p on a { mode shadow when { method = PUT  ${name} present } then { block } }`;
  const { diagnostics } = compilePolicies([{ name: "x.policy", text }], scheme, { read: () => undefined });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
});

test.each([
  "label.ato = true",
  "labelled ato",
  "policy.q.held",
  "q held",
  "often saturated",
  "steps",
  "tool",
])("`%s` can be asked, though it is no field", (question) => {
  const text = `app a { route r GET /x }
      measure often = count at a by ip.net over 1m
      sequence steps by ip.net within 1h { a.r then a.r }
      fingerprint tool { +1 header accept missing match at 1 }
      policy q on a { mode shadow when { ip.asn = 1 often > 3 steps tool } then { block hold ip.net for 1m label ato } }
      policy p on a { mode shadow when { ${question} } then { mark "x" } }`;
  const { diagnostics } = compilePolicies([{ name: "x.policy", text }], scheme, { read: () => undefined });
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  // A label is asked by its word alone.
  expect(errors.length).toBe(question.includes("=") ? 1 : 0);
});

test("every field says in a sentence what it is and how far it can be trusted", () => {
  for (const { name, doc, trust, cost } of fieldTable) {
    expect(`${name}: ${doc}`).toMatch(/[.]$/);
    expect(["claimed", "observed"]).toContain(trust);
    expect(cost).toBeGreaterThan(0);
  }
});

test("logins are counted by connection", () => {
  const facts = new Facts(sampleRequest(), 0);
  const read = fieldTable.find(({ name }) => name === "conn.logins")!.bind("");
  expect(read(facts)).toBe(0);
  countLogins(facts.request, 1);
  expect(read(facts)).toBe(1);
  expect(read(new Facts(sampleRequest(), 0))).toBe(0);
});

function at(time: string, name: string): unknown {
  const row = fieldTable.find((one) => one.name === name);
  return row?.bind("")(new Facts(sampleRequest(), Date.parse(time)));
}

test("hours and weekdays are UTC's", () => {
  expect(at("2026-11-22T23:59:59Z", "weekday")).toBe("sunday");
  expect(at("2026-11-23T00:00:00+01:00", "hour")).toBe(23);
});
