/** One request's way through the live policy set: placed, identified, counted, judged, and settled once it is over. */
import {
  type Decision,
  type Outcome,
  type Place,
  provingEvents,
  type ResponseView,
} from "../../dsl/index.ts";
import { countLogins } from "../describe/connection-logins.ts";
import type { Placement } from "../describe/fact-sources.ts";
import type { Facts } from "../describe/facts.ts";
import type { FlowMemory } from "../describe/flow.ts";
import type { SessionBook } from "../gauge/session-book.ts";
import { type AccountEvidence, devicesAt } from "./account-evidence.ts";
import type { LiveSet } from "./active-policies.ts";
import { judgeOtherReadings, placeOfReadings } from "./other-places.ts";

/** Finds app and route; undefined when no app has the host. A place that needs the body may only be one to choose from. */
export function placeRequest(facts: Facts, live: LiveSet): Place<Facts> | undefined {
  return placeOfReadings(facts, live.set);
}

/** Identifies, counts and judges a placed request, its body buffered if the place needs it. May throw only by a bug. */
export function judgeRequest(facts: Facts, place: Place<Facts>, evidence?: AccountEvidence): Decision {
  facts.evidence = evidence;
  const devices = devicesAt(place.app, evidence?.devices);
  if (devices) {
    facts.devices = devices;
    facts.request.ownCookie = devices.scope.name;
  }
  const decision = judgeAt(facts, place, evidence?.flows);
  if (facts.alsoPlaced.length === 0) return decision;
  return judgeOtherReadings(facts, decision, (other) => judgeAt(facts, other));
}

function judgeAt(facts: Facts, place: Place<Facts>, flows?: FlowMemory): Decision {
  const { app, route, tags, pathParameters, bucket } = place;
  const placement: { -readonly [Key in keyof Placement]: Placement[Key] } = {
    app: app.name,
    route: route?.name,
    tags,
    pathParameters,
    username: undefined,
    session: undefined,
    isUnidentified: false,
    isAttempt: bucket.event !== undefined,
  };
  // Identities may be read from where routing put the request.
  facts.placement = placement;
  const { username, written, session, usernames, isUnidentified = false } = bucket.identify(facts);
  placement.username = username;
  placement.written = written;
  placement.session = session;
  placement.isUnidentified = isUnidentified;
  facts.usernames = usernames;
  if (bucket.event === "login") countLogins(facts.request, usernames?.length ?? 1);
  if (flows) facts.flow = { ...flows.visit(facts, bucket.event === "login"), ...facts.flow };
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

/**
 * Counts a request that is over, for everybody it spoke for, and binds sessions to accounts. Gives the account that the
 * outcome proved: whose password, second step or registration it was.
 */
export function settleRequest(
  facts: Facts,
  { bucket }: Place<Facts>,
  outcome: Outcome,
  response: ResponseView | undefined,
  evidence?: AccountEvidence,
  now = Date.now(),
): string | undefined {
  const { placement, usernames } = facts;
  const issued = response && bucket.issuedSession(response);
  const carried = placement?.session;
  if (issued !== undefined && placement) facts.placement = { ...placement, session: issued };
  for (const username of usernames ?? [placement?.username]) {
    if (usernames) speakFor(facts, username);
    bucket.settle(facts, outcome, now);
  }
  if (usernames || !evidence) return undefined;
  if (outcome.event === "login" && isAnswered.has(outcome.kind)) {
    evidence.flows?.loginEnded(facts, outcome.kind !== "success");
  }
  const account = bindSession({ facts, outcome, carried, issued, now }, evidence.sessions);
  if (account !== undefined) evidence.history?.remember(account, facts.prints.stack, facts.ipNet, now);
  return account;
}

/** An attempt got no answer that says how it ended: it counts against nobody. */
export function withdrawRequest(facts: Facts, { bucket }: Place<Facts>, now = Date.now()): void {
  const { placement, usernames } = facts;
  for (const username of usernames ?? [placement?.username]) {
    if (usernames) speakFor(facts, username);
    bucket.withdraw?.(facts, now);
  }
}

/** Outcomes after which people know whether they got in. */
const isAnswered: ReadonlySet<Outcome["kind"]> = new Set([
  "success",
  "failure",
  "unknown_user",
  "locked",
  "stopped",
]);

interface Settled {
  readonly facts: Facts;
  readonly outcome: Outcome;
  /** The session that the request came with, and the one that its answer gave. */
  readonly carried: string | undefined;
  readonly issued: string | undefined;
  readonly now: number;
}

/** What an outcome says of sessions; gives the account that it proved. */
function bindSession(
  { facts, outcome, carried, issued, now }: Settled,
  sessions: SessionBook,
): string | undefined {
  const username = facts.placement?.username;
  const session = issued ?? carried;
  if (outcome.kind !== "success") {
    const isChallenge = outcome.event === "login" && outcome.kind === "challenge";
    if (isChallenge) awaitStep(facts, session, sessions, now);
    return undefined;
  }
  if (outcome.event === "logout") {
    if (carried !== undefined) sessions.forget(carried);
    return undefined;
  }
  if (!provingEvents.includes(outcome.event)) {
    if (carried !== undefined && issued !== undefined) sessions.passOn(carried, issued, now);
    return undefined;
  }
  const isLogin = outcome.event === "login";
  const isStep = outcome.event === "mfa";
  // The name in a second step's request is a mere claim; whose it is was proven by the first.
  const account = isStep ? accountOfStep(carried, sessions, now) : username;
  const opened = isLogin || isStep ? session : issued;
  if (account === undefined || opened === undefined) return account;
  const written = isStep ? writtenAtStep(carried, sessions, now) : facts.placement?.written;
  sessions.open(opened, account, now, { stack: facts.prints.stack, written });
  return account;
}

function awaitStep(
  { placement }: Facts,
  session: string | undefined,
  sessions: SessionBook,
  now: number,
): void {
  const { username, written } = placement ?? {};
  if (session !== undefined && username !== undefined) sessions.awaitStep(session, username, now, written);
}

function accountOfStep(carried: string | undefined, sessions: SessionBook, now: number): string | undefined {
  if (carried === undefined) return undefined;
  return sessions.awaited(carried, now) ?? sessions.find(carried, now)?.account;
}

function writtenAtStep(carried: string | undefined, sessions: SessionBook, now: number): string | undefined {
  return carried === undefined ? undefined : sessions.writtenOf(carried, now);
}

/** Shorter ones are words such as `deleted`, and no sessions. */
const leastToken = 16;

/** Follows a session whose token an answer without an outcome replaced. */
export function followSession(
  facts: Facts,
  { bucket }: Place<Facts>,
  response: ResponseView,
  { sessions }: AccountEvidence,
  now = Date.now(),
): void {
  const carried = facts.placement?.session;
  if (carried === undefined || response.status >= 400) return;
  const issued = bucket.issuedSession(response);
  if (issued !== undefined && issued.length >= leastToken) sessions.passOn(carried, issued, now);
}

function speakFor(facts: Facts, username: string | undefined): void {
  if (facts.placement) facts.placement = { ...facts.placement, username };
}
