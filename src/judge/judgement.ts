/** One request's way through the live policy set: placed, identified, counted, judged. */
import type { Decision, Place } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import type { LiveSet } from "./active-policies.ts";

/** Finds app and route and tells the facts; undefined when no app has the host. */
export function placeRequest(facts: Facts, live: LiveSet): Place<Facts> | undefined {
  return live.set.place(facts.host, facts.method, facts.path);
}

/** Identifies, counts and judges a placed request, its body buffered if the place needs it. May throw only by a bug. */
export function judgeRequest(facts: Facts, place: Place<Facts>): Decision {
  const { app, route, tags, pathParameters, bucket } = place;
  facts.placement = { app: app.name, route: route?.name, tags, pathParameters, username: undefined };
  const { username } = bucket.identify(facts);
  if (username !== undefined) facts.placement = { ...facts.placement, username };
  bucket.observe(facts, facts.now);
  return bucket.judge(facts, facts.now);
}
