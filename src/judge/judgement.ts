/** One request's way through the live policy set: placed, identified, counted, judged, and settled once it is over. */
import type { Decision, Outcome, Place, ResponseView } from "../../dsl/index.ts";
import { countLogin } from "../describe/connection-logins.ts";
import type { Facts, Placement } from "../describe/facts.ts";
import type { SessionBook } from "../gauge/session-book.ts";
import type { LiveSet } from "./active-policies.ts";
import { judgeOtherReadings, placeOfReadings } from "./other-places.ts";

/** Finds app and route; undefined when no app has the host. A place that needs the body may only be one to choose from. */
export function placeRequest(facts: Facts, live: LiveSet): Place<Facts> | undefined {
  return placeOfReadings(facts, live.set);
}

/** Identifies, counts and judges a placed request, its body buffered if the place needs it. May throw only by a bug. */
export function judgeRequest(facts: Facts, place: Place<Facts>, sessions?: SessionBook): Decision {
  const decision = judgeAt(facts, place, sessions);
  if (facts.alsoPlaced.length === 0) return decision;
  return judgeOtherReadings(facts, decision, (other) => judgeAt(facts, other, sessions));
}

function judgeAt(facts: Facts, place: Place<Facts>, sessions: SessionBook | undefined): Decision {
  const { app, route, tags, pathParameters, bucket } = place;
  const placement: { -readonly [Key in keyof Placement]: Placement[Key] } = {
    app: app.name,
    route: route?.name,
    tags,
    pathParameters,
    username: undefined,
    session: undefined,
    isUnidentified: false,
  };
  // Identities may be read from where routing put the request.
  facts.placement = placement;
  const { username, session, usernames, isUnidentified = false } = bucket.identify(facts);
  placement.username = username;
  placement.session = session;
  placement.isUnidentified = isUnidentified;
  facts.sessions = sessions;
  facts.usernames = usernames;
  if (bucket.event === "login") countLogin(facts.request.connection);
  if (usernames) return judgeBatch(facts, place, usernames);
  bucket.observe(facts, facts.now);
  return bucket.judge(facts, facts.now);
}

/** A batch counts as so many requests, and is stopped if one of them would be. */
function judgeBatch(facts: Facts, { bucket }: Place<Facts>, usernames: readonly string[]): Decision {
  let decision: Decision | undefined;
  for (const username of usernames) {
    speakFor(facts, username);
    bucket.observe(facts, facts.now);
    const next = bucket.judge(facts, facts.now);
    if (decision && decision.action.kind !== "allow") continue;
    if (!decision || next.action.kind !== "allow" || next.matches.length > decision.matches.length)
      decision = next;
  }
  speakFor(facts, usernames[0]);
  return decision ?? bucket.judge(facts, facts.now);
}

/** Counts a request that is over, for everybody it spoke for; a session that its answer issued is bound to the account. */
export function settleRequest(
  facts: Facts,
  { bucket }: Place<Facts>,
  outcome: Outcome,
  response: ResponseView | undefined,
  sessions?: SessionBook,
  now = Date.now(),
): void {
  const issued = response && bucket.issuedSession(response);
  if (issued !== undefined && facts.placement) facts.placement = { ...facts.placement, session: issued };
  const { usernames, placement } = facts;
  for (const username of usernames ?? [placement?.username]) {
    if (usernames) speakFor(facts, username);
    bucket.settle(facts, outcome, now);
  }
  if (outcome.event !== "login" || outcome.kind !== "success" || usernames) return;
  if (placement?.session !== undefined && placement.username !== undefined) {
    sessions?.open(placement.session, placement.username, now);
  }
}

function speakFor(facts: Facts, username: string | undefined): void {
  if (facts.placement) facts.placement = { ...facts.placement, username };
}
