/** One request that may pass, from the decision to its record. */
import type { Decision, Outcome, Place, ResponseView } from "../dsl/index.ts";
import { type Cidr, wholeAddress } from "./accept/cidr.ts";
import type { Aftermath } from "./aftermath.ts";
import type { Facts } from "./describe/facts.ts";
import type { Passage } from "./passage.ts";
import { deviceLine } from "./perform/device-line.ts";
import {
  type ForwardObserver,
  type ForwardResult,
  forward,
  type ResponseWatcher,
} from "./perform/forward.ts";
import { respondFailed } from "./perform/respond.ts";
import type { ResponseHead } from "./perform/response-head.ts";
import { AnswerReader, viewOfHead } from "./record/answer-reader.ts";
import { formatEventId } from "./store/event-row.ts";

/** Sends a request on to its app's origin; all that follows happens in callbacks. */
export function sendOnward(
  after: Aftermath,
  passage: Passage,
  place: Place<Facts>,
  decision: Decision | undefined,
): void {
  new Onward(after, passage, place, decision).start();
}

class Onward implements ForwardObserver {
  readonly #after: Aftermath;
  readonly #passage: Passage;
  readonly #place: Place<Facts>;
  readonly #decision: Decision | undefined;
  readonly #fronts: readonly Cidr[];
  #beganAt = 0;
  #outcome: Outcome | undefined;
  /** The account that the outcome proved. */
  #proven: string | undefined;

  constructor(after: Aftermath, passage: Passage, place: Place<Facts>, decision: Decision | undefined) {
    this.#after = after;
    this.#passage = passage;
    this.#place = place;
    this.#decision = decision;
    const { trusted } = after.parts;
    const { front, request } = passage.facts;
    // The app's own front is trusted to say who its client is to the origin, too.
    this.#fronts = front ? [...trusted, wholeAddress(request.connection.peer)] : trusted;
  }

  start(): void {
    const { learning, origins } = this.#after.parts;
    const { facts, id } = this.#passage;
    const { app, bucket } = this.#place;
    const upstream = origins.of(app);
    if (!upstream) {
      respondFailed(facts.request, 502, formatEventId(id));
      this.#record(502, true);
      return;
    }
    if (bucket.learns && learning) this.#beganAt = performance.now();
    forward(facts.request, upstream, formatEventId(id), this.#fronts, this, this.#decision?.marks);
  }

  answered(head: ResponseHead): ResponseWatcher | undefined {
    const { bucket, route } = this.#place;
    const { facts } = this.#passage;
    if (!route) this.#after.noteUntagged(facts, this.#place, head);
    if (head.hasSecret && bucket.event === undefined) this.#after.follow(this.#passage, this.#place, head);
    const reader = this.#readerOf(head);
    const { learns } = bucket;
    const learner = learns && this.#after.parts.learning?.learner;
    if (!learner) return reader;
    const latencyMs = performance.now() - this.#beganAt;
    return learner.watch({ facts, learns, head, latencyMs, outcome: () => this.#outcome }, reader);
  }

  /** The device's cookie goes out with the answer that proved whose it is. */
  added(): string {
    const proven = this.#proven;
    const { facts } = this.#passage;
    if (proven === undefined || !facts.devices) return "";
    return this.#after.guarded(() => deviceLine(facts, proven, this.#fronts, Date.now())) ?? "";
  }

  done(end: ForwardResult): void {
    const { failure, status, tunnelledBytes } = end;
    this.#after.forwarded(this.#passage.facts, this.#place, this.#outcome, end);
    this.#record(status, failure !== undefined && failure !== "client_gone", tunnelledBytes);
  }

  #readerOf(head: ResponseHead): AnswerReader | undefined {
    const { bucket } = this.#place;
    // Most routes tell of no event: nothing is to be read from their answers.
    if (bucket.event === undefined) return undefined;
    const view = viewOfHead(head);
    const answered = (seen: ResponseView) => this.#answeredAttempt(seen);
    if (this.#after.guarded(() => bucket.needsResponseBody(view)) === true) {
      return new AnswerReader(head, answered);
    }
    answered(view);
    return undefined;
  }

  #answeredAttempt(view: ResponseView): void {
    const after = this.#after;
    const passage = this.#passage;
    const place = this.#place;
    const decision = this.#decision;
    const outcome = after.guarded(() => place.bucket.outcome(view));
    this.#outcome = outcome;
    const { ledger } = after.parts;
    // Before it counts: what the account did until now is asked for.
    const told =
      ledger && after.guarded(() => ledger.signIns.answered({ ...passage, place, decision }, outcome));
    this.#proven = after.settle(passage, place, outcome, view);
    if (decision?.tells)
      after.tell(passage, place, decision, (teller, request) => teller.answered(request, outcome, told));
  }

  #record(status: number, isError: boolean, tunnelledBytes?: number): void {
    const { facts, id, live } = this.#passage;
    this.#after.record({
      id,
      facts,
      place: this.#place,
      decision: this.#decision,
      revision: live.revision,
      status,
      outcome: this.#outcome,
      isError,
      tunnelledBytes,
    });
  }
}
