/**
 * Where a request belongs if the origin reads it otherwise: each reading that lands on another route is judged there
 * too, so that a request which two could read differently is stopped by the policies of either.
 */
import type { AppSummary, Decision, Place, PolicySet } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";

/** Methods that a form can stand for with `_method`: HTML's forms know only GET and POST. */
const formMethods = ["PUT", "PATCH", "DELETE"] as const;
const formType = "application/x-www-form-urlencoded";

/** The place of a request, other readings considered; undefined when no app has the host. */
export function placeOfReadings(facts: Facts, set: PolicySet<Facts>): Place<Facts> | undefined {
  const place = set.place(facts.host, facts.method, facts.path);
  if (!place) return undefined;
  if (mayHideMethod(facts, set, place)) return placedOnceRead(facts, set, place);
  return facts.hasOneReading ? place : withOthers(facts, set, place);
}

/** True where a form's `_method` would lead to another route. */
function mayHideMethod(facts: Facts, set: PolicySet<Facts>, place: Place<Facts>): boolean {
  if (facts.method !== "POST") return false;
  const methods = methodsOfForms(place.app);
  if (methods.length === 0 || facts.contentType !== formType) return false;
  let known = hiding.get(place.app);
  if (!known) hiding.set(place.app, (known = new Map()));
  const answer = known.get(facts.path);
  if (answer !== undefined) return answer;
  const mayHide = methods.some((method) => {
    const other = set.place(facts.host, method, facts.path);
    return other !== undefined && isElsewhere(other, place);
  });
  if (known.size < mostKnown && facts.path.length < longestKnown) known.set(facts.path, mayHide);
  return mayHide;
}

/** What was found for the first paths of each app; a site's forms go to few, and hostile ones end the learning. */
const hiding = new WeakMap<AppSummary, Map<string, boolean>>();
const [mostKnown, longestKnown] = [512, 256];
const methodsOf = new WeakMap<AppSummary, readonly string[]>();

/** Those methods of an app's routes that a form can stand for; most apps have none, and pay nothing. */
function methodsOfForms(app: AppSummary): readonly string[] {
  let methods = methodsOf.get(app);
  if (!methods) {
    methods = formMethods.filter((method) => app.routes.some((route) => route.method === method));
    methodsOf.set(app, methods);
  }
  return methods;
}

function placedOnceRead(facts: Facts, set: PolicySet<Facts>, place: Place<Facts>): Place<Facts> {
  facts.readsFormMethod = true;
  const choose = (read: Facts) => {
    const whole = read.hasOneReading ? place : withOthers(read, set, place);
    return whole.choose ? whole.choose(read) : whole;
  };
  return { ...place, needsBody: true, choose };
}

function withOthers(facts: Facts, set: PolicySet<Facts>, first: Place<Facts>): Place<Facts> {
  const places = [first];
  for (const method of [facts.method, ...facts.otherMethods]) {
    for (const path of [facts.path, ...facts.otherPaths]) {
      const place = set.place(facts.host, method, path);
      if (!place || (!place.route && !place.choose)) continue;
      if (places.every((known) => isElsewhere(place, known))) places.push(place);
    }
  }
  // What no route takes as it was sent belongs to the route that another reading finds.
  const main = places.find((place) => place.route !== undefined || place.choose !== undefined) ?? first;
  facts.alsoPlaced = places.filter((place) => place !== main && place !== first);
  const needsBody = main.needsBody || facts.alsoPlaced.some((place) => place.needsBody);
  return needsBody === main.needsBody ? main : { ...main, needsBody };
}

function isElsewhere(one: Place<Facts>, other: Place<Facts>): boolean {
  return one.route?.name !== other.route?.name || one.choose !== other.choose;
}

/** Judges as each other reading would have it; of all decisions the first that stops counts. The facts stay those of the main one. */
export function judgeOtherReadings(
  facts: Facts,
  main: Decision,
  judge: (place: Place<Facts>) => Decision,
): Decision {
  const { placement, usernames } = facts;
  let decision = main;
  for (const place of facts.alsoPlaced) {
    decision = stricter(decision, judge(place.choose ? place.choose(facts) : place));
  }
  facts.placement = placement;
  facts.usernames = usernames;
  return decision;
}

function stricter(one: Decision, other: Decision): Decision {
  const deciding = one.action.kind === "allow" && other.action.kind !== "allow" ? other : one;
  const marks = union(one.marks, other.marks);
  const delays = [one.delayMs, other.delayMs].filter((delay) => delay !== undefined);
  const known = new Set(one.matches.map((match) => match.policy));
  const tells = [...(one.tells ?? []), ...(other.tells ?? [])];
  return {
    ...deciding,
    matches: [...one.matches, ...other.matches.filter((match) => !known.has(match.policy))],
    labels: union(one.labels, other.labels),
    ...(marks.length > 0 ? { marks } : {}),
    ...(delays.length > 0 ? { delayMs: Math.max(...delays) } : {}),
    ...(tells.length > 0 ? { tells } : {}),
  };
}

function union(one: readonly string[] = [], other: readonly string[] = []): string[] {
  return [...new Set([...one, ...other])];
}
