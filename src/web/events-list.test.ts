import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { formatEventId } from "../store/event-row.ts";
import { type ConsoleFixture, consoleFixture, fixtureEvent } from "./console-fixture.ts";

const account = "a".repeat(32);
const events = Array.from({ length: 120 }, (_, index) =>
  fixtureEvent(7200 - index * 30, {
    path: index % 10 === 0 ? "/gift-cards/6035" : "/login",
    ...(index % 3 === 0
      ? {
          decision: "block" as const,
          decider: "bad_infra_login",
          status: 403,
          ip: "198.51.100.9",
          asn: 64_666,
        }
      : {}),
    ...(index === 7 ? { accountHash: account, networkClass: "vpn", outcome: "login.failure" } : {}),
  }),
);

let fixture: ConsoleFixture;
let cookie: string;
beforeAll(async () => {
  fixture = await consoleFixture(events);
  cookie = await fixture.signIn();
});
afterAll(() => fixture.close());

const read = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fixture.send(path, { cookie, headers });
  return { status: response.status, headers: response.headers, body: await response.text() };
};
const idsIn = (body: string) =>
  [...body.matchAll(/href="\/events\/(\w{11})"/g)].map((match) => match[1] ?? "");
const linkTo = (body: string, text: string) =>
  new RegExp(`<a class="button small" href="([^"]+)"[^>]*>${text}</a>`)
    .exec(body)?.[1]
    ?.replaceAll("&amp;", "&");

const matching = (condition: (event: (typeof events)[number]) => boolean) =>
  events
    .filter(condition)
    .map((event) => formatEventId(event.id))
    .reverse();

describe("the filter", () => {
  test.each([
    ["decision=block", matching((event) => event.decision === "block")],
    ["policy=bad_infra_login", matching((event) => event.decider !== undefined)],
    [
      "ip=198.51.100.0/24&path=gift",
      matching((event) => event.ip === "198.51.100.9" && event.path !== "/login"),
    ],
    ["asn=AS64666", matching((event) => event.asn === 64_666)],
    ["class=vpn", matching((event) => event.networkClass === "vpn")],
    [`account=${account}`, matching((event) => event.accountHash !== undefined)],
    ["outcome=login.failure", matching((event) => event.outcome !== undefined)],
    ["range=15m", matching((event) => event.id / 4096 > Date.now() - 900_000)],
    ["app=other", []],
  ])("%s lists just those events", async (query, expected) => {
    expect(idsIn((await read(`/events?${query}`)).body)).toEqual(expected.slice(0, 50));
  });

  test("empty fields of the plain form mean nothing", async () => {
    expect(idsIn((await read("/events?decision=&app=&ip=&asn=&range=")).body)).toHaveLength(50);
  });

  test.each([
    ["decision=maybe", "There is no decision &quot;maybe&quot;"],
    ["asn=many", "is no AS number"],
    ["since=yesterday-ish", "is no time for since"],
    ["range=2y", "There is no time range"],
    ["before=nothing", "is no event id"],
    ["ip=nonsense", "This filter cannot be used"],
  ])("%s is answered beside the filter", async (query, words) => {
    const { status, body } = await read(`/events?${query}`);
    expect(status).toBe(400);
    expect(body).toContain(words);
    expect(body).toContain('id="filter"');
  });
});

describe("paging", () => {
  test("older pages lead through every event once, newer pages back", async () => {
    const seen: string[] = [];
    let path: string | undefined = "/events";
    const pages: string[] = [];
    while (path !== undefined && pages.length < 9) {
      pages.push(path);
      const { body } = await read(path);
      seen.push(...idsIn(body));
      path = linkTo(body, "Older");
    }
    expect(seen).toEqual(events.map((event) => formatEventId(event.id)).reverse());
    const last = await read(pages.at(-1) ?? "");
    const back = await read(linkTo(last.body, "Newer") ?? "");
    expect(idsIn(back.body)).toEqual(seen.slice(50, 100));
  });

  test("the filter stays in the links", async () => {
    const { body } = await read("/events?path=login");
    expect(linkTo(body, "Older")).toStartWith("/events?path=login&before=");
  });
});

describe("a swap", () => {
  test("gets the results alone, and the address that says so", async () => {
    const { body, headers } = await read("/events?decision=block&app=", {
      "hx-request-type": "partial",
      "hx-target": "div#results",
    });
    expect(body).not.toContain("<html");
    expect(body).not.toContain('id="filter"');
    expect(headers.get("hx-replace-url")).toBe("/events?decision=block");
    expect(idsIn(body)).toHaveLength(40);
  });

  test("of the view gets the filter too, with the values of the link", async () => {
    const { body } = await read("/events?ip=198.51.100.9", {
      "hx-request-type": "partial",
      "hx-target": "div#events-view",
    });
    expect(body).not.toContain("<html");
    expect(body).toContain('id="filter-ip" value="198.51.100.9"');
  });

  test("shows the same rows as the page", async () => {
    const page = await read("/events?decision=block");
    const part = await read("/events?decision=block", {
      "hx-request-type": "partial",
      "hx-target": "div#results",
    });
    expect(page.body).toContain(part.body);
  });

  test("of the history gets the whole page", async () => {
    expect((await read("/events", { "hx-request-type": "full" })).body).toStartWith("<!doctype html>");
  });
});

test("the API pages by the same cursor", async () => {
  interface Answer {
    events: { id: string; at: string }[];
    older?: string;
  }
  const first = JSON.parse((await read("/api/v1/events?decision=block&limit=15")).body) as Answer;
  const second = JSON.parse((await read(first.older ?? "")).body) as Answer;
  expect(first.events).toHaveLength(15);
  expect(second.events).toHaveLength(15);
  expect((second.events[0]?.id ?? "") < (first.events.at(-1)?.id ?? "")).toBe(true);
  expect((await read("/api/v1/events?limit=5000")).status).toBe(400);
});
