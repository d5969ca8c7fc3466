import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Facts } from "../describe/facts.ts";
import type { Flow } from "../describe/flow.ts";
import { type RequestSample, sampleRequest } from "../describe/sample-request.ts";
import { FlowBook } from "./flow-book.ts";

interface Visit extends RequestSample {
  readonly now: number;
  readonly route?: string;
  readonly tags?: readonly string[];
  readonly session?: string;
  readonly openedAt?: number;
  readonly username?: string;
  readonly kind?: "navigate" | "no-cors" | "cors";
}

const minute = 60_000;

function factsOf({
  now,
  route,
  tags = [],
  session,
  openedAt,
  username,
  kind = "navigate",
  ...sample
}: Visit) {
  const headers = [
    ["Host", "h"],
    ["User-Agent", "a browser"],
    ["Sec-Fetch-Mode", kind],
    ["Sec-Fetch-Dest", kind === "no-cors" ? "image" : "empty"],
    ...(sample.headers ?? []),
  ] as const;
  const facts = new Facts(sampleRequest({ ...sample, headers }), now);
  facts.placement = {
    app: "shop",
    route,
    tags,
    pathParameters: {},
    username,
    session,
    isUnidentified: false,
    isAttempt: username !== undefined,
  };
  if (openedAt !== undefined)
    facts.evidence = { sessions: { find: () => ({ account: "ana", at: openedAt }) } };
  return facts;
}

function visit(book: FlowBook, sample: Visit): Flow {
  return book.visit(factsOf(sample), sample.username !== undefined);
}

function last(book: FlowBook, samples: readonly Visit[]): Flow {
  return samples.map((sample) => visit(book, sample)).at(-1) ?? {};
}

const paced = (count: number, gap: (index: number) => number, more: Partial<Visit> = {}): Visit[] => {
  let now = minute;
  return Array.from({ length: count }, (_, index) => ({ ...more, now: (now += gap(index)) }));
};

const page = (now: number): Visit[] => [
  { now },
  { now: now + 50, kind: "no-cors" },
  { now: now + 60, kind: "no-cors" },
];

const attempt = (username: string, now = minute): Visit => ({ username, now, route: "login" });

const names = (count: number) =>
  Array.from({ length: count }, (_, index) => attempt(`u${index}@mail${index % 5}.example`));

describe("what a browser does besides asking for pages", () => {
  test("assets are counted for each page, from the third page on", () => {
    const book = new FlowBook();
    expect(last(book, [...page(minute), ...page(2 * minute)]).assetsPerPage).toBeUndefined();
    expect(last(book, page(3 * minute)).assetsPerPage).toBe(2);
    expect(
      last(
        new FlowBook(),
        paced(9, () => 1000),
      ).assetsPerPage,
    ).toBe(0);
  });

  test("a cache shows when it asks for what has changed, its absence only after many requests", () => {
    const book = new FlowBook();
    expect(
      last(
        book,
        paced(19, () => 1000),
      ).isRevalidating,
    ).toBeUndefined();
    expect(visit(book, { now: 2 * minute }).isRevalidating).toBe(false);
    expect(visit(book, { now: 2 * minute, headers: [["If-None-Match", '"1"']] }).isRevalidating).toBe(true);
  });
});

describe("time between steps", () => {
  test("a timer is even, also with the jitter that tools add; people are not", () => {
    const timer = last(
      new FlowBook(),
      paced(40, (index) => 2000 + (index % 7) * 50),
    );
    expect(timer.regularity).toBeGreaterThan(85);
    const person = last(
      new FlowBook(),
      paced(40, (index) => (index % 5 === 0 ? 40_000 : 1200)),
    );
    expect(person.regularity).toBeLessThan(15);
  });

  test("too few of them, or all at one moment, tell nothing", () => {
    expect(
      last(
        new FlowBook(),
        paced(8, () => 2000),
      ).regularity,
    ).toBeUndefined();
    expect(
      last(
        new FlowBook(),
        paced(40, () => 0),
      ).regularity,
    ).toBeUndefined();
  });

  test("it is a percentage whatever comes", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 9, maxLength: 60 }), (gaps) => {
        const { regularity } = last(
          new FlowBook(),
          paced(gaps.length, (index) => gaps[index] ?? 0),
        );
        if (regularity === undefined) return;
        expect(regularity).toBeGreaterThanOrEqual(0);
        expect(regularity).toBeLessThanOrEqual(100);
      }),
    );
  });
});

describe("from login to money", () => {
  const opened = { session: "a session of one", openedAt: 10 * minute };
  const money = { ...opened, route: "redeem", tags: ["money"] };

  test("steps and time are counted from the session's login, assets left out", () => {
    const book = new FlowBook();
    visit(book, { ...opened, now: 11 * minute });
    visit(book, { ...opened, now: 11 * minute, kind: "no-cors" });
    const flow = visit(book, { ...money, now: 12 * minute });
    expect([flow.stepsToMoney, flow.timeToMoneyMs]).toEqual([2, 2 * minute]);
  });

  test("a session that is opened anew counts anew, and elsewhere nothing is said", () => {
    const book = new FlowBook();
    visit(book, { ...opened, now: 11 * minute });
    expect(visit(book, { ...opened, now: 12 * minute }).stepsToMoney).toBeUndefined();
    expect(visit(book, { ...money, openedAt: 13 * minute, now: 14 * minute }).stepsToMoney).toBe(1);
    const { openedAt: _, ...unseen } = money;
    expect(visit(book, { ...unseen, now: 14 * minute }).stepsToMoney).toBeUndefined();
  });

  test("two sessions behind one address do not add up", () => {
    const book = new FlowBook();
    for (let index = 0; index < 9; index++) visit(book, { ...opened, now: 11 * minute });
    expect(visit(book, { ...money, session: "another session", now: 12 * minute }).stepsToMoney).toBe(1);
  });
});

describe("usernames", () => {
  test("a sorted list is a run, up or down; the order of people is not", () => {
    const up = Array.from({ length: 12 }, (_, index) =>
      attempt(`user${String(index).padStart(3, "0")}@x.example`),
    );
    expect(last(new FlowBook(), up).listRun).toBe(12);
    expect(last(new FlowBook(), up.toReversed()).listRun).toBe(12);
    const counted = Array.from({ length: 12 }, (_, index) => attempt(`user${index + 1}`));
    expect(last(new FlowBook(), counted).listRun).toBe(12);
    const people = ["mo", "ann", "zoe", "bob", "kim", "eve", "tom", "amy"].map((name) => attempt(name));
    expect(last(new FlowBook(), people).listRun).toBe(2);
  });

  test("trying one name again and again is no run", () => {
    expect(
      last(
        new FlowBook(),
        Array.from({ length: 9 }, () => attempt("ana")),
      ).listRun,
    ).toBe(1);
  });

  test("who retries names the account that failed; who goes on names another", () => {
    const book = new FlowBook();
    expect(visit(book, attempt("ana")).isRetry).toBeUndefined();
    book.loginEnded(factsOf(attempt("ana")), true);
    expect(visit(book, attempt("ANA")).isRetry).toBe(true);
    expect(visit(book, attempt("bob")).isRetry).toBe(false);
    expect(visit(book, attempt("ana", 20 * minute)).isRetry).toBeUndefined();
    book.loginEnded(factsOf(attempt("ana")), false);
    expect(visit(book, attempt("ana")).isRetry).toBeUndefined();
  });

  test("mail domains are counted among the last sixteen names, from the eighth on", () => {
    expect(last(new FlowBook(), names(7)).mailDomains).toBeUndefined();
    expect(last(new FlowBook(), names(40)).mailDomains).toBe(5);
  });
});

describe("the print", () => {
  const tour = ["start", "login", "cards", "redeem", "cards", "redeem", "cards", "redeem", "cards", "redeem"];
  const walk = (gap: number, more: Partial<Visit> = {}) =>
    last(
      new FlowBook(),
      tour.map((route, index) => Object.assign({ route, now: minute + gap * index }, more)),
    ).print;

  test("who does the same with other data and from elsewhere has the same one", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.webQueryParameters(), (ip, query) => {
        expect(walk(2000, { ip, target: `/x?${query}` })).toBe(walk(2000));
      }),
      { numRuns: 50 },
    );
    expect(walk(2100)).toBe(walk(2000));
    expect(walk(2000)).toMatch(/^f1:[0-9a-f]{16}$/);
  });

  test("another pace, other steps, assets and a cache each make another", () => {
    const cached = walk(2000, { headers: [["If-None-Match", "1"]] });
    expect(new Set([walk(2000), walk(60_000), walk(50), cached]).size).toBe(4);
    expect(
      last(
        new FlowBook(),
        paced(3, () => 1000),
      ).print,
    ).toBeUndefined();
  });
});

test("a flood of clients that come once pushes nobody out, and memory is bounded", () => {
  const book = new FlowBook(100);
  const slow = { ip: "192.0.2.9", now: minute };
  for (let index = 0; index < 19; index++) visit(book, slow);
  const flood = Array.from({ length: 5000 }, (_, index) => `10.${index >> 8}.${index & 255}.1`);
  for (const ip of flood) visit(book, { ip, now: minute });
  expect(visit(book, slow).isRevalidating).toBe(false);
  expect(visit(book, { ip: "198.51.100.1", now: minute })).toEqual({});
});

test("a visit that was long ago does not count into the next", () => {
  const book = new FlowBook();
  for (const sample of paced(30, () => 1000)) visit(book, sample);
  expect(visit(book, { now: 5 * 60 * minute }).isRevalidating).toBeUndefined();
});
