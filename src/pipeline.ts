/** The stages of one request, in order, as one readable sequence. */
import { Elysia } from "elysia";
import type { Decision, Outcome, Place, ResponseTemplate } from "../dsl/index.ts";
import type { EdgeConnection, EdgeRequest } from "./accept/edge-request.ts";
import type { Refusal } from "./accept/refusal.ts";
import { Aftermath } from "./aftermath.ts";
import { bodyFieldsLimit } from "./describe/body-fields.ts";
import type { NetworkFacts } from "./describe/fact-sources.ts";
import { Facts } from "./describe/facts.ts";
import type { NetworkDirectory } from "./enrich/network-directory.ts";
import { RequestPrints } from "./fingerprint/request-prints.ts";
import { frontStatement } from "./judge/front-statement.ts";
import { judgeRequest, placeRequest } from "./judge/judgement.ts";
import { sendOnward } from "./onward.ts";
import type { Passage } from "./passage.ts";
import { respond, respondBlocked, respondFailed } from "./perform/respond.ts";
import { Tarpit } from "./perform/tarpit.ts";
import type { PipelineParts } from "./pipeline-parts.ts";
import type { UntaggedLogins } from "./record/untagged-logins.ts";
import { formatEventId } from "./store/event-row.ts";

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
  readonly #after: Aftermath;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
    this.#after = new Aftermath(parts);
  }

  /** Looks for logins where no route was declared. */
  get untagged(): UntaggedLogins {
    return this.#after.untagged;
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
      decision = judgeRequest(passage.facts, place, this.#after.evidenceOf(passage.live));
      decision = this.#parts.ledger?.releases.apply(passage.facts, decision) ?? decision;
    } catch (error) {
      this.#parts.fault(error);
      if (place.app.failsClosed) {
        this.#failClosed(passage, place);
        return;
      }
    }
    if (decision?.tells)
      this.#after.tell(passage, place, decision, (teller, request) => teller.judged(request));
    // Elsewhere than at sign-ins only what is labelled says something of them.
    if (decision && (place.bucket.event === "login" ? decision.matches : decision.labels).length > 0) {
      const judged = { ...passage, place, decision };
      this.#after.guarded(() => this.#parts.ledger?.signIns.judged(judged, judged.decision));
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
        sendOnward(this.#after, passage, place, decision);
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
    this.#after.record({ id, facts, place, ...end, isError: true });
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
    this.#after.settle(passage, place, outcome, undefined);
    const revision = passage.live.revision;
    this.#after.record({ ...passage, decision, revision, status, outcome, isError: false, note });
  }

  // RFC 9110 §15.5.20: no app is declared for this host, and there is nobody to ask.
  #refuseHost(passage: Passage): void {
    const body = "This host is not served here.\n";
    respond(passage.facts.request, 421, [["Content-Type", "text/plain; charset=utf-8"]], body);
    const revision = passage.live.revision;
    const end = { decision: undefined, revision, status: 421, outcome: undefined, isError: false };
    this.#after.record({ ...passage, ...end });
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
