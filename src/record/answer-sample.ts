/** One genuine answer as it is learned from; it stays in memory until newer ones replace it. */
import type { AnswerCoding, TemplateFraming } from "../perform/answer-template.ts";

/** A genuine answer. */
export interface AnswerSample {
  readonly status: number;
  readonly phrase: string;
  /** As the client got them, in order and case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Decoded. */
  readonly body: string;
  readonly coding: AnswerCoding | undefined;
  readonly framing: TemplateFraming;
  /** When the head came, ms since the epoch. */
  readonly at: number;
  /** Who got it: by account, else by session or network; hashed. */
  readonly account: string;
  /** Hashed. */
  readonly network: string;
  /** Session or network, hashed; and that with everything that was submitted. */
  readonly client: string;
  readonly question: string;
  readonly submitted: ReadonlyMap<string, string>;
  /** `conditionOf` the request. */
  readonly condition: string;
}
