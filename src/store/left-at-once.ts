/**
 * Sign-ins by software that policies convicted, and whose session was left at once. Whoever goes through a list leaves when
 * he knows that a password fits, or takes at once what he came for; people go on. That a policy let one through (he had an
 * address of the owner's provider, say) says nothing then. But a few people leave at once as well: how many is seen from
 * the day before, and nobody is convicted where those who leave now may be people by more than one in ten.
 */
import type { Database } from "bun:sqlite";
import type { SoftwareName } from "./account-rows.ts";
import { eventIdsPerMs } from "./event-row.ts";
import type { FoundSignIn } from "./sign-in-rows.ts";

const dayMs = 24 * 3_600_000;
/** Of people on new devices one in a hundred leaves at once, until so many have shown what is usual here. */
const usualShare = 0.01;
const usualWeight = 10;
const mostPeople = 0.1;
/** Of the day before only the latest are counted. */
const mostCounted = 20_000;

/** Where and when an attack went through a list, ms. */
export interface AttackSpan extends SoftwareName {
  readonly since: number;
  readonly until: number;
}

/** Of those who were new at their place; what is convicted was no person's. */
interface Counts {
  readonly convicted: number;
  readonly left: number;
  readonly stayed: number;
}

/** The sign-ins of the span that belong to the attack and are not convicted yet, oldest first; none where they may be people's. */
export function leftAtOnce(database: Database, span: AttackSpan, limit: number): FoundSignIn[] {
  const { app, skeleton, stack, since, until } = span;
  const now = countsOf(database, span);
  const before = countsOf(database, { ...span, since: since - dayMs, until: since - 1 });
  const leaving = (before.left + usualShare * usualWeight) / (before.left + before.stayed + usualWeight);
  const people = (now.stayed * leaving) / (1 - leaving);
  if (people > mostPeople * (now.left + now.convicted)) return [];
  return database
    .query<FoundSignIn, [string, string, number, number, string, number]>(
      `SELECT * FROM account_signin WHERE skeleton = ? AND stack = ? AND event BETWEEN ? AND ? AND app = ?
         AND is_new_place = 1 AND went_on = 0 AND is_convicted = 0 ORDER BY event LIMIT ?`,
    )
    .all(skeleton, stack, since * eventIdsPerMs, until * eventIdsPerMs, app, limit);
}

function countsOf(database: Database, { app, skeleton, stack, since, until }: AttackSpan): Counts {
  const counts = database
    .query<Counts, [string, string, number, number, string]>(
      `SELECT total(is_convicted) AS convicted, total(went_on = 0 AND NOT is_convicted) AS left,
              total(went_on = 1 AND NOT is_convicted) AS stayed
       FROM (SELECT went_on, is_convicted FROM account_signin
             WHERE skeleton = ? AND stack = ? AND event BETWEEN ? AND ? AND app = ? AND is_new_place = 1
             ORDER BY event DESC LIMIT ${mostCounted})`,
    )
    .get(skeleton, stack, since * eventIdsPerMs, until * eventIdsPerMs, app);
  return counts ?? { convicted: 0, left: 0, stayed: 0 };
}
