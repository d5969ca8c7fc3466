/** Learns from genuine answers what made-up ones must look like; cheap for each answer, and sampled under load. */
import { randomBytes } from "node:crypto";
import { type LearnedFrom, learnedName, type Outcome } from "../../dsl/index.ts";
import type { Facts } from "../describe/facts.ts";
import { conditionOf, type LearnedAnswer } from "../perform/answer-template.ts";
import type { ResponseWatcher } from "../perform/forward.ts";
import type { LearnedBook } from "../perform/learned-book.ts";
import { askerOf } from "../perform/learned-response.ts";
import type { ResponseHead } from "../perform/response-head.ts";
import type { AnswerSample } from "./answer-sample.ts";
import { AnswerSamples } from "./answer-samples.ts";
import { codingOf, decodedBody } from "./decoded-body.ts";
import { FormsWorker } from "./forms-worker.ts";
import { fewestAnswers, learnForms } from "./learn-forms.ts";
import { LearningWatcher } from "./learning-watcher.ts";

/** Bodies looked at, of each name in a second. */
const mostPerSecond = 8;
/** Names learned at most. */
const mostNames = 256;
/** Pauses between two looks at the samples, ms: while there are few, and later. */
const soonMs = 200;
const laterMs = 30_000;
const fewSamples = 32;

/** Whom the learner tells. */
export interface LearnerPorts {
  /** Keeps what is known of a name over a restart. */
  save(name: string, learned: LearnedAnswer): void;
  fault(error: unknown): void;
}

interface Subject {
  readonly name: string;
  readonly samples: AnswerSamples;
  timer: Timer | undefined;
  second: number;
  taken: number;
  isLearning: boolean;
  /** How many answers there were when it was last looked at. */
  learnedAt: number;
}

/** A genuine answer on its way. */
interface Passing {
  readonly facts: Facts;
  readonly learns: readonly LearnedFrom[];
  readonly head: ResponseHead;
  /** ms from the decision to the head. */
  readonly latencyMs: number;
  outcome(): Outcome | undefined;
}

/** The learner; what it knows is in the book. */
export class AnswerLearner {
  readonly #book: LearnedBook;
  readonly #ports: LearnerPorts;
  readonly #forms = new FormsWorker();
  readonly #subjects = new Map<string, Subject>();
  /** Clients are compared, never written down. */
  readonly #seed = randomBytes(8).readBigUInt64LE();

  constructor(book: LearnedBook, ports: LearnerPorts) {
    this.#book = book;
    this.#ports = ports;
  }

  /** Watches a genuine answer, `inner` beside it; the outcome is asked for once the answer is over. */
  watch(passing: Passing, inner: ResponseWatcher | undefined): ResponseWatcher | undefined {
    const { facts, head, learns } = passing;
    // What is not the whole answer, or says nothing of the app, is no example.
    if (facts.method === "HEAD" || head.status === 304 || head.status === 206) return inner;
    const isSampled = learns.some((from) => this.#isDue(learnedName(from)));
    const at = Date.now();
    return new LearningWatcher(inner, isSampled, (body) => {
      try {
        this.#ended(passing, at, isSampled, body);
      } catch (error) {
        this.#ports.fault(error);
      }
    });
  }

  /** Ends the timers and the Worker. */
  close(): void {
    for (const { timer } of this.#subjects.values()) clearTimeout(timer);
    this.#forms.close();
  }

  #ended(passing: Passing, at: number, isSampled: boolean, body: Buffer | undefined): void {
    const outcome = passing.outcome();
    const { status } = passing.head;
    const fitting = passing.learns.filter(({ kind }) =>
      kind === undefined ? status < 500 : outcome?.kind === kind,
    );
    const subjects = fitting
      .map((from) => this.#subject(learnedName(from)))
      .filter((one) => one !== undefined);
    for (const subject of subjects) {
      subject.samples.addLatency(passing.latencyMs);
      if (isSampled && body === undefined) subject.samples.unusable++;
      if (isSampled) this.#schedule(subject);
    }
    if (body === undefined || subjects.length === 0) return;
    this.#take(passing, at, body, subjects).catch((error: unknown) => this.#ports.fault(error));
  }

  async #take(passing: Passing, at: number, body: Buffer, subjects: readonly Subject[]): Promise<void> {
    const sample = await this.#sample(passing, at, body);
    for (const { samples } of subjects) {
      if (sample) samples.add(sample);
      else samples.unusable++;
    }
  }

  async #sample({ facts, head }: Passing, at: number, bytes: Buffer): Promise<AnswerSample | undefined> {
    const headers = headersForClient(head);
    const coding = codingOf(headers.find(([name]) => name.toLowerCase() === "content-encoding")?.[1]);
    const { submitted, seeds } = askerOf(facts);
    const { request, placement } = facts;
    const condition = conditionOf(request.header("cookie"), request.header("accept-encoding"));
    const account = this.#hash(placement?.username ?? seeds.client);
    const network = this.#hash(facts.ipNet);
    const asker = {
      account,
      network,
      client: this.#hash(seeds.client),
      question: this.#hash(seeds.question),
    };
    const body = coding === false ? undefined : await decodedBody(bytes, coding);
    if (body === undefined || coding === false) return undefined;
    const [, phrase = ""] = /^\S+ \d+ ?(.*)\r\n$/.exec(head.statusLine.text) ?? [];
    const { kind } = head.framing;
    const framing = kind === "length" || kind === "none" ? kind : "chunked";
    return {
      status: head.status,
      phrase,
      headers,
      body,
      coding,
      framing,
      at,
      submitted,
      condition,
      ...asker,
    };
  }

  #hash(text: string): string {
    return Bun.hash.wyhash(text, this.#seed).toString(36);
  }

  /** At most so many bodies a second are looked at. */
  #isDue(name: string): boolean {
    const subject = this.#subject(name);
    if (!subject) return false;
    const second = Math.floor(performance.now() / 1000);
    if (second !== subject.second) {
      subject.second = second;
      subject.taken = 0;
    }
    return subject.taken++ < mostPerSecond;
  }

  #subject(name: string): Subject | undefined {
    let subject = this.#subjects.get(name);
    if (!subject && this.#subjects.size < mostNames) {
      const samples = new AnswerSamples();
      subject = { name, samples, timer: undefined, second: 0, taken: 0, isLearning: false, learnedAt: 0 };
      this.#subjects.set(name, subject);
    }
    return subject;
  }

  #schedule(subject: Subject): void {
    if (subject.timer || subject.isLearning) return;
    const { size } = subject.samples;
    const isKnown = (this.#book.find(subject.name)?.templates.length ?? 0) > 0;
    const isGrown = !isKnown || size + 1 >= subject.learnedAt * 1.25;
    const pauseMs = size < fewSamples && isGrown ? soonMs : laterMs;
    subject.timer = setTimeout(() => void this.#learn(subject), pauseMs);
  }

  async #learn(subject: Subject): Promise<void> {
    const { name, samples } = subject;
    subject.timer = undefined;
    subject.isLearning = true;
    subject.learnedAt = samples.size;
    try {
      const order = { samples: [...samples.newest], unusable: samples.unusable, now: Date.now() };
      // Of too few there is nothing to compare.
      const isQuick = samples.size < fewestAnswers;
      const fresh = isQuick
        ? learnForms(order.samples, order.unusable, order.now)
        : await this.#forms.learn(order);
      const learned = samples.settled(fresh, this.#book.find(name));
      const isWorth = learned.templates.length + learned.latencies.length > 0;
      if (this.#book.keep(name, learned) && isWorth) this.#ports.save(name, learned);
    } catch (error) {
      this.#ports.fault(error);
    } finally {
      subject.isLearning = false;
    }
  }
}

/** The fields as they are sent on, those of one hop left out (RFC 9110 §7.6.1). */
function headersForClient({ lines }: ResponseHead): [string, string][] {
  const named = new Set(lines.flatMap((line) => line.named));
  const isSentOn = (role: string, lowerName: string) =>
    role !== "connection" && role !== "hop" && !named.has(lowerName);
  return lines.filter((line) => isSentOn(line.role, line.lowerName)).map((line) => [line.name, line.value]);
}
