/** What is learned of genuine answers: what all of them share, and the shape of what differs. Plain JSON, for the store. */

/** How a submitted value is written where an answer repeats it. */
export const echoForms = ["raw", "html", "htmlHex", "json", "url", "form"] as const;

/** One of them. */
export type EchoForm = (typeof echoForms)[number];

/** A stretch of a token: the same in all, or characters of an alphabet in one of the lengths that were seen. */
export type CharsSegment =
  | string
  | { readonly alphabet: string; readonly lengths: readonly number[]; readonly isCapital?: boolean };

/** How times are written. */
export type TimeFormat =
  | { readonly kind: "imf" | "imfDash" | "seconds" | "millis" }
  /** `separator` is "" for a date alone, `time` 0, 2 or 3 for none, minutes, seconds; `zone` as written. */
  | {
      readonly kind: "iso";
      readonly separator: string;
      readonly time: 0 | 2 | 3;
      readonly fraction: number;
      readonly zone: string;
    };

/** What a stretch that differs from answer to answer looks like. */
export type Shape =
  | { readonly kind: "uuid"; readonly version: string; readonly isUpper: boolean }
  | { readonly kind: "email" }
  /** From the moment of the answer, ms. */
  | { readonly kind: "time"; readonly format: TimeFormat; readonly low: number; readonly high: number }
  /** `quantiles` in equal steps from the lowest to the highest. */
  | {
      readonly kind: "number";
      readonly decimals: number;
      readonly isTrimmed: boolean;
      readonly quantiles: readonly number[];
    }
  /** Counts up with time: `base` at `at` (ms since the epoch). */
  | { readonly kind: "counter"; readonly base: number; readonly at: number; readonly perMs: number }
  /** RFC 7519. */
  | {
      readonly kind: "jwt";
      readonly header: readonly Piece[];
      readonly payload: readonly Piece[];
      readonly signature: Shape;
    }
  | { readonly kind: "chars"; readonly segments: readonly CharsSegment[]; readonly isPadded: boolean }
  | {
      readonly kind: "choice";
      readonly options: readonly { readonly weight: number; readonly pieces: readonly Piece[] }[];
    };

/** For how long a made-up value stays: for one answer, for one client asking the same, or for one client. */
export type Scope = "answer" | "question" | "client";

/** A stretch of an answer: kept, repeated from the request, or made up. */
export type Piece =
  | string
  | { readonly echo: string; readonly form: EchoForm }
  | { readonly shape: Shape; readonly scope: Scope };

/** How a body's end is told. */
export type TemplateFraming = "length" | "chunked" | "none";

/** Codings that can be undone and done again. */
export type AnswerCoding = "gzip" | "br" | "zstd" | "deflate";

/** Answers of one form. */
export interface AnswerTemplate {
  readonly status: number;
  readonly phrase: string;
  /** In order, names in their case; the values of Date and Content-Length are made when answering. */
  readonly headers: readonly (readonly [name: string, value: readonly Piece[]])[];
  readonly body: readonly Piece[];
  readonly coding: AnswerCoding | undefined;
  readonly framing: TemplateFraming;
  /** How many answers had this form, by what the request was like (`conditionOf`). */
  readonly seen: Readonly<Record<string, number>>;
}

/** All that is known of a route's answers of one outcome. */
export interface LearnedAnswer {
  /** Answers that it was learned from, and the accounts that got them. */
  readonly answers: number;
  readonly accounts: number;
  readonly templates: readonly AnswerTemplate[];
  /** Why there is no template; undefined when there is one. */
  readonly problem: string | undefined;
  /** Times to the first byte, ms: equal steps from the shortest to the longest; empty while unknown. */
  readonly latencies: readonly number[];
  /** ms since the epoch. */
  readonly learnedAt: number;
}

/** What an answer may depend on beside its outcome: whether cookies came, and which codings the client takes. */
export function conditionOf(cookie: string | undefined, acceptEncoding: string | undefined): string {
  const accepted = (acceptEncoding ?? "").toLowerCase();
  const codings = ["gzip", "br", "zstd", "deflate"].filter((coding) => accepts(accepted, coding));
  return `${cookie === undefined ? "" : "cookies "}${codings.join(" ")}`;
}

// RFC 9110 §12.5.3; a weight of zero refuses.
function accepts(accepted: string, coding: string): boolean {
  return accepted.split(",").some((part) => {
    const [name = "", ...parameters] = part.split(";").map((one) => one.trim());
    return name === coding && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}
