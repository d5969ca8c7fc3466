/** What follows an answer, whoever gave it: it is counted, sessions are bound, others are told, and it is recorded. */
import type { Decision, Outcome, Place, ResponseView } from "../dsl/index.ts";
import type { Facts } from "./describe/facts.ts";
import { FlowBook } from "./gauge/flow-book.ts";
import { SessionBook } from "./gauge/session-book.ts";
import { type AccountEvidence, readsFlow } from "./judge/account-evidence.ts";
import type { LiveSet } from "./judge/active-policies.ts";
import { followSession, settleRequest, withdrawRequest } from "./judge/judgement.ts";
import type { Passage } from "./passage.ts";
import type { ForwardResult } from "./perform/forward.ts";
import type { ResponseHead } from "./perform/response-head.ts";
import type { PipelineParts } from "./pipeline-parts.ts";
import { viewOfHead } from "./record/answer-reader.ts";
import type { RequestEnd } from "./record/recorder.ts";
import { UntaggedLogins } from "./record/untagged-logins.ts";
import type { JudgedRequest, RequestTeller } from "./tell/request-teller.ts";

/** Counting and recording must never cost a client its answer: a fault in it is told, and nothing else happens. */
export class Aftermath {
  readonly parts: PipelineParts;
  /** Looks for logins where no route was declared. */
  readonly untagged = new UntaggedLogins();
  readonly #sessions: SessionBook;
  readonly #flows = new FlowBook();
  #evidence: { readonly live: LiveSet; readonly evidence: AccountEvidence } | undefined;

  constructor(parts: PipelineParts) {
    this.parts = parts;
    this.#sessions = parts.sessions ?? new SessionBook();
  }

  /** What is known of accounts, as far as the live set asks. */
  evidenceOf(live: LiveSet): AccountEvidence {
    if (this.#evidence?.live !== live) {
      const { devices, ledger } = this.parts;
      const flows = readsFlow(live.set) ? this.#flows : undefined;
      const risks = ledger?.risks;
      const evidence = { sessions: this.#sessions, history: live.history, devices, flows, risks };
      this.#evidence = { live, evidence };
    }
    return this.#evidence.evidence;
  }

  /** Counts how an attempt ended; gives the account that it proved. */
  settle(
    { facts, live }: Passage,
    place: Place<Facts>,
    outcome: Outcome | undefined,
    response: ResponseView | undefined,
  ): string | undefined {
    if (!outcome) return undefined;
    const evidence = this.evidenceOf(live);
    return this.guarded(() => settleRequest(facts, place, outcome, response, evidence));
  }

  /** An answer sets a cookie, perhaps a session's next token. */
  follow({ facts, live }: Passage, place: Place<Facts>, head: ResponseHead): void {
    if (facts.placement?.session === undefined) return;
    this.guarded(() => followSession(facts, place, viewOfHead(head), this.evidenceOf(live)));
  }

  /** An answer from a place where no route is declared. */
  noteUntagged(facts: Facts, { app }: Place<Facts>, { status, hasSecret }: ResponseHead): void {
    this.guarded(() => this.untagged.answered(facts, app.name, status, hasSecret));
  }

  /** Tells others what the decision asks for. */
  tell(
    { id, facts }: Passage,
    place: Place<Facts>,
    decision: Decision,
    tell: (teller: RequestTeller, request: JudgedRequest) => void,
  ): void {
    const { teller } = this.parts;
    if (teller) this.guarded(() => tell(teller, { id, facts, place, decision }));
  }

  /** A forwarded request is over, its outcome known or not. */
  forwarded(facts: Facts, place: Place<Facts>, outcome: Outcome | undefined, end: ForwardResult): void {
    const { app, bucket, route } = place;
    const { failure, status } = end;
    const isAttempt = bucket.event !== undefined;
    if (isAttempt && route && failure === undefined && status < 500)
      this.parts.outcomes?.answered(app.name, route.name, outcome !== undefined);
    // Who leaves before the answer has still tried: else that would be the way to try unseen.
    if (isAttempt && !outcome && failure !== "client_gone") this.guarded(() => withdrawRequest(facts, place));
    // Each request comes here and to `record`: `guarded` would make an object for every one.
    try {
      bucket.ended(facts, status, outcome, Date.now());
    } catch (error) {
      this.parts.fault(error);
    }
  }

  /** The event of a request that is over. */
  record(end: RequestEnd): void {
    try {
      this.parts.recorder.finished(end);
      this.parts.ledger?.signIns.ended(end.id, end.facts, end.status);
    } catch (error) {
      this.parts.fault(error);
    }
  }

  guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.parts.fault(error);
      return undefined;
    }
  }
}
