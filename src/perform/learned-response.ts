/** Made-up answers that are learned: whether enough is known, how long they take, and giving them. */
import { randomBytes } from "node:crypto";
import { learnedName, type ResponseTemplate } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import { conditionOf, type LearnedAnswer } from "./answer-template.ts";
import type { LearnedBook } from "./learned-book.ts";
import { quantileAt } from "./made-up-shape.ts";
import { type Asker, PieceWriter } from "./piece-writer.ts";
import { phraseOf, respond } from "./respond.ts";
import { chooseTemplate, respondLearned } from "./respond-learned.ts";
import { SeededDraw } from "./seeded-draw.ts";
import { submittedValues } from "./submitted-values.ts";

/** A made-up answer that is ready. */
export interface PreparedAnswer {
  readonly status: number;
  /** What a genuine answer takes to its first byte, ms; 0 while unknown, or where that is not asked for. */
  readonly latencyMs: number;
  /** For the receipt: what was not learned yet. */
  readonly note: string | undefined;
  give(): void;
}

/** Prepares learned answers. */
export class LearnedResponder {
  readonly #book: LearnedBook;
  readonly #salt: string;

  /** `salt`: the host's secret, without which nobody can foresee a made-up value. */
  constructor(book: LearnedBook, salt: string) {
    this.#book = book;
    this.#salt = salt;
  }

  /** The answer to one request; `blocked` with the reason when neither enough is learned nor anything declared. */
  prepare(facts: Facts, response: ResponseTemplate): PreparedAnswer | { readonly blocked: string } {
    const { request } = facts;
    const { like, latencyLike, status, headers, body } = response;
    const draw = new SeededDraw(this.#salt, randomBytes(16).toString("hex"));
    const latencies = latencyLike ? this.#book.find(learnedName(latencyLike))?.latencies : undefined;
    const latencyMs = latencies && latencies.length > 0 ? quantileAt(latencies, draw.share()) : 0;
    const isUntimed = latencyLike !== undefined && !latencies?.length;
    const declared = {
      status,
      latencyMs,
      give: () => respond(request, status, headers, body),
      note:
        isUntimed && latencyLike ? `not learned yet: the latency of ${learnedName(latencyLike)}` : undefined,
    };
    if (!like) return declared;
    const learned = this.#book.find(learnedName(like.from));
    const condition = conditionOf(request.header("cookie"), request.header("accept-encoding"));
    const template = chooseTemplate(learned?.templates ?? [], condition, draw.share());
    if (!template) {
      const note = `not learned yet: ${learnedName(like.from)}, ${whatIsKnown(learned)}`;
      return like.setsBody || like.setsStatus ? { ...declared, note } : { blocked: note };
    }
    return {
      ...declared,
      status: like.setsStatus ? status : template.status,
      give: () => {
        const writer = new PieceWriter(askerOf(facts), this.#salt, Date.now());
        const overrides = {
          status: like.setsStatus ? { code: status, phrase: phraseOf(status) } : undefined,
          headers,
          body: like.setsBody ? body : undefined,
        };
        respondLearned(request, template, overrides, writer);
      },
    };
  }
}

function whatIsKnown(learned: LearnedAnswer | undefined): string {
  if (!learned) return "no genuine answer has been seen";
  return learned.problem ?? `${learned.answers} answers seen`;
}

/** Who asks: `client` is the session, else the network; `question` that and what was submitted. */
export function askerOf(facts: Facts): Asker {
  const submitted = submittedValues(facts);
  const client = facts.placement?.session ?? facts.ipNet;
  const question = [client, ...Array.from(submitted, ([name, value]) => `${name}=${value}`)].join("\0");
  return { submitted, seeds: { client, question, answer: randomBytes(16).toString("hex") } };
}
