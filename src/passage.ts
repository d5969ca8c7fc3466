/** One request on its way through the stages. */
import type { Place } from "../dsl/index.ts";
import type { Facts } from "./describe/facts.ts";
import type { LiveSet } from "./judge/active-policies.ts";

/** What the stages know of a request once it is described. */
export interface Passage {
  readonly id: number;
  readonly facts: Facts;
  readonly live: LiveSet;
  readonly place: Place<Facts> | undefined;
}
