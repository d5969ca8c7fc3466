/** An outage of the origin freezes what counts, and what an attacker brings about does not; errors (5xx) and good people's failures. */
import { expect, test } from "bun:test";
import type { Baseline } from "../gauge-port.ts";
import { yes } from "../link/evaluation.ts";
import { idleSafety, type SafetyChange } from "../safety-port.ts";
import { AppWeather } from "./app-weather.ts";
import { LinkedCohort } from "./linked-cohort.ts";

interface Request {
  readonly print: string;
  readonly network: string;
  readonly isGood?: boolean;
  readonly route?: string;
}

const start = 1_700_000_000_000;
const minuteMs = 60_000;

function usual(value: number | undefined): Baseline {
  return {
    observe: () => undefined,
    usual: () => value,
    support: () => ({ source: "overall", hours: 100 }),
    forget: () => undefined,
  };
}

function weatherOf(usualErrors?: number) {
  const changes: SafetyChange[] = [];
  const weather = new AppWeather<Request>({
    app: "shop",
    knownGood: new LinkedCohort<Request>({
      id: "good",
      name: "good",
      ask: ({ isGood }) => (isGood ? yes : 0),
      person: ({ network }) => network,
      later: undefined,
    }),
    usual: { failures: usual(undefined), errors: usual(usualErrors) },
    print: ({ print }) => print,
    network: ({ network }) => network,
    route: ({ route }) => route,
    port: { ...idleSafety(), changed: (change) => void changes.push(change) },
  });
  /** So many requests, one a second, over so many prints and networks; `errorIn` of ten end in a 503. */
  const send = (count: number, prints: number, networks: number, errorIn: number, from: number) => {
    for (let n = 0; n < count; n++) {
      const request = { print: `print ${n % prints}`, network: `192.0.2.${n % networks}` };
      weather.ended(request, n % 10 < errorIn ? 503 : 200, undefined, from + n * 1000);
    }
    return from + count * 1000;
  };
  return { weather, changes, send };
}

test("errors for most software from most networks are an outage, which ends five minutes after them", () => {
  const { weather, changes, send } = weatherOf();
  const wellUntil = send(240, 7, 23, 0, start);
  expect(weather.isFrozen(wellUntil)).toBe(false);
  const brokenUntil = send(240, 7, 23, 7, wellUntil);
  expect(weather.isFrozen(brokenUntil)).toBe(true);
  const again = send(600, 7, 23, 0, brokenUntil);
  expect(weather.isFrozen(again + 6 * minuteMs)).toBe(false);
  expect(changes.map(({ kind, name, isActive }) => [kind, name, isActive])).toEqual([
    ["freeze", "shop", true],
    ["freeze", "shop", false],
  ]);
  expect(changes[0]?.detail).toMatch(/answers: \d+ of \d+ were errors/);
});

test("one tool, or one network, that makes the origin stumble is no outage", () => {
  const oneTool = weatherOf();
  expect(oneTool.weather.isFrozen(oneTool.send(240, 1, 23, 9, start))).toBe(false);
  const oneNetwork = weatherOf();
  expect(oneNetwork.weather.isFrozen(oneNetwork.send(240, 7, 1, 9, start))).toBe(false);
});

test("one tool's errors beside customers who are served are no outage, even where they are most answers", () => {
  const { weather } = weatherOf();
  for (let n = 0; n < 280; n++) {
    const isTool = n % 4 !== 0;
    const request = { print: isTool ? "tool" : `print ${n % 28}`, network: `192.0.2.${n % 29}` };
    weather.ended(request, isTool ? 503 : 200, undefined, start + n * 1000);
  }
  expect(weather.isFrozen(start + 280_000)).toBe(false);
});

test("errors that are usual for the app are no outage", () => {
  const { weather, send } = weatherOf(0.7);
  expect(weather.isFrozen(send(240, 7, 23, 7, start))).toBe(false);
});

test("few errors are none yet", () => {
  const { weather, send } = weatherOf();
  expect(weather.isFrozen(send(49, 7, 23, 10, start))).toBe(false);
});

test("where known good people get in, errors for others are no outage", () => {
  const { weather, send } = weatherOf();
  for (let n = 0; n < 20; n++) {
    const good = { print: `print ${n}`, network: `198.51.100.${n}`, isGood: true };
    weather.ended(good, 303, { event: "login", kind: "success" }, start + n * 1000);
  }
  expect(weather.isFrozen(send(240, 7, 23, 9, start + 20_000))).toBe(false);
});

function isFrozenByGood(networks: number): boolean {
  const { weather } = weatherOf();
  for (let n = 0; n < 20; n++) {
    const good = { print: "print", network: `198.51.100.${n % networks}`, isGood: true };
    weather.ended(good, 503, { event: "login", kind: "failure" }, start + n * 1000);
  }
  return weather.isFrozen(start + 20_000);
}

test("known good people who meet errors at sign-in are an outage, from three networks on", () => {
  expect(isFrozenByGood(2)).toBe(false);
  expect(isFrozenByGood(5)).toBe(true);
});

function on(route: string): Request {
  return { print: "print", network: "192.0.2.1", route };
}

test("one route's errors freeze that route alone, and those of two the whole app", () => {
  const { weather } = weatherOf();
  const send = (route: string, count: number, status: number, from: number) => {
    for (let n = 0; n < count; n++) {
      const request = { print: `print ${n % 7}`, network: `192.0.2.${n % 23}`, route };
      weather.ended(request, status, undefined, from + n * 100);
    }
    return from + count * 100;
  };
  const quiet = send("card", 100, 200, send("login", 200, 503, start));
  expect(weather.isFrozen(quiet)).toBe(true);
  expect(weather.isFrozen(quiet, on("login"))).toBe(true);
  expect(weather.isFrozen(quiet, on("card"))).toBe(false);
  const both = send("card", 200, 503, quiet);
  expect(weather.isFrozen(both, on("card"))).toBe(true);
  expect(weather.isFrozen(both, on("reset"))).toBe(true);
});

test("a freeze that began while the clock was ahead ends when it is set right", () => {
  const { weather, changes, send } = weatherOf();
  const ahead = start + 90 * 24 * 60 * minuteMs;
  expect(weather.isFrozen(send(240, 7, 23, 7, ahead))).toBe(true);
  expect(weather.isFrozen(start)).toBe(false);
  expect(changes.at(-1)?.isActive).toBe(false);
  expect(weather.isFrozen(send(240, 7, 23, 7, start))).toBe(true);
});
