/** The writes that are not events; the writer Worker runs each in its own transaction. */
import type {
  AccountVerdict,
  Conviction,
  ErasureReport,
  Release,
  SignIn,
  SignInNews,
} from "./account-rows.ts";
import type { EnforcementSwitch, SwitchOn } from "./enforcement-switch.ts";
import type { StoredForm } from "./learned-answers.ts";
import type { Attempt, Capacity, Claim, DurableEntry } from "./outbox-rows.ts";
import type { RevisionCosts } from "./policy-costs.ts";
import type { RevisionFile, StoredSession } from "./store-reader.ts";

/** A policy set to keep; `ir` is plain JSON. */
interface NewRevision {
  readonly hash: string;
  readonly irVersion: number;
  readonly ir: unknown;
  readonly files: readonly RevisionFile[];
  readonly note: string;
}

/** Writes; each rejects with AppError `database_unusable` or `store_timeout`. */
export interface StoreCommands {
  /** Keeps a revision and makes it the latest; a hash that is already there keeps its number. Resolves to the number. */
  saveRevision(revision: NewRevision): Promise<number>;
  /** Keeps what policies of a revision were measured to cost, in the place of what was known of them. */
  saveCosts(measured: RevisionCosts): Promise<void>;
  /** Creates a user or replaces the password, which ends that user's sessions. */
  saveUser(user: { readonly name: string; readonly passwordHash: string }): Promise<void>;
  saveSession(session: StoredSession): Promise<void>;
  deleteSession(tokenHash: string): Promise<void>;
  /** Keeps what must not be lost: it is on disk when this resolves, to how many calls are new. */
  commit(entry: DurableEntry): Promise<number>;
  /** Takes deliveries that are due out of the outbox, for as long as the lease lasts. */
  claimDeliveries(capacity: Capacity): Promise<Claim>;
  /** Says how tries ended. */
  settleDeliveries(attempts: readonly Attempt[]): Promise<void>;
  /** Makes dead or delivered ones pending again, where their body is still there; resolves to how many. */
  resendDeliveries(ids: readonly string[] | "all_dead"): Promise<number>;
  /** Gives up pending or dead ones; resolves to how many. */
  dropDeliveries(ids: readonly string[] | "all_dead"): Promise<number>;
  /** Records that the receiver has done what it was told; resolves to false if it was recorded before. */
  acknowledge(entry: { readonly id: string; readonly text: string; readonly at: number }): Promise<boolean>;
  /** Keeps sign-ins that succeeded, those at risk with their calls: on disk when this resolves, to how much is new in the outbox. */
  keepSignIns(signIns: readonly SignIn[]): Promise<number>;
  /** Finds earlier sign-ins that share what was convicted since, by policies and by the share that failed, and by whether their sessions went on, and those in whose sessions something was stopped; resolves to how much is new in the outbox. */
  searchLedger(convictions: readonly Conviction[], news?: SignInNews): Promise<number>;
  /** Keeps what a person says of an account, audited; resolves to false where it is not at risk or that is known. */
  judgeAccount(verdict: AccountVerdict): Promise<boolean>;
  /** Lets somebody through for a time; audited. */
  release(entry: Release): Promise<void>;
  /** Ends a release; audited. Resolves to false when there is none. */
  endRelease(entry: Pick<Release, "kind" | "key" | "who">): Promise<boolean>;
  /** Removes an account, by its keyed hash, from everything that is stored; audited without naming it. */
  eraseAccount(entry: {
    readonly hash: string;
    /** Sealed, for a running process that knows names; undefined where it is not known. */
    readonly name: Uint8Array | undefined;
    readonly who: string;
  }): Promise<ErasureReport>;
  /** The running process has forgotten all up to this erasure. */
  settleErasures(last: number): Promise<void>;
  /** Turns enforcement of a policy, an app or everything to shadow; audited. */
  switchOff(entry: EnforcementSwitch): Promise<void>;
  /** Turns it on again; audited. Resolves to false when it was not off. */
  switchOn(entry: SwitchOn): Promise<boolean>;
  audit(entry: { readonly who: string; readonly action: string; readonly detail: string }): Promise<void>;
  /** Keeps what was learned of genuine answers over a restart. */
  saveLearned(form: StoredForm): Promise<void>;
}
