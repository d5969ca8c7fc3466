/** What the stages of a request need, wired by main. */
import type { Cidr } from "./accept/cidr.ts";
import type { RiskyAccounts } from "./describe/account-past.ts";
import type { DeviceCookies } from "./describe/device-cookie.ts";
import type { NetworkDirectory } from "./enrich/network-directory.ts";
import type { SessionBook } from "./gauge/session-book.ts";
import type { ActivePolicies } from "./judge/active-policies.ts";
import type { ReleaseBoard } from "./judge/release-board.ts";
import type { LearnedResponder } from "./perform/learned-response.ts";
import type { OriginPools } from "./perform/origin-pools.ts";
import type { AnswerLearner } from "./record/answer-learner.ts";
import type { EventClock } from "./record/event-clock.ts";
import type { OutcomeWatch } from "./record/outcome-watch.ts";
import type { Recorder } from "./record/recorder.ts";
import type { SignInKeeper } from "./record/sign-in-keeper.ts";
import type { RequestTeller } from "./tell/request-teller.ts";

/** Everything that outlives a request. */
export interface PipelineParts {
  readonly policies: Pick<ActivePolicies, "live">;
  readonly networks: NetworkDirectory;
  readonly origins: OriginPools;
  readonly recorder: Recorder;
  readonly clock: EventClock;
  readonly trusted: readonly Cidr[];
  /** Learns from genuine answers, and gives answers like them. */
  readonly learning?: { readonly learner: AnswerLearner; readonly responder: LearnedResponder };
  /** Tells others what policies ask for. */
  readonly teller?: RequestTeller;
  /** Which account each session is for; a book of its own where none is given. */
  readonly sessions?: SessionBook;
  readonly devices?: DeviceCookies;
  /** Told whether answers to attempts could be read. */
  readonly outcomes?: OutcomeWatch;
  /** Takes sign-ins, and knows who is released and who was taken over. */
  readonly ledger?: {
    readonly signIns: SignInKeeper;
    readonly releases: ReleaseBoard;
    readonly risks?: RiskyAccounts;
  };
  /** A bug was met: the request went on (fail open). */
  fault(error: unknown): void;
}
