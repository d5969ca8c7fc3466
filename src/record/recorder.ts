/** Turns a finished request into its event and its receipt, and hands it to the store. */
import type { Decision, Outcome, Place } from "../../dsl/index.ts";
import type { EdgeConnection } from "../accept/edge-request.ts";
import type { NetworkFacts } from "../describe/fact-sources.ts";
import type { Facts } from "../describe/facts.ts";
import type { LedgerRemark } from "../store/account-rows.ts";
import type { EventDecision, EventRow } from "../store/event-row.ts";
import type { StoreEvents } from "../store/open-store.ts";
import type { AccountKey } from "./account-key.ts";
import { ledgerRemark, sessionAccount } from "./ledger-remark.ts";
import { RecentEvents } from "./recent-events.ts";
import { recordedPath } from "./recorded-path.ts";

/** Events kept in memory for the live view. */
const recentSize = 256;
/** Characters of attacker-supplied texts that an event keeps. */
const textLimit = 256;

/** How a request ended. */
export interface RequestEnd {
  readonly id: number;
  readonly facts: Facts;
  readonly place: Place<Facts> | undefined;
  /** Undefined when it was never judged. */
  readonly decision: Decision | undefined;
  readonly revision: number;
  readonly status: number;
  readonly outcome: Outcome | undefined;
  /** The origin or we failed. */
  readonly isError: boolean;
  /** What the receipt says besides: why a made-up answer is not the learned one. */
  readonly note?: string | undefined;
  /** Bytes that the client sent after an upgrade. */
  readonly tunnelledBytes?: number | undefined;
}

/** A message that was refused before it became a request. */
export interface RefusedMessage {
  readonly id: number;
  readonly connection: EdgeConnection;
  readonly network: NetworkFacts;
  readonly revision: number;
  readonly status: number;
  readonly reason: string;
}

/** Knows which accounts were taken over, by their keyed hashes. */
interface OpenAccounts {
  isOpen(app: string, hash: string): boolean;
}

/** Counts and records; never throws into the request's path. */
export class Recorder {
  readonly recent = new RecentEvents(recentSize);
  requests = 0;
  stopped = 0;
  errors = 0;
  readonly #events: StoreEvents;
  readonly #accounts: AccountKey;
  readonly #risks: OpenAccounts | undefined;

  constructor(events: StoreEvents, accounts: AccountKey, risks?: OpenAccounts) {
    this.#events = events;
    this.#accounts = accounts;
    this.#risks = risks;
  }

  /** Records a request once its response is over. */
  finished(end: RequestEnd): void {
    const { facts, place, decision, outcome } = end;
    const { request, network, prints, placement } = facts;
    const app = place?.app.name ?? "";
    const { accountHash, remark, isLedgers } = this.#ledgersPart(end, app);
    this.#add({
      id: end.id,
      durationUs: Math.round((performance.now() - request.startedAt) * 1000),
      app,
      route: place?.route?.name,
      method: facts.method,
      host: facts.host.slice(0, textLimit),
      path: recordedPath(facts, placement),
      status: end.status,
      decision: eventDecision(decision, place !== undefined, end.isError),
      decider: decision?.decider,
      revision: end.revision,
      ip: facts.ip.text,
      asn: network.asn,
      asName: network.asName,
      country: network.country,
      networkClass: network.networkClass,
      // Behind a front headers and stack are the front's.
      skeleton: facts.front ? undefined : prints.skeleton,
      shape: prints.shape,
      stack: prints.stack,
      ja4: facts.front ? facts.front.ja4?.slice(0, textLimit) : facts.tls?.ja4,
      headerVector: facts.front ? undefined : prints.headerVector,
      stackVector: prints.stackVector,
      shapeVector: prints.shapeVector,
      userAgent: facts.userAgent?.slice(0, textLimit),
      accountHash,
      outcome: outcome && `${outcome.event}.${outcome.kind}`,
      bytesIn: request.body.receivedBytes + (end.tunnelledBytes ?? 0),
      bytesOut: request.reply.bytesOut,
      receipt: receiptText(decision, end.note, remark),
      isLedgers,
    });
  }

  /** Which account it is about, and what the ledger is to know of it. */
  #ledgersPart({ facts, place, decision }: RequestEnd, app: string) {
    const account = facts.placement?.username ?? (place && sessionAccount(facts, place));
    if (account === undefined) return { accountHash: undefined, remark: undefined, isLedgers: false };
    const accountHash = this.#accounts.hash(account);
    const remark = place && ledgerRemark(facts, place, decision);
    const isOpen = this.#risks?.isOpen(app, accountHash) === true;
    return { accountHash, remark, isLedgers: isOpen || remark?.amount !== undefined };
  }

  /** Records a refused message: all that is known of it is who sent it and what was wrong. */
  refused(message: RefusedMessage): void {
    const { network } = message;
    this.#add({
      id: message.id,
      durationUs: 0,
      app: "",
      route: undefined,
      method: "",
      host: "",
      path: message.reason.slice(0, textLimit),
      status: message.status,
      decision: "refuse",
      decider: undefined,
      revision: message.revision,
      ip: message.connection.peer.text,
      asn: network.asn,
      asName: network.asName,
      country: network.country,
      networkClass: network.networkClass,
      skeleton: undefined,
      shape: undefined,
      stack: undefined,
      ja4: undefined,
      headerVector: undefined,
      stackVector: undefined,
      shapeVector: undefined,
      userAgent: undefined,
      accountHash: undefined,
      outcome: undefined,
      bytesIn: 0,
      bytesOut: 0,
      receipt: undefined,
    });
  }

  #add(row: EventRow): void {
    this.requests++;
    if (row.decision === "block" || row.decision === "deceive") this.stopped++;
    if (row.decision === "error") this.errors++;
    this.recent.add(row);
    this.#events.append(row);
  }
}

function eventDecision(decision: Decision | undefined, isPlaced: boolean, isError: boolean): EventDecision {
  if (decision && decision.action.kind !== "allow") return decision.action.kind;
  if (isError) return "error";
  if (!isPlaced) return "refuse";
  return decision?.decider === undefined ? "forward" : "allow";
}

/** The receipt: which policies matched, in which mode, by which clauses and values, and what the ledger is to know. */
function receiptText(
  decision: Decision | undefined,
  note: string | undefined,
  ledger: LedgerRemark | undefined,
): string | undefined {
  if (!ledger && !(decision && decision.matches.length > 0)) return undefined;
  return JSON.stringify({ labels: decision?.labels ?? [], matches: decision?.matches ?? [], note, ledger });
}
