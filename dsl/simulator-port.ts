/** What tests and explanations need of the host: requests made from a description, and worlds without a past. */
import type { Decision } from "./decision.ts";
import type { Outcome, Place, PolicySet, ResponseView } from "./policy-set.ts";
import type { Scheme } from "./scheme.ts";
import type { StatePorts } from "./state-ports.ts";

/** JSON as a request carries it. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** What a described request says of one field; undefined when it says that the field is missing. */
export type DescribedValue = string | number | boolean | readonly string[] | undefined;

/** A request as a test describes it. */
export interface DescribedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** By the full names of fields (`ip.asn`, `header.x-app`); whatever is not said is for the host to make up. */
  readonly fields: ReadonlyMap<string, DescribedValue>;
  readonly body: { readonly kind: "json" | "form"; readonly value: JsonValue } | undefined;
}

/** An answer of the origin as a test describes it. */
export interface DescribedAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A host that has seen nothing yet; one for each case. No method throws. */
export interface SimulatedWorld<F> {
  readonly state: StatePorts;
  place(facts: F, set: PolicySet<F>): Place<F> | undefined;
  /** Identifies, counts and judges, as a live request is. */
  judge(facts: F, place: Place<F>): Decision;
  /** Counts a request that is over, at once unless `now` (ms) is said; `answer` is the origin's, if it was asked. */
  settle(facts: F, place: Place<F>, outcome: Outcome, answer: ResponseView | undefined, now?: number): void;
}

/** The host as tests see it. No method throws. */
export interface Simulator<F> {
  readonly scheme: Scheme<F>;
  world(): SimulatedWorld<F>;
  /** The facts of a described request, or a sentence on what cannot be described so. */
  facts(request: DescribedRequest, now: number): F | string;
  answer(answer: DescribedAnswer): ResponseView;
}
