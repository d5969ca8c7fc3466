/** The typed intermediate form: plain JSON that is stored with a revision and linked without parsing. */
import type { ExpiryIr, HoldIr, RateIr, RolloutIr } from "./policy-clause-ir.ts";
import type { CohortIr, SafeguardsIr } from "./policy-safety-ir.ts";
import type { OutcomeKind } from "./policy-set.ts";
import type { BodyPartIr, LatencyIr } from "./response-body-ir.ts";
import type { ChannelIr, PayloadPartIr, SmtpIr, TellIr, WebhookIr } from "./tell-ir.ts";

/** Version of the form; a stored IR with another version is recompiled from its source. */
export const irVersion = 5;

/** What a predicate or a key reads. */
export type SubjectIr =
  | { readonly kind: "field"; readonly field: string; readonly parameter: string }
  | { readonly kind: "measure"; readonly index: number }
  | { readonly kind: "memory"; readonly index: number }
  | { readonly kind: "sequence"; readonly index: number }
  | { readonly kind: "fingerprint"; readonly index: number }
  /** Whether a policy holds the request's key. */
  | { readonly kind: "held"; readonly policy: string }
  /** Whether a policy gave the request a label. */
  | { readonly kind: "label"; readonly label: string };

/** A field that a measure counts or is keyed by. */
export type FieldIr = Extract<SubjectIr, { kind: "field" }>;

/** The question asked of a subject. */
export type TestIr =
  | { readonly op: "eq" | "ne"; readonly value: string | number | boolean }
  | { readonly op: "lt" | "le" | "gt" | "ge"; readonly value: number }
  /** Against a multiple of what is usual for the measure. */
  | { readonly op: "usual"; readonly compare: "lt" | "le" | "gt" | "ge"; readonly factor: number }
  /** Asked of a memory; `saturated` of measures and sequences too. */
  | { readonly op: "known" | "new" | "differs" | "saturated" }
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

/** A part of an answer; a body without a path is its text. */
export interface ResponseSubjectIr {
  readonly from: "header" | "cookie" | "body";
  readonly name: string;
}

/** One question about a response. */
export type ResponseTestIr =
  /** Inclusive ranges. */
  | { readonly kind: "status"; readonly ranges: readonly (readonly [number, number])[] }
  | {
      readonly kind: "field";
      readonly subject: ResponseSubjectIr;
      readonly op: "eq" | "ne" | "contains" | "starts" | "ends" | "in" | "present" | "missing";
      /** One text, or those that `in` takes; empty where nothing is compared. */
      readonly values: readonly string[];
    };

/** How one kind of outcome is recognised. */
interface OutcomeCaseIr {
  readonly kind: Exclude<OutcomeKind, "stopped">;
  readonly every: boolean;
  readonly tests: readonly ResponseTestIr[];
}

export interface OutcomeIr {
  readonly event: string;
  readonly routes: readonly string[];
  readonly cases: readonly OutcomeCaseIr[];
}

/** Where an identity is read: in the request, once or for each element of its lists, or in the answer. */
export type IdentitySourceIr =
  | { readonly from: "request"; readonly field: FieldIr; readonly isEach: boolean }
  | { readonly from: "response"; readonly subject: ResponseSubjectIr };

/** What `normalise` may do to a username. */
export type Normalisation = "case" | "spaces" | "alias" | "dots";

interface IdentifyIr {
  readonly what: "username" | "password" | "session";
  readonly sources: readonly IdentitySourceIr[];
  /** Undefined trims and lower-cases. */
  readonly normalise: readonly Normalisation[] | undefined;
}

/** Where a secret is kept; a file's name is relative to the policies folder. */
export interface SecretIr {
  readonly from: "env" | "file";
  readonly name: string;
}

/** An origin, its share of the requests, and how TLS to it goes; files are named relative to the policies folder. */
export interface OriginIr {
  readonly url: string;
  readonly weight: number;
  /** PEM file of the authorities that are trusted instead of the usual ones. */
  readonly ca: string | undefined;
  /** The name asked for and verified instead of the address's own. */
  readonly sni: string | undefined;
  /** PEM file of the certificate shown to the origin, and its key. */
  readonly certificate: string | undefined;
  readonly key: SecretIr | undefined;
  /** The origin's certificate is not verified. */
  readonly isInsecure: boolean;
}

/** How an app's origins are asked whether they are well; times in ms. */
export interface HealthIr {
  readonly method: string;
  readonly path: string;
  readonly everyMs: number;
  readonly timeoutMs: number;
  /** Good answers in a row that bring an origin back, and bad ones that take it out. */
  readonly rise: number;
  readonly fall: number;
}

/** What is settled of an app's way to its origins. */
export interface UpstreamIr {
  /** Empty: the host's own origin. */
  readonly origins: readonly OriginIr[];
  /** The field that shows the origin who sends the request. */
  readonly lock: { readonly header: string; readonly secret: SecretIr } | undefined;
  readonly health: HealthIr | undefined;
  /** Waits in ms that differ from the usual ones. */
  readonly waits: Readonly<Partial<Record<"connect" | "answer" | "body" | "tunnel", number>>>;
}

/** What a front may vouch for. */
export type FrontFact = "client" | "ja4" | "bot" | "asn" | "country" | "tls";

/** A proxy before us: the networks that it calls from, and the headers (lower case) whose word is taken. */
export interface FrontIr {
  readonly name: string;
  readonly from: { readonly list: number } | { readonly cidrs: readonly string[] };
  readonly headers: Readonly<Partial<Record<FrontFact, string>>>;
}

export interface RouteIr {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
  /** What a request must fulfil besides method and path. */
  readonly when: ConditionIr | undefined;
  /** What becomes of requests whose username could not be read; undefined where nothing is said. */
  readonly unidentified: "allow" | "mark" | "block" | undefined;
}

/** The cookie that the edge sets for devices that signed in, and how long it holds. */
export interface DeviceCookieIr {
  readonly name: string;
  readonly forMs: number;
}

/** What becomes of accounts that were taken over. */
export interface AtRiskIr {
  /** Labels that count as an attack besides what is stopped; undefined for the usual one. */
  readonly labels: readonly string[] | undefined;
  readonly call:
    | { readonly webhook: string; readonly payload: readonly PayloadPartIr[] | undefined }
    | undefined;
  readonly channel: string | undefined;
  /** What is moved, and at which routes; undefined for all. */
  readonly amounts: readonly { readonly field: FieldIr; readonly routes: readonly string[] | undefined }[];
}

export interface AppIr {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
  readonly upstream: UpstreamIr;
  /** What becomes of a request that could not be judged. */
  readonly fail: "open" | "closed";
  readonly isCaseSensitive: boolean;
  /** What becomes of paths that origins read in different ways. */
  readonly ambiguous: "block" | "mark";
  readonly fronts: readonly FrontIr[];
  readonly deviceCookie: DeviceCookieIr | undefined;
  readonly atRisk?: AtRiskIr | undefined;
  readonly routes: readonly RouteIr[];
  readonly identify: readonly IdentifyIr[];
  readonly outcomes: readonly OutcomeIr[];
}

/** Types that a list may have. */
export type ListType = "asn" | "cidr" | "ip" | "country" | "ja4" | "text";

/** How a list's file is written; columns count from 1. */
export type ListFormat =
  | { readonly kind: "plain" | "netset" }
  | { readonly kind: "csv"; readonly column: number };

/** A list in a file below the policies folder. */
export interface ListFileIr {
  readonly file: string;
  readonly format: ListFormat;
  /** Most entries; a file with more is refused. */
  readonly max: number;
  /** A change of the file takes effect at most so often; at once if undefined. */
  readonly refreshMs: number | undefined;
}

export interface ListIr {
  readonly name: string;
  readonly type: ListType;
  readonly source: { readonly values: readonly (string | number)[] } | ListFileIr;
}

export interface FingerprintIr {
  readonly name: string;
  readonly scores: readonly { readonly points: number; readonly condition: ConditionIr }[];
  readonly threshold: number;
}

export interface MeasureIr {
  readonly id: string;
  readonly name: string;
  readonly kind: "count" | "distinct" | "share" | "new" | "gap";
  /** What `distinct` and `new` look at. */
  readonly value: FieldIr | undefined;
  /** The events whose part of all finished ones a `share` is. */
  readonly part: readonly EventIr[] | undefined;
  readonly statistic: "shortest" | "median" | undefined;
  /** Fewest occurrences for a `share` or `gap` to say anything. */
  readonly atLeast: number | undefined;
  readonly by: readonly FieldIr[];
  readonly target: TargetIr;
  /** Undefined counts requests as they come, otherwise finished ones with one of these outcomes. */
  readonly outcomes: readonly OutcomeKind[] | undefined;
  /** Attempts count as they come, and those that do not fail are taken back. */
  readonly isUnproven?: true | undefined;
  readonly windowMs: number;
}

/** An event (`login`) that ended in one of these ways. */
export interface EventIr {
  readonly event: string;
  readonly kinds: readonly OutcomeKind[];
}

/** What `remember` keeps, when a request at the target ended with one of the outcomes. */
export interface MemoryIr {
  readonly id: string;
  readonly name: string;
  readonly values: readonly FieldIr[];
  readonly by: readonly FieldIr[];
  readonly target: TargetIr;
  readonly outcomes: readonly OutcomeKind[];
  readonly forMs: number;
}

/** Something that happens: a request at the target, or one that ended with one of these outcomes. */
export interface HappeningIr {
  readonly target: TargetIr;
  readonly outcomes: readonly OutcomeKind[] | undefined;
}

export interface SequenceIr {
  readonly id: string;
  readonly name: string;
  readonly by: readonly FieldIr[];
  readonly withinMs: number;
  readonly steps: readonly (HappeningIr & { readonly atLeast: number })[];
  /** What must not happen while a run waits for `step`. */
  readonly without: readonly (HappeningIr & { readonly step: number })[];
}

/** Genuine answers: of one route, told apart by how the attempt ended where a kind is named. */
export interface LearnedFrom {
  readonly app: string;
  readonly route: string;
  readonly kind: Exclude<OutcomeKind, "stopped"> | undefined;
}

export interface ResponseIr {
  readonly name: string;
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** Empty when it is made of parts. */
  readonly body: string;
  readonly parts?: readonly BodyPartIr[];
  readonly latency?: LatencyIr;
  /** Everything that it does not say itself is learned from these answers. */
  readonly like?: { readonly from: LearnedFrom; readonly setsStatus: boolean; readonly setsBody: boolean };
  readonly latencyLike?: LearnedFrom;
}

export type StopIr =
  | { readonly kind: "block"; readonly status: number }
  | { readonly kind: "deceive"; readonly response: number }
  | ({ readonly kind: "ratelimit" } & RateIr);

export interface PolicyRuleIr {
  readonly name: string;
  readonly targets: readonly TargetIr[];
  readonly targetText: string;
  /** A draft is stored and tested, and never judged with. */
  readonly mode: "enforce" | "shadow" | "draft";
  readonly priority: number;
  readonly when: readonly ConditionIr[];
  readonly unless: readonly ConditionIr[] | undefined;
  readonly stop: StopIr | undefined;
  /** Names of the policies whose stops it silences, or all. */
  readonly exempts: readonly string[] | "all" | undefined;
  readonly labels: readonly string[];
  readonly rollout: RolloutIr | undefined;
  readonly expiry: ExpiryIr | undefined;
  readonly marks: readonly string[];
  readonly tarpitMs: number | undefined;
  readonly hold: HoldIr | undefined;
  readonly tells: readonly TellIr[];
  /** What `adapt` says; undefined where it is not written. */
  readonly adapt: "auto" | "off" | undefined;
  /** Of policies that stop. */
  readonly safeguards: SafeguardsIr | undefined;
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
  readonly memories: readonly MemoryIr[];
  readonly sequences: readonly SequenceIr[];
  readonly cohorts: readonly CohortIr[];
  readonly responses: readonly ResponseIr[];
  readonly webhooks: readonly WebhookIr[];
  readonly channels: readonly ChannelIr[];
  /** The mail server of all channels. */
  readonly smtp: SmtpIr | undefined;
  /** In the order of decision: priority, highest first, then name. */
  readonly policies: readonly PolicyRuleIr[];
}
