/** The typed intermediate form: plain JSON that is stored with a revision and linked without parsing. */
import type { OutcomeKind } from "./policy-set.ts";

/** Version of the form; a stored IR with another version is recompiled from its source. */
export const irVersion = 1;

/** What a predicate or a key reads. */
export type SubjectIr =
  | { readonly kind: "field"; readonly field: string; readonly parameter: string }
  | { readonly kind: "measure"; readonly index: number }
  | { readonly kind: "fingerprint"; readonly index: number };

/** A field that a measure counts or is keyed by. */
export type FieldIr = Extract<SubjectIr, { kind: "field" }>;

/** The question asked of a subject. */
export type TestIr =
  | { readonly op: "eq" | "ne"; readonly value: string | number | boolean }
  | { readonly op: "lt" | "le" | "gt" | "ge"; readonly value: number }
  | { readonly op: "list"; readonly index: number }
  | { readonly op: "set"; readonly values: readonly (string | number)[] }
  | { readonly op: "ranges"; readonly cidrs: readonly string[] }
  | { readonly op: "contains" | "starts" | "ends"; readonly value: string }
  | { readonly op: "startsAll"; readonly values: readonly string[] }
  | { readonly op: "matches"; readonly pattern: string; readonly ignoreCase: boolean }
  | { readonly op: "missing" }
  | { readonly op: "present" }
  | { readonly op: "holds" };

/** A condition without parts; shared by every place that asks the same. */
export interface PredicateIr {
  readonly subject: SubjectIr;
  readonly test: TestIr;
  /** As written, for reasons. */
  readonly text: string;
}

/** A condition: the index of a predicate, or a block. */
export type ConditionIr =
  | number
  | { readonly kind: "all" | "any" | "none"; readonly of: readonly ConditionIr[]; readonly text: string };

/** What requests are meant: indices of app and route are kept as names, since tags are resolved when linking. */
export type TargetIr =
  | { readonly kind: "everything" }
  | { readonly kind: "tagged"; readonly tag: string }
  | { readonly kind: "app"; readonly app: string }
  | { readonly kind: "route"; readonly app: string; readonly route: string };

/** One question about a response. */
export type ResponseTestIr =
  | { readonly kind: "status"; readonly statuses: readonly number[] }
  | {
      readonly kind: "header";
      readonly name: string;
      readonly op: "eq" | "ne" | "contains" | "starts" | "ends" | "present" | "missing";
      readonly value: string;
    };

/** How one kind of outcome is recognised. */
export interface OutcomeCaseIr {
  readonly kind: Exclude<OutcomeKind, "stopped">;
  readonly every: boolean;
  readonly tests: readonly ResponseTestIr[];
}

export interface OutcomeIr {
  readonly event: string;
  readonly routes: readonly string[];
  readonly cases: readonly OutcomeCaseIr[];
}

interface IdentifyIr {
  readonly what: "username" | "password" | "session";
  readonly sources: readonly FieldIr[];
}

export interface RouteIr {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
}

export interface AppIr {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
  readonly origin: readonly string[];
  readonly routes: readonly RouteIr[];
  readonly identify: readonly IdentifyIr[];
  readonly outcomes: readonly OutcomeIr[];
}

/** Types that a list may have. */
export type ListType = "asn" | "cidr" | "ip" | "country" | "ja4" | "text";

export interface ListIr {
  readonly name: string;
  readonly type: ListType;
  readonly source: { readonly values: readonly (string | number)[] } | { readonly file: string };
}

export interface FingerprintIr {
  readonly name: string;
  readonly scores: readonly { readonly points: number; readonly condition: ConditionIr }[];
  readonly threshold: number;
}

export interface MeasureIr {
  readonly id: string;
  readonly name: string;
  readonly kind: "count" | "distinct";
  readonly value: FieldIr | undefined;
  readonly by: readonly FieldIr[];
  readonly target: TargetIr;
  /** Undefined counts requests as they come, otherwise finished ones with one of these outcomes. */
  readonly outcomes: readonly OutcomeKind[] | undefined;
  readonly windowMs: number;
}

export interface ResponseIr {
  readonly name: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export type StopIr =
  | { readonly kind: "block"; readonly status: number }
  | { readonly kind: "deceive"; readonly response: number };

export interface PolicyRuleIr {
  readonly name: string;
  readonly targets: readonly TargetIr[];
  readonly targetText: string;
  readonly mode: "enforce" | "shadow";
  readonly priority: number;
  readonly when: readonly ConditionIr[];
  readonly unless: readonly ConditionIr[] | undefined;
  readonly stop: StopIr | undefined;
  /** Names of the policies whose stops it silences, or all. */
  readonly exempts: readonly string[] | "all" | undefined;
  readonly labels: readonly string[];
  readonly effectsText: string;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly file: string;
  readonly line: number;
  readonly source: string;
}

/** A whole set, ready to link. */
export interface PolicyIr {
  readonly irVersion: number;
  /** Of the sources, the IR's version and the scheme's names. */
  readonly hash: string;
  readonly apps: readonly AppIr[];
  readonly lists: readonly ListIr[];
  readonly predicates: readonly PredicateIr[];
  readonly fingerprints: readonly FingerprintIr[];
  readonly measures: readonly MeasureIr[];
  readonly responses: readonly ResponseIr[];
  /** In the order of decision: priority, highest first, then name. */
  readonly policies: readonly PolicyRuleIr[];
}
