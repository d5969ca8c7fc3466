/** What the console sees of the running process: storage through its handles, the live policy set, a live feed. */
import type {
  AppSummary,
  Diagnostic,
  Messaging,
  PolicySet,
  SafetyState,
  SourceFile,
} from "../../dsl/index.ts";
import type { LearnedAnswer } from "../perform/answer-template.ts";
import type { OriginState } from "../perform/origin-pools.ts";
import type { OutcomeState } from "../record/outcome-watch.ts";
import type { UntaggedLogin } from "../record/untagged-logins.ts";
import type { EnforcementSwitch } from "../store/enforcement-switch.ts";
import type { EventRow } from "../store/event-row.ts";
import type { Store } from "../store/open-store.ts";

/** The state of the policies folder. */
export interface PolicyStatus {
  /** The set that decides now. */
  readonly live: Pick<PolicySet<never>, "hash" | "policies" | "apps"> &
    Partial<Pick<PolicySet<never>, "costs">>;
  /** The live set's number in the store, its sources, and when it went live (ms since the epoch). */
  readonly revision: number;
  readonly files: readonly SourceFile[];
  readonly liveSince: number;
  /** Of the last read of the folder: warnings of the live set, or the errors that keep a newer edit from going live. */
  readonly diagnostics: readonly Diagnostic[];
  /** The sources that `diagnostics` point into. */
  readonly diagnosedFiles: readonly SourceFile[];
  /** True when the folder's latest content does not compile and the last good set decides. */
  readonly isBroken: boolean;
}

/** Totals since the process started. */
interface LiveTotals {
  readonly requests: number;
  readonly stopped: number;
  readonly errors: number;
  readonly openConnections: number;
  readonly droppedEvents: number;
}

/** What keeps policies from stopping: people's switches, caps, guards and freezes. */
interface EnforcementView {
  /** What is switched off now, panic first. */
  switches(): readonly EnforcementSwitch[];
  /** Takes up what was just switched, without waiting for the next look at the database. */
  refresh(): Promise<void>;
  states(): readonly SafetyState[];
  frozen(): readonly { readonly app: string; readonly detail: string }[];
}

/** Everything that console handlers may use. */
export interface ConsoleContext {
  readonly store: Store;
  readonly version: string;
  readonly edgeUrl: string;
  readonly startedAt: number;
  readonly enforcement: EnforcementView;
  policyStatus(): PolicyStatus;
  totals(): LiveTotals;
  /** How the origins of an app are; left out where there are none. */
  originsOf?(app: AppSummary): readonly OriginState[];
  /** The newest events of this process, newest first, at most `limit` (bounded in memory, not yet necessarily stored). */
  recentEvents(limit: number): readonly EventRow[];
  /** What looks like logins where no route is declared, the likeliest first. */
  untaggedLogins?(): readonly UntaggedLogin[];
  /** How well the answers of each route with an outcome can be read. */
  outcomes?(): readonly OutcomeState[];
  /** What is known of genuine answers, by the name that policies give them. */
  learnedAnswer?(name: string): LearnedAnswer | undefined;
  /** Whom the live policies may tell, and where the files of their secrets are; undefined where nobody is told. */
  readonly targets?: { messaging(): Messaging; readonly folder: string };
  /** The ledger of accounts: hashes names as people write them, and takes up releases. */
  readonly accounts?: { hash(name: string): string; refreshReleases(): Promise<void> };
  /** Deliveries were changed by hand. */
  outboxChanged?(): void;
  /** True while the edge accepts requests; readiness answers by it. */
  isReady(): boolean;
}
