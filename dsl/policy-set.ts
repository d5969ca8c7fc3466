/** The linked policy set: what the host asks, request by request. */
import type { Decision, PolicyExplanation } from "./decision.ts";
import type { DeviceCookieIr, FrontIr, LearnedFrom, UpstreamIr } from "./policy-ir.ts";
import type { SafetyState } from "./safety-port.ts";
import type { IpValue } from "./scheme.ts";
import type { Messaging } from "./tell-ir.ts";

/** A route as the console shows it; `tags` are the route's own. */
export interface RouteSummary {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly tags: readonly string[];
}

/** An app as the console shows it; `origin` lists its URLs, empty when the host's own origin is meant. */
export interface AppSummary {
  readonly name: string;
  readonly hosts: readonly string[];
  readonly tags: readonly string[];
  readonly origin: readonly string[];
  /** Shares of the origins, in their order. */
  readonly weights: readonly number[];
  /** How they are reached; nothing special when left out. */
  readonly upstream?: UpstreamIr;
  /** True when a request that could not be judged must not reach the origin. */
  readonly failsClosed: boolean;
  /** The cookie that the edge sets for devices that signed in. */
  readonly deviceCookie?: DeviceCookieIr;
  /** Proxies before us, and what each says of its client: behind them prints of connection and headers are missing. */
  readonly fronts?: readonly { readonly name: string; readonly says: readonly string[] }[];
  readonly routes: readonly RouteSummary[];
}

/** A policy as the console shows it. */
export interface PolicySummary {
  readonly name: string;
  /** As written after `on`. */
  readonly target: string;
  /** A draft is stored and tested, and never judged with. */
  readonly mode: "enforce" | "shadow" | "draft";
  readonly priority: number;
  /** As written in `then`, effects separated by a comma. */
  readonly effects: string;
  /** What `adapt` says; undefined where it is not written. */
  readonly adapt: "auto" | "off" | undefined;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
  readonly file: string;
  readonly line: number;
  /** The declaration's text. */
  readonly source: string;
  /** Names of the genuine answers that its made-up one is learned from. */
  readonly learns?: readonly string[];
}

/** What outcomes and identities of answers are read from. */
export interface ResponseView {
  readonly status: number;
  header(lowerName: string): string | undefined;
  /** The value of a cookie that the answer sets. */
  cookie?(name: string): string | undefined;
  /** Undefined while the body has not come, and where it is not looked at. */
  readonly body?: ResponseBody | undefined;
}

/** The beginning of an answer's body. */
export interface ResponseBody {
  /** True when `field` answers: a whole document without coding. */
  readonly isReadable: boolean;
  /** The scalar at a dotted path. */
  field(path: string): string | undefined;
  /** As text; undefined where it has a coding, or is no text. */
  readonly text: string | undefined;
}

/** How an attempt ended; `stopped` is given by the host when the origin never saw the request. */
export type OutcomeKind =
  | "success"
  | "failure"
  | "unknown_user"
  | "locked"
  | "challenge"
  | "throttled"
  | "stopped";

/** An event (`login`) and how it ended. */
export interface Outcome {
  readonly event: string;
  readonly kind: OutcomeKind;
}

/** Who a request speaks for; usernames are normalised as the app says, else trimmed and lower-cased. */
export interface Identity {
  readonly username?: string;
  /** The username as the request writes it, where that differs. */
  readonly written?: string;
  readonly session?: string;
  /** Every username of a request that carries several, the first of them included; one, where it is written in several ways. */
  readonly usernames?: readonly string[];
  /** True where the app reads usernames and this request shows none, or more than can be read. */
  readonly isUnidentified?: boolean;
}

/** What a front that the app trusts may say: the headers (lower case) that carry each fact. */
export type FrontHeaders = FrontIr["headers"];

/** Requests that one policy takes for one attack, whenever they came. */
export interface Cluster {
  /** Policy and key; as long as the values that the policy counts by. */
  readonly id: string;
  /** Its key says nothing about the client: people have it, too. */
  readonly isWide: boolean;
  /** How far back it holds, ms. */
  readonly lookBackMs: number;
}

/** The policies of one app and route. No method throws as long as the field readers do not; `now` (ms since the epoch) is the clock's if left out. */
export interface Bucket<F> {
  /** True when identity, a policy or a measure reads the request's body here. */
  readonly needsBody: boolean;
  /** The event whose outcome is read from this route's responses; undefined when there is none. */
  readonly event: string | undefined;
  /** What made-up answers learn from this route's genuine ones; undefined where nothing is learned. */
  readonly learns?: readonly LearnedFrom[] | undefined;
  /** Reads the identity as the app's `identify` lines say. */
  identify(facts: F): Identity;
  /** Counts the request in the measures that include the request being judged; call before `judge`. */
  observe(facts: F, now?: number): void;
  /** Judges one request; the same facts and measures always give the same decision. */
  judge(facts: F, now?: number): Decision;
  /** Every policy here with each of its clauses, in the order of decision; slow, for people who ask why. */
  explain(facts: F, now?: number): PolicyExplanation[];
  /** Reads an answer of the origin; undefined when it says nothing about an event. */
  outcome(response: ResponseView): Outcome | undefined;
  /** True when an outcome or an identity hangs on the answer's body: ask with the head, and read again with a body. */
  needsResponseBody(head: ResponseView): boolean;
  /** The session that an answer issues; undefined when it issues none. */
  issuedSession(response: ResponseView): string | undefined;
  /**
   * The clusters of policies that would take this request with hindsight: what a sign-in is kept under. Undefined for
   * people who are known to be good. Slow: for sign-ins that succeeded, and before `settle`.
   */
  clusters(facts: F, now?: number): readonly Cluster[] | undefined;
  /** The clusters in which a policy that matched this request finds earlier ones; none for a policy that convicts nobody. */
  clustersOf(policy: string, facts: F): readonly Cluster[];
  /** Counts a finished request in the measures of its outcome. */
  settle(facts: F, outcome: Outcome, now?: number): void;
  /** An attempt that was let through got no answer that says how it ended: unproven attempts take it back. */
  withdraw?(facts: F, now?: number): void;
  /** A request that was forwarded is over: told of every one, whether or not it had an outcome. */
  ended(facts: F, status: number, outcome: Outcome | undefined, now?: number): void;
}

/** What an app says of accounts that were taken over. */
export interface AtRisk<F> {
  /** Labels that count as an attack; undefined for the usual one. */
  readonly labels: ReadonlySet<string> | undefined;
  /** The call about an account, for a sign-in that has succeeded: its username is then proven. `payload` is JSON text; undefined leaves it to the host. */
  readonly call:
    | ((facts: F) => { readonly webhook: string; readonly payload: string | undefined })
    | undefined;
  /** The channel that is alerted. */
  readonly channel: string | undefined;
  /** How much a request moves; undefined where nothing is declared for its route. */
  readonly amount: ((facts: F) => number | undefined) | undefined;
}

/** Where a request belongs. Shared between requests when the route has no parameters. */
export interface Place<F> {
  readonly app: AppSummary;
  readonly route: RouteSummary | undefined;
  /** The app's and the route's tags. */
  readonly tags: readonly string[];
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly bucket: Bucket<F>;
  /** True when the request's body is needed before `choose` and judging can go on. */
  readonly needsBody: boolean;
  /** Present where routes have conditions: asks them, and gives the place that they choose. */
  readonly choose: ((facts: F) => Place<F>) | undefined;
  /** What is declared of accounts that were taken over; undefined where nothing is. */
  readonly atRisk?: AtRisk<F> | undefined;
  /** What the peer may vouch for when it is one of the app's fronts; undefined for apps without. */
  readonly front: ((peer: IpValue) => FrontHeaders | undefined) | undefined;
}

/** What a policy was measured to cost, from requests sampled lately where it applies. */
export interface PolicyCost {
  readonly policy: string;
  /** Mean time of asking about it, in ns; undefined while it was never timed. */
  readonly meanNs: number | undefined;
  /** Sampled requests where it applies; of those it was asked about, and of those it matched. */
  readonly requests: number;
  readonly asked: number;
  readonly matched: number;
}

/** A compiled and linked set of policies. */
export interface PolicySet<F> {
  readonly hash: string;
  readonly policies: readonly PolicySummary[];
  readonly apps: readonly AppSummary[];
  readonly messaging: Messaging;
  /** Names of the fields that its policies and their evidence read. */
  readonly reads?: ReadonlySet<string>;
  /** What the made-up answers of its policies are learned from, each once. */
  readonly learned?: readonly LearnedFrom[];
  /** What its policies cost, of those that sampled requests came by. */
  costs(): readonly PolicyCost[];
  /** How every enforced stop stands: its cap and its guard, with figures. */
  safety(now: number): readonly SafetyState[];
  /** Apps in trouble of their own, where policies that count begin with nobody new. */
  frozen(now: number): readonly { readonly app: string; readonly detail: string }[];
  /** Finds app and route; `host` in lower case without port, `path` canonical. Undefined when no app has the host. */
  place(host: string, method: string, path: string): Place<F> | undefined;
}
