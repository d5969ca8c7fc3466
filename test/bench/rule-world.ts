/**
 * Rules and requests for `bench decide`, made up but realistic, in a form of their own that every engine's rules are
 * translated from: the policy language, CEL and json-rules-engine say the same.
 */

/** What a condition may read; names are those of the policy language. */
export const fields = [
  "header user-agent",
  "header x-app-version",
  "header accept-language",
  "header referer",
  "ip",
  "ip.asn",
  "ip.country",
  "ip.class",
  "path.id",
  "body.email",
] as const;

/** One of them. */
export type Field = (typeof fields)[number];

/** A condition; those of a rule must all hold, and one about a missing field never does, `missing` apart. */
export type Condition =
  | { readonly kind: "equals" | "starts" | "ends" | "contains"; readonly field: Field; readonly text: string }
  | { readonly kind: "oneOf"; readonly field: Field; readonly texts: readonly string[] }
  | { readonly kind: "listed"; readonly field: "ip" | "ip.asn"; readonly list: number }
  | { readonly kind: "matches"; readonly field: Field; readonly pattern: string }
  | { readonly kind: "missing"; readonly field: Field }
  | { readonly kind: "above"; readonly measure: number; readonly bound: number };

/** A rule of one route; earlier rules outrank later ones. */
export interface Rule {
  readonly name: string;
  readonly route: number;
  readonly conditions: readonly Condition[];
}

/** A route; half of them take JSON. */
export interface Route {
  readonly name: string;
  readonly method: "GET" | "POST";
  readonly path: string;
}

/** A count of requests by address at one route, over ten minutes. */
export interface Measure {
  readonly name: string;
  readonly route: number;
}

/** Rules and all that they refer to. */
export interface RuleWorld {
  readonly routes: readonly Route[];
  readonly rules: readonly Rule[];
  readonly measures: readonly Measure[];
  readonly networkLists: readonly (readonly string[])[];
  readonly asnLists: readonly (readonly number[])[];
}

/** A request with everything that is known of it. */
export interface Sample {
  readonly route: number;
  readonly method: "GET" | "POST";
  readonly target: string;
  readonly id: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly ip: string;
  readonly asn: number;
  readonly country: string;
  readonly networkClass: "hosting" | "isp" | "mobile" | "business";
  readonly email: string | undefined;
}

const userAgents = [
  "okhttp/4.12.0",
  "python-requests/2.32.3",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1",
  "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
  "ShopApp/7.3.1 (Android 15; Pixel 9)",
] as const;
const patterns = [
  "okhttp/[0-3]\\.\\d+",
  "^python-requests/2\\.[0-2]\\d\\.",
  "Chrome/1[01]\\d\\.",
  "(curl|wget)/\\d",
];
const countries = ["GB", "DE", "FR", "US", "NL", "SE", "BR", "IN"] as const;
const classes = ["isp", "isp", "mobile", "mobile", "business", "hosting"] as const;
const asns = [3320, 3215, 2856, 5089, 7922, 701, 1136, 3301, 9009, 60068, 14061, 16509] as const;
const domains = ["mail.example", "post.example", "inbox.example", "quick.example"] as const;

/** Gives whole numbers from 0 to below a bound; the same seed gives the same ones (mulberry32). */
export type Dice = (bound: number) => number;

/** Dice for a seed. */
export function diceOf(seed: number): Dice {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) % bound) | 0;
  };
}

function pick<T>(dice: Dice, values: readonly T[]): T {
  return values[dice(values.length)]!;
}

/** Makes a world; with `hasPatterns`, one rule in ten has a regular expression. */
export function makeWorld(rules: number, routes: number, hasPatterns: boolean): RuleWorld {
  const dice = diceOf(rules * 31 + routes);
  const world = {
    routes: Array.from({ length: routes }, (_, index): Route => {
      const hasBody = index % 2 === 0;
      const path = `/v2/${pick(dice, ["orders", "cards", "users", "items"])}${index}/:id`;
      return { name: `r${index}`, method: hasBody ? "POST" : "GET", path: hasBody ? `${path}/submit` : path };
    }),
    measures: Array.from({ length: Math.ceil(routes / 5) }, (_, index): Measure => {
      return { name: `seen${index}`, route: (index * 5) % routes };
    }),
    networkLists: Array.from({ length: 8 }, (_, list) => networks(dice, 20 + list * 30)),
    asnLists: Array.from({ length: 8 }, (_, list) => [
      ...new Set(
        Array.from({ length: 5 + list * 10 }, () =>
          dice(4) === 0 ? pick(dice, asns) : 200_000 + dice(9_999),
        ),
      ),
    ]),
  };
  const all = Array.from({ length: rules }, (_, index): Rule => {
    const route = index % routes;
    return {
      name: `p${index}`,
      route,
      conditions: conditions(dice, world, route, hasPatterns && dice(10) === 0),
    };
  });
  return { ...world, rules: all };
}

function networks(dice: Dice, count: number): string[] {
  return Array.from(
    { length: count },
    () => `${20 + dice(180)}.${dice(256)}.${dice(16) * 16}.0/${20 + dice(5)}`,
  );
}

/** Two or three, most of them about what is observed; a rule that only one header decides would be beaten by another header. */
function conditions(
  dice: Dice,
  world: Omit<RuleWorld, "rules">,
  route: number,
  hasPattern: boolean,
): Condition[] {
  const first: Condition = hasPattern
    ? { kind: "matches", field: "header user-agent", pattern: pick(dice, patterns) }
    : claimedCondition(dice);
  const chosen = [first, observedCondition(dice)];
  const measure = world.measures.findIndex((candidate) => candidate.route === route);
  if (measure >= 0 && dice(2) === 0)
    chosen.push({ kind: "above", measure, bound: dice(10) === 0 ? 2 : 5_000 });
  else if (dice(10) === 0 && world.routes[route]?.method === "POST") {
    chosen.push({ kind: "ends", field: "body.email", text: `@${pick(dice, domains)}` });
  } else if (dice(3) === 0) chosen.push(observedCondition(dice));
  return chosen.filter(
    (condition, index) => chosen.findIndex((other) => sameQuestion(other, condition)) === index,
  );
}

function sameQuestion(left: Condition, right: Condition): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

// Rules name particular tools, versions and campaigns: the more rules there are, the more different things they name.
function claimedCondition(dice: Dice): Condition {
  switch (dice(10)) {
    case 0:
    case 1:
    case 2:
      return { kind: "equals", field: "header x-app-version", text: `7.${dice(24)}.${dice(16)}` };
    case 3:
      return { kind: "equals", field: "path.id", text: String(1000 + dice(500)) };
    case 4:
      return { kind: "starts", field: "header referer", text: `https://ads${dice(200)}.example/` };
    case 5:
      return { kind: "missing", field: "header accept-language" };
    default:
      return { kind: "contains", field: "header user-agent", text: agentPart(dice) };
  }
}

function agentPart(dice: Dice): string {
  switch (dice(4)) {
    case 0:
      return `okhttp/${2 + dice(3)}.${dice(16)}`;
    case 1:
      return `python-requests/2.${dice(36)}`;
    case 2:
      return `Chrome/${60 + dice(90)}.`;
    default:
      return `ShopApp/${4 + dice(4)}.${dice(10)}`;
  }
}

function observedCondition(dice: Dice): Condition {
  switch (dice(5)) {
    case 0:
    case 1:
      return { kind: "listed", field: "ip.asn", list: dice(8) };
    case 2:
      return { kind: "listed", field: "ip", list: dice(8) };
    case 3:
      return {
        kind: "oneOf",
        field: "ip.country",
        texts: [...new Set([pick(dice, countries), pick(dice, countries)])],
      };
    default:
      return { kind: "equals", field: "ip.class", text: pick(dice, classes) };
  }
}

/** Requests over all routes of a world, in no order. */
export function makeSamples(world: RuleWorld, count: number): Sample[] {
  const dice = diceOf(7);
  return Array.from({ length: count }, (): Sample => {
    const route = dice(world.routes.length);
    const { method, path } = world.routes[route]!;
    const id = String(1000 + dice(500));
    const email = method === "POST" ? `user${dice(5_000)}@${pick(dice, domains)}` : undefined;
    const headers: [string, string][] = [
      ["Host", "api.shop.example"],
      ["User-Agent", pick(dice, userAgents)],
      ["Accept", "application/json"],
      ["Accept-Encoding", "gzip"],
    ];
    if (dice(3) > 0) headers.push(["Accept-Language", "en-GB,en;q=0.8"]);
    if (dice(2) > 0) headers.push(["X-App-Version", `7.${20 + dice(4)}.${dice(16)}`]);
    if (dice(4) === 0) headers.push(["Referer", `https://ads${dice(200)}.example/campaign`]);
    if (email !== undefined) headers.push(["Content-Type", "application/json"]);
    return {
      route,
      method,
      target: path.replace(":id", id),
      id,
      headers,
      ip:
        dice(8) === 0
          ? listedAddress(dice, world)
          : `${20 + dice(180)}.${dice(256)}.${dice(256)}.${dice(256)}`,
      asn: pick(dice, asns),
      country: pick(dice, countries),
      networkClass: pick(dice, classes),
      email,
    };
  });
}

function listedAddress(dice: Dice, world: RuleWorld): string {
  return pick(dice, pick(dice, world.networkLists)).replace(/0\/\d+$/, String(1 + dice(250)));
}
