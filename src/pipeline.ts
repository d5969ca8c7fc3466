/** The stages of one request, in order, as one readable sequence. */
import { Elysia } from "elysia";
import type { Decision, Outcome, Place, ResponseTemplate, ResponseView } from "../dsl/index.ts";
import { type Cidr, wholeAddress } from "./accept/cidr.ts";
import type { EdgeConnection, EdgeRequest } from "./accept/edge-request.ts";
import type { Refusal } from "./accept/refusal.ts";
import type { RiskyAccounts } from "./describe/account-past.ts";
import { bodyFieldsLimit } from "./describe/body-fields.ts";
import type { DeviceCookies } from "./describe/device-cookie.ts";
import { Facts, type NetworkFacts } from "./describe/facts.ts";
import type { NetworkDirectory } from "./enrich/network-directory.ts";
import { RequestPrints } from "./fingerprint/request-prints.ts";
import { FlowBook } from "./gauge/flow-book.ts";
import { SessionBook } from "./gauge/session-book.ts";
import { type AccountEvidence, readsFlow } from "./judge/account-evidence.ts";
import type { ActivePolicies, LiveSet } from "./judge/active-policies.ts";
import { frontStatement } from "./judge/front-statement.ts";
import {
  followSession,
  judgeRequest,
  placeRequest,
  settleRequest,
  withdrawRequest,
} from "./judge/judgement.ts";
import type { ReleaseBoard } from "./judge/release-board.ts";
import { deviceLine } from "./perform/device-line.ts";
import { forward } from "./perform/forward.ts";
import type { LearnedResponder } from "./perform/learned-response.ts";
import type { OriginPools } from "./perform/origin-pools.ts";
import { respond, respondBlocked, respondFailed } from "./perform/respond.ts";
import type { ResponseHead } from "./perform/response-head.ts";
import { Tarpit } from "./perform/tarpit.ts";
import type { AnswerLearner } from "./record/answer-learner.ts";
import { AnswerReader, viewOfHead } from "./record/answer-reader.ts";
import type { EventClock } from "./record/event-clock.ts";
import type { OutcomeWatch } from "./record/outcome-watch.ts";
import type { Recorder } from "./record/recorder.ts";
import type { SignInKeeper } from "./record/sign-in-keeper.ts";
import { UntaggedLogins } from "./record/untagged-logins.ts";
import { formatEventId } from "./store/event-row.ts";
import type { JudgedRequest, RequestTeller } from "./tell/request-teller.ts";

/** What the stages need, wired by main. */
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

/** One request on its way. */
interface Passage {
  readonly id: number;
  readonly facts: Facts;
  readonly live: LiveSet;
  readonly place: Place<Facts> | undefined;
}

/** Nothing that Elysia returns is used: the response goes to the socket. */
const taken = new Response(null);

/** The edge as an Elysia app: one route catches all methods and paths and runs the pipeline. */
export function edgeApp(pipeline: Pipeline) {
  return new Elysia().all(
    "*",
    ({ request }) => {
      const edgeRequest = request as unknown as EdgeRequest;
      try {
        pipeline.handle(edgeRequest);
      } catch (error) {
        pipeline.rescue(edgeRequest, error);
      }
      return taken;
    },
    { parse: "none" },
  );
}

/** Runs requests through accept → … → record. */
export class Pipeline {
  readonly #parts: PipelineParts;
  readonly #tarpit = new Tarpit();
  readonly #sessions: SessionBook;
  readonly #flows = new FlowBook();
  #evidence: { readonly live: LiveSet; readonly evidence: AccountEvidence } | undefined;
  /** Looks for logins where no route was declared. */
  readonly untagged = new UntaggedLogins();

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#sessions = parts.sessions ?? new SessionBook();
  }

  /** What is known of accounts, as far as the live set asks. */
  #evidenceOf(live: LiveSet): AccountEvidence {
    if (this.#evidence?.live !== live) {
      const { devices, ledger } = this.#parts;
      const flows = readsFlow(live.set) ? this.#flows : undefined;
      const evidence = {
        sessions: this.#sessions,
        history: live.history,
        devices,
        flows,
        risks: ledger?.risks,
      };
      this.#evidence = { live, evidence };
    }
    return this.#evidence.evidence;
  }

  /** Takes one request from accept; the response goes to `request.reply`. */
  handle(request: EdgeRequest): void {
    const passage = this.#describe(request);
    const { place } = passage;
    if (!place) this.#refuseHost(passage);
    else if (
      request.body.framing !== "none" &&
      (place.needsBody || (!place.route && this.untagged.wantsBody(passage.facts, place.app.name)))
    ) {
      request.body.buffer(bodyFieldsLimit).then(
        () => this.#choose(passage, place),
        (error: unknown) => this.#parts.fault(error),
      );
    } else this.#choose(passage, place);
  }

  /** Where routes have conditions, the place is known only now. */
  #choose(passage: Passage, place: Place<Facts>): void {
    const { facts } = passage;
    if (!place.choose) {
      this.#decide(passage, place);
      return;
    }
    let chosen: Place<Facts> = place;
    try {
      chosen = place.choose(facts);
    } catch (error) {
      this.#parts.fault(error);
    }
    const moved = { ...passage, place: chosen };
    const { body } = facts.request;
    if (!chosen.needsBody || place.needsBody || body.framing === "none") this.#decide(moved, chosen);
    else {
      body.buffer(bodyFieldsLimit).then(
        () => this.#decide(moved, chosen),
        (error: unknown) => this.#parts.fault(error),
      );
    }
  }

  /** Takes a message that accept refused. */
  refused(connection: EdgeConnection, refusal: Refusal): void {
    const { clock, networks, policies, recorder } = this.#parts;
    recorder.refused({
      id: clock.next(Date.now()),
      connection,
      network: networks.find(connection.peer),
      revision: policies.live.revision,
      status: refusal.status,
      reason: refusal.reason,
    });
  }

  /** describe, enrich, fingerprint: what is known of the request; all lazy but the network. */
  #describe(request: EdgeRequest): Passage {
    const { clock, networks, policies } = this.#parts;
    const facts = new Facts(request, request.receivedAt);
    const { live } = policies;
    const place = placeRequest(facts, live);
    if (place?.front) facts.front = frontStatement(facts, place);
    facts.network = networkOf(facts, networks);
    facts.prints = new RequestPrints(facts);
    return { id: clock.next(request.receivedAt), facts, live, place };
  }

  /** gauge, judge: a fault here is told loudly and, unless the app fails closed, lets the request through. */
  #decide(passage: Passage, place: Place<Facts>): void {
    let decision: Decision | undefined;
    try {
      decision = judgeRequest(passage.facts, place, this.#evidenceOf(passage.live));
      decision = this.#parts.ledger?.releases.apply(passage.facts, decision) ?? decision;
    } catch (error) {
      this.#parts.fault(error);
      if (place.app.failsClosed) {
        this.#failClosed(passage, place);
        return;
      }
    }
    if (decision?.tells) this.#tell(passage, place, decision, (teller, request) => teller.judged(request));
    if (decision && decision.matches.length > 0 && place.bucket.event === "login") {
      const judged = { ...passage, place, decision };
      this.#guarded(() => this.#parts.ledger?.signIns.judged(judged, judged.decision));
    }
    const delayMs = decision?.delayMs;
    if (delayMs === undefined) this.#perform(passage, place, decision);
    else this.#tarpit.delay(passage.facts.request.reply, delayMs, () => this.#late(passage, place, decision));
  }

  /** Goes on after a delay, where nobody else would meet a fault. */
  #late(passage: Passage, place: Place<Facts>, decision: Decision | undefined): void {
    try {
      this.#perform(passage, place, decision);
    } catch (error) {
      this.rescue(passage.facts.request, error);
    }
  }

  #perform(passage: Passage, place: Place<Facts>, decision: Decision | undefined): void {
    const { facts, id } = passage;
    const action = decision?.action;
    switch (action?.kind) {
      case undefined:
      case "allow":
        this.#forward(passage, place, decision);
        return;
      case "block":
        respondBlocked(facts.request, action.status, formatEventId(id), action.retryAfterMs);
        this.#stopped(passage, place, decision, action.status);
        return;
      case "deceive":
        this.#deceive(passage, place, { ...decision!, action }, action.response);
        return;
    }
  }

  #deceive(passage: Passage, place: Place<Facts>, decision: Decision, response: ResponseTemplate): void {
    const { facts, id } = passage;
    const { request } = facts;
    const isLearned = response.like !== undefined || response.latencyLike !== undefined;
    const prepared = isLearned ? this.#parts.learning?.responder.prepare(facts, response) : undefined;
    if (!prepared) {
      respond(request, response.status, response.headers, response.body);
      this.#stopped(passage, place, decision, response.status);
    } else if ("blocked" in prepared) {
      respondBlocked(request, 403, formatEventId(id));
      const blocked = { ...decision, action: { kind: "block", status: 403 } } as const;
      this.#stopped(passage, place, blocked, 403, prepared.blocked);
    } else {
      this.#tarpit.delay(request.reply, prepared.latencyMs, () => {
        try {
          prepared.give();
        } catch (error) {
          this.rescue(request, error);
        }
        this.#stopped(passage, place, decision, prepared.status, prepared.note);
      });
    }
  }

  #failClosed(passage: Passage, place: Place<Facts>): void {
    const { facts, id } = passage;
    respondFailed(facts.request, 503, formatEventId(id));
    const end = { decision: undefined, revision: passage.live.revision, status: 503, outcome: undefined };
    this.#guarded(() => this.#parts.recorder.finished({ id, facts, place, ...end, isError: true }));
  }

  #forward(passage: Passage, place: Place<Facts>, decision: Decision | undefined): void {
    const { origins, recorder, trusted } = this.#parts;
    const { facts, id } = passage;
    let outcome: Outcome | undefined;
    let proven: string | undefined;
    const upstream = origins.of(place.app);
    const { revision } = passage.live;
    if (!upstream) {
      respondFailed(facts.request, 502, formatEventId(id));
      recorder.finished({ ...passage, decision, revision, status: 502, outcome, isError: true });
      return;
    }
    // The app's own front is trusted to say who its client is to the origin, too.
    const fronts = facts.front ? [...trusted, wholeAddress(facts.request.connection.peer)] : trusted;
    const { learns } = place.bucket;
    const learner = learns && this.#parts.learning?.learner;
    const began = learner ? performance.now() : 0;
    const answered = (view: ResponseView) => {
      outcome = this.#guarded(() => place.bucket.outcome(view));
      const { ledger } = this.#parts;
      // Before it counts: what the account did until now is asked for.
      const told =
        ledger && this.#guarded(() => ledger.signIns.answered({ ...passage, place, decision }, outcome));
      proven = this.#settle(passage, place, outcome, view);
      if (decision?.tells)
        this.#tell(passage, place, decision, (teller, request) => teller.answered(request, outcome, told));
    };
    forward(
      facts.request,
      upstream,
      formatEventId(id),
      fronts,
      {
        answered: (head) => {
          if (!place.route) this.#noteUntagged(facts, place, head);
          if (head.hasSecret && place.bucket.event === undefined) this.#follow(passage, place, head);
          const reader = this.#readerOf(head, place, answered);
          if (!learner || !learns) return reader;
          const latencyMs = performance.now() - began;
          return learner.watch({ facts, learns, head, latencyMs, outcome: () => outcome }, reader);
        },
        ...(facts.devices && {
          added: () =>
            proven === undefined
              ? ""
              : (this.#guarded(() => deviceLine(facts, proven!, fronts, Date.now())) ?? ""),
        }),
        done: ({ status, failure, tunnelledBytes }) => {
          const isError = failure !== undefined && failure !== "client_gone";
          if (failure === undefined && status < 500 && place.route && place.bucket.event !== undefined)
            this.#parts.outcomes?.answered(place.app.name, place.route.name, outcome !== undefined);
          // Who leaves before the answer has still tried: else that would be the way to try unseen.
          if (!outcome && failure !== "client_gone" && place.bucket.event !== undefined)
            this.#guarded(() => withdrawRequest(facts, place));
          this.#guarded(() => place.bucket.ended(facts, status, outcome, Date.now()));
          this.#guarded(() =>
            recorder.finished({
              id,
              facts,
              place,
              decision,
              revision,
              status,
              outcome,
              isError,
              tunnelledBytes,
            }),
          );
        },
      },
      decision?.marks,
    );
  }

  #noteUntagged(facts: Facts, { app }: Place<Facts>, { status, hasSecret }: ResponseHead): void {
    this.#guarded(() => this.untagged.answered(facts, app.name, status, hasSecret));
  }

  #readerOf(
    head: ResponseHead,
    { bucket }: Place<Facts>,
    answered: (view: ResponseView) => void,
  ): AnswerReader | undefined {
    // Most routes tell of no event: nothing is to be read from their answers.
    if (bucket.event === undefined) return undefined;
    const view = viewOfHead(head);
    if (this.#guarded(() => bucket.needsResponseBody(view)) === true) return new AnswerReader(head, answered);
    answered(view);
    return undefined;
  }

  /** What was stopped does not vanish from the measures: its outcome is `stopped`. */
  #stopped(
    passage: Passage,
    place: Place<Facts>,
    decision: Decision | undefined,
    status: number,
    note?: string,
  ): void {
    const { bucket } = place;
    const outcome: Outcome | undefined = bucket.event ? { event: bucket.event, kind: "stopped" } : undefined;
    this.#settle(passage, place, outcome, undefined);
    const revision = passage.live.revision;
    this.#guarded(() =>
      this.#parts.recorder.finished({
        ...passage,
        decision,
        revision,
        status,
        outcome,
        isError: false,
        note,
      }),
    );
  }

  #settle(
    { facts, live }: Passage,
    place: Place<Facts>,
    outcome: Outcome | undefined,
    response: ResponseView | undefined,
  ): string | undefined {
    const evidence = this.#evidenceOf(live);
    return outcome && this.#guarded(() => settleRequest(facts, place, outcome, response, evidence));
  }

  /** An answer sets a cookie, perhaps a session's next token. */
  #follow({ facts, live }: Passage, place: Place<Facts>, head: ResponseHead): void {
    if (facts.placement?.session === undefined) return;
    this.#guarded(() => followSession(facts, place, viewOfHead(head), this.#evidenceOf(live)));
  }

  #tell(
    { id, facts }: Passage,
    place: Place<Facts>,
    decision: Decision,
    tell: (teller: RequestTeller, request: JudgedRequest) => void,
  ): void {
    const { teller } = this.#parts;
    if (teller) this.#guarded(() => tell(teller, { id, facts, place, decision }));
  }

  /** What counts and records must never cost the client its answer. */
  #guarded<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      this.#parts.fault(error);
      return undefined;
    }
  }

  // RFC 9110 §15.5.20: no app is declared for this host, and there is nobody to ask.
  #refuseHost(passage: Passage): void {
    const body = "This host is not served here.\n";
    respond(passage.facts.request, 421, [["Content-Type", "text/plain; charset=utf-8"]], body);
    const revision = passage.live.revision;
    const end = { decision: undefined, revision, status: 421, outcome: undefined, isError: false };
    this.#parts.recorder.finished({ ...passage, ...end });
  }

  /** Answers a request that a bug kept from being answered, so that no client waits for nothing. */
  rescue(request: EdgeRequest, error: unknown): void {
    this.#parts.fault(error);
    if (request.reply.isStarted) request.reply.abort();
    else respondFailed(request, 500, formatEventId(this.#parts.clock.next(Date.now())));
  }
}

/** Looked up once a connection (again when a trusted front carries another client's request on it). */
function networkOf({ ip, request }: Facts, networks: NetworkDirectory): NetworkFacts {
  const memo = request.connection.networkMemo;
  if (memo && (memo.ip === ip || memo.ip.text === ip.text)) return memo.network as NetworkFacts;
  const network = networks.find(ip);
  request.connection.networkMemo = { ip, network };
  return network;
}
