import { expect, test } from "bun:test";
import { Facts } from "../describe/facts.ts";
import { sampleRequest } from "../describe/sample-request.ts";
import type { SoftwareName } from "../store/account-rows.ts";
import { SessionWatch } from "./session-watch.ts";

const software: SoftwareName = { app: "shop", skeleton: "s1:1", stack: "" };
const start = 1_700_000_000_000;
const minutes = 60_000;

function factsAt(
  after: number,
  session: string | undefined,
  headers: readonly (readonly [string, string])[] = [],
) {
  const facts = new Facts(sampleRequest({ headers: [["Host", "h"], ...headers] }), start + after);
  facts.placement = {
    app: "shop",
    route: undefined,
    tags: [],
    pathParameters: {},
    username: undefined,
    session,
    isUnidentified: false,
    isAttempt: false,
  };
  return facts;
}

/** One whose sign-in, event 1, was answered at the start. */
function watching(status = 200, hasSession = true): SessionWatch {
  const watch = new SessionWatch();
  watch.expect({ event: 1, software });
  watch.ended(1, factsAt(-200, hasSession ? "token-of-ann" : undefined), status, start);
  return watch;
}

const page = [["Sec-Fetch-Mode", "navigate"]] as const;
const style = [
  ["Sec-Fetch-Mode", "no-cors"],
  ["Sec-Fetch-Dest", "style"],
] as const;

test("a session goes on when it is used after a moment, which is said once", () => {
  const watch = watching();
  watch.ended(2, factsAt(10_000, "token-of-ann"), 200, start + 10_100);
  watch.ended(3, factsAt(20_000, "token-of-ann"), 200, start + 20_100);
  expect(watch.takeEnds(start + 21_000)).toEqual([{ event: 1, software, wentOn: true }]);
  expect(watch.takeEnds(start + 60 * minutes)).toEqual([]);
});

test("a session in which nothing happens, or everything at once, was left", () => {
  const watch = watching();
  watch.ended(2, factsAt(1000, "token-of-ann"), 201, start + 1100);
  watch.ended(3, factsAt(60_000, "token-of-bob"), 200, start + 60_100);
  expect(watch.takeEnds(start + 9 * minutes)).toEqual([]);
  expect(watch.takeEnds(start + 10 * minutes)).toEqual([{ event: 1, software, wentOn: false }]);
});

test("one request after the other is a program's on a slow line, for half a minute at most", () => {
  const watch = watching();
  for (let after = 2000; after <= 28_000; after += 2000)
    watch.ended(after, factsAt(after, "token-of-ann"), 200, start + after + 500);
  expect(watch.takeEnds(start + 29_000)).toEqual([]);
  watch.ended(30_000, factsAt(30_000, "token-of-ann"), 200, start + 30_500);
  expect(watch.takeEnds(start + 31_000)).toEqual([{ event: 1, software, wentOn: true }]);
});

test("the page that a form leads to, and what it consists of, come by themselves on the slowest line", () => {
  const watch = watching(303);
  watch.ended(2, factsAt(9000, "token-of-ann", page), 200, start + 9100);
  watch.ended(3, factsAt(11_000, "token-of-ann", style), 200, start + 11_100);
  expect(watch.takeEnds(start + 12_000)).toEqual([]);
  watch.ended(4, factsAt(15_000, "token-of-ann", page), 200, start + 15_100);
  expect(watch.takeEnds(start + 16_000)).toEqual([{ event: 1, software, wentOn: true }]);
});

test("where an answer leads nowhere, the next page is the person's own", () => {
  const watch = watching(200);
  watch.ended(2, factsAt(9000, "token-of-ann", page), 200, start + 9100);
  expect(watch.takeEnds(start + 10_000)).toHaveLength(1);
});

test("of a sign-in whose session nobody can follow nothing is said", () => {
  expect(watching(200, false).takeEnds(start + 60 * minutes)).toEqual([]);
});

test("however many are watched, memory is bounded and the one that was opened first is forgotten", () => {
  const watch = watching();
  for (let event = 2; event <= 50_001; event++) {
    watch.expect({ event, software });
    watch.ended(event, factsAt(0, `token ${event}`), 200, start);
  }
  const ends = watch.takeEnds(start + 10 * minutes);
  expect(ends).toHaveLength(50_000);
  expect(ends.some(({ event }) => event === 1)).toBe(false);
});
