import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { formatEventId } from "../store/event-row.ts";
import {
  type ConsoleFixture,
  consoleFixture,
  fixtureEvent,
  fixturePolicy,
  fixtureStatus,
} from "./console-fixture.ts";

const hostile = `"><script>alert('x')</script><img src=x onerror=alert(1)>`;
const hostileEvent = fixtureEvent(2, {
  path: `/${hostile}`,
  host: hostile,
  method: hostile,
  userAgent: hostile,
  asName: hostile,
  country: "<u>",
  networkClass: hostile,
  app: hostile,
  route: hostile,
  skeleton: hostile,
  outcome: hostile,
  accountHash: hostile,
  decision: "block",
  decider: hostile,
  receipt: JSON.stringify({
    labels: [hostile],
    matches: [
      {
        policy: hostile,
        mode: "enforce",
        effect: "block",
        applied: true,
        reasons: [{ clause: hostile, value: hostile }],
      },
    ],
  }),
});
const plainEvent = fixtureEvent(4);

let fixture: ConsoleFixture;
let cookie: string;
beforeAll(async () => {
  fixture = await consoleFixture([plainEvent, hostileEvent]);
  cookie = await fixture.signIn();
});
afterAll(() => fixture.close());

const pages = [
  "/",
  "/?range=24h",
  "/events",
  "/events?decision=block&range=1h",
  `/events/${formatEventId(hostileEvent.id)}`,
  `/events/${formatEventId(plainEvent.id)}`,
  "/policies",
  "/policies/bad_infra_login",
  "/policy-files?name=ato.policy",
  "/system",
];
const problems = ["/events?asn=many", "/events/00000000000", "/policies/gone", "/revisions/99", "/nowhere"];
const api = [
  "/api/v1/overview",
  "/api/v1/events",
  `/api/v1/events/${formatEventId(plainEvent.id)}`,
  "/api/v1/policies",
];

describe("without a session", () => {
  test.each([...pages, ...problems])("%s leads to the sign-in page and back", async (path) => {
    const response = await fixture.send(path);
    expect(response.status).toBe(303);
    expect(response.headers.get("location")).toBe(`/sign-in?next=${encodeURIComponent(path)}`);
  });

  test.each([...api, "/api/v1/nothing", "/live"])("%s answers 401", async (path) => {
    const response = await fixture.send(path);
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain("shop.example");
  });

  test("a swap is sent to the sign-in page as a whole", async () => {
    const response = await fixture.send("/events", {
      headers: {
        "hx-request-type": "partial",
        "hx-current-url": "http://127.0.0.1:9090/events?ip=192.0.2.1",
      },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("hx-redirect")).toBe(
      `/sign-in?next=${encodeURIComponent("/events?ip=192.0.2.1")}`,
    );
  });

  test("a made-up token opens nothing", async () => {
    const response = await fixture.send("/", { cookie: `sallyport_session=${"A".repeat(43)}` });
    expect(response.status).toBe(303);
  });

  test("probes answer, and readiness follows the edge", async () => {
    expect((await fixture.send("/livez", { headers: { host: "10.1.2.3" } })).status).toBe(200);
    expect((await fixture.send("/readyz")).status).toBe(200);
    fixture.state.isReady = false;
    expect((await fixture.send("/readyz")).status).toBe(503);
    fixture.state.isReady = true;
  });
});

describe("every page", () => {
  test.each(["/sign-in", ...pages, ...problems])(
    "%s carries the security headers and nothing inline",
    async (path) => {
      const response = await fixture.send(path, path === "/sign-in" ? {} : { cookie });
      const body = await response.text();
      const policy = response.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(body).toStartWith("<!doctype html>");
      expect(inlineParts(body)).toEqual([]);
    },
  );

  test("an inline part would be found", () => {
    expect(inlineParts('<p style="x">')).not.toEqual([]);
    expect(inlineParts("<script>1</script>")).not.toEqual([]);
    expect(inlineParts('<p onclick="x">')).not.toEqual([]);
    expect(inlineParts('<a href="javascript:x">')).not.toEqual([]);
  });

  test.each(pages)("%s shows what an attacker sent as text", async (path) => {
    const body = await (await fixture.send(path, { cookie })).text();
    expect(["<script>alert", "<img src=x", "<u>"].filter((part) => body.includes(part))).toEqual([]);
  });

  test("the receipt does show it", async () => {
    const body = await (await fixture.send(`/events/${formatEventId(hostileEvent.id)}`, { cookie })).text();
    expect(body).toContain("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;");
  });
});

/** Script and style elements with content, event handlers, style attributes and script addresses. */
function inlineParts(body: string): string[] {
  const found: string[] = [];
  new HTMLRewriter()
    .on("*", {
      element(element) {
        for (const [name, value] of element.attributes) {
          const isScript = /^\s*javascript:/i.test(value);
          if (name === "style" || name.startsWith("on") || name.startsWith("hx-on") || isScript)
            found.push(name);
        }
        if (element.tagName === "style" || (element.tagName === "script" && !element.hasAttribute("src"))) {
          found.push(element.tagName);
        }
      },
    })
    .transform(body);
  return found;
}

describe("problems", () => {
  test("an unknown event says what to do", async () => {
    const response = await fixture.send("/events/00000000000", { cookie });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain("There is no event 00000000000");
  });

  test.each(["/events/%zz", "/policies/%c0%80", "//evil.example", "/events/a/b", "/%00"])(
    "%s is no fault",
    async (path) => {
      const response = await fixture.send(path, { cookie });
      expect([303, 400, 404]).toContain(response.status);
      expect(response.headers.get("content-security-policy")).not.toBeNull();
    },
  );

  test("the API answers in JSON", async () => {
    const response = await fixture.send("/api/v1/events/00000000000", { cookie });
    expect(response.status).toBe(404);
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe("not_found");
  });

  test("a fault says nothing about itself and is reported", async () => {
    const faults: unknown[] = [];
    const broken = await consoleFixture([], { onFault: (fault) => faults.push(fault) });
    const session = await broken.signIn();
    broken.state.status = null as unknown as typeof broken.state.status;
    const response = await broken.send("/policies", { cookie: session });
    await broken.close();
    expect(response.status).toBe(500);
    expect(response.headers.get("content-security-policy")).not.toBeNull();
    expect(await response.text()).not.toContain("null is not");
    expect(faults).not.toEqual([]);
  });
});

describe("the pages' content", () => {
  test("the overview counts what was stored and offers first steps when there is nothing", async () => {
    const body = await (await fixture.send("/", { cookie })).text();
    expect(body).toContain("Requests per minute");
    expect(body).toContain("Example Net");
    const empty = await consoleFixture();
    const session = await empty.signIn();
    expect(await (await empty.send("/", { cookie: session })).text()).toContain(
      "curl -i http://127.0.0.1:8080/",
    );
    await empty.close();
  });

  test("the receipt names the condition, the value and the way to similar events", async () => {
    const event = fixtureEvent(1, {
      decision: "deceive",
      decider: "bad_infra_login",
      receipt: JSON.stringify({
        labels: ["ato"],
        matches: [
          { policy: "watch", mode: "shadow", effect: "block", applied: false, reasons: [] },
          {
            policy: "bad_infra_login",
            mode: "enforce",
            effect: "deceive",
            applied: true,
            reasons: [{ clause: "ip.asn in bad_asn", value: "64500" }],
          },
        ],
      }),
    });
    fixture.store.events.append(event);
    const body = await (await fixture.send(`/events/${formatEventId(event.id)}`, { cookie })).text();
    expect(body).toContain("<code>ip.asn in bad_asn</code>");
    expect(body).toContain("would have acted; in shadow it only records");
    expect(body.indexOf("decided this request")).toBeLessThan(body.indexOf("would have acted"));
    expect(body).toContain('href="/events?ip=203.0.113.77"');
    expect(body).toContain('href="/policies/bad_infra_login"');
  });

  test("a policy's page says what it costs, its revision what all cost, as stored while nothing is measured", async () => {
    const read = async (path: string) => (await fixture.send(path, { cookie })).text();
    const policy = "bad_infra_login";
    expect(await read(`/policies/${policy}`)).toContain("not measured yet");
    const revision = await fixture.store.commands.saveRevision({
      hash: "measured",
      irVersion: 1,
      ir: {},
      files: [],
      note: "",
    });
    const cost = { policy, meanNs: 85.2, requests: 1000, asked: 120, matched: 3 };
    await fixture.store.commands.saveCosts({ revision, costs: [cost] });
    fixture.state.status = { ...fixtureStatus, revision };
    const page = await read(`/policies/${policy}`);
    expect(page).toContain("85 ns a request it is asked about");
    expect(page).toContain("12.0% of requests where it applies");
    expect(await read(`/revisions/${revision}`)).toContain('<td class="number">0.3%</td>');
    const live = { ...fixtureStatus.live, costs: () => [{ ...cost, meanNs: 2100 }] };
    fixture.state.status = { ...fixtureStatus, live, revision };
    expect(await read(`/policies/${policy}`)).toContain("2.1 µs a request it is asked about");
    expect(await read("/policies")).toContain('<td class="number hide-narrow">2.1 µs</td>');
    fixture.state.status = fixtureStatus;
  });

  test("a broken folder is loud on the overview and shows the diagnostic with its excerpt", async () => {
    const text = fixtureStatus.files[0]?.text.replace("when", "wehn") ?? "";
    const start = text.indexOf("wehn");
    fixture.state.status = {
      ...fixtureStatus,
      isBroken: true,
      diagnosedFiles: [{ name: "ato.policy", text }],
      diagnostics: [
        {
          code: "P014",
          severity: "error",
          message: "unknown clause `wehn`",
          file: "ato.policy",
          start,
          end: start + 4,
          line: 4,
          column: 3,
          help: "did you mean `when`?",
        },
      ],
    };
    const overview = await (await fixture.send("/", { cookie })).text();
    const policies = await (await fixture.send("/policies", { cookie })).text();
    const file = await (
      await fixture.send("/policy-files?name=ato.policy&version=edited", { cookie })
    ).text();
    fixture.state.status = fixtureStatus;
    expect(overview).toContain("The policies folder does not compile");
    expect(policies).toContain("error[P014]: unknown clause `wehn`");
    expect(policies).toContain("^^^^");
    expect(policies).toContain(fixturePolicy.name);
    expect(file).toContain('class="line wrong" id="L4"');
  });

  test("the policies API gives the live set", async () => {
    const content = (await (await fixture.send("/api/v1/policies", { cookie })).json()) as {
      policies: { name: string }[];
    };
    expect(content.policies.map((policy) => policy.name)).toEqual(["bad_infra_login"]);
  });

  test("assets are named by content and kept for ever", async () => {
    const body = await (await fixture.send("/sign-in")).text();
    const paths = [...body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1] ?? "");
    expect(new Set(paths).size).toBe(5);
    for (const path of paths) {
      const response = await fixture.send(path);
      expect(response.status).toBe(200);
      expect(response.headers.get("cache-control")).toContain("immutable");
    }
    expect((await fixture.send("/assets/000000000000-htmx.js")).status).toBe(404);
  });
});
