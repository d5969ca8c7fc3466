/** A made-up response joined to the fields that its values rest on. */
import { createHmac } from "node:crypto";
import type { ResponseTemplate } from "../decision.ts";
import type { ResponseIr } from "../policy-ir.ts";
import type { BodyPartIr } from "../response-body-ir.ts";
import type { FieldReader, FieldValue } from "../scheme.ts";
import type { Evaluation } from "./evaluation.ts";
import { fakeValue, share } from "./fake-value.ts";
import { keyText } from "./gauge-key.ts";
import type { BindReader } from "./policy-states.ts";

const longestText = 1024;

/** What a response is for one request. */
export interface LinkedResponse<F> {
  readonly template: (facts: F) => ResponseTemplate;
  /** How long the answer takes, ms. */
  readonly delayMs: () => number;
}

/** Links a response; one whose body is fixed is one object for all requests. */
export function linkResponse<F>(
  ir: ResponseIr,
  bind: BindReader<F>,
  evaluation: Evaluation,
  salt: string,
): LinkedResponse<F> {
  const { name, status, headers, body, parts, latency, like, latencyLike } = ir;
  const learned = { ...(like && { like }), ...(latencyLike && { latencyLike }) };
  const fixed: ResponseTemplate = { name, status, headers, body, ...learned };
  const delayMs = () => {
    if (!latency) return 0;
    const drawn = createHmac("sha256", salt).update(`${name}\0${evaluation.now}`).digest();
    return Math.round(latency.lowMs + share(drawn, 0) * (latency.highMs - latency.lowMs));
  };
  if (!parts) return { template: () => fixed, delayMs };
  const write = parts.map((part, at) => writer(part, `${name}\0${at}`, bind, evaluation, salt));
  return { template: (facts) => ({ ...fixed, body: write.map((one) => one(facts)).join("") }), delayMs };
}

function writer<F>(
  part: BodyPartIr,
  place: string,
  bind: BindReader<F>,
  evaluation: Evaluation,
  salt: string,
): (facts: F) => string {
  if (typeof part === "string") return () => part;
  if (part.kind === "field") {
    const read = bind(part);
    return (facts) => jsonOf(read(facts));
  }
  const seeds = part.seeds.map(bind);
  return (facts) => {
    // Without any seed the moment decides.
    const seed = firstOf(seeds, facts) ?? `\0${evaluation.now}`;
    return fakeValue(part, seed, place, salt);
  };
}

function firstOf<F>(readers: readonly FieldReader<F>[], facts: F): string | undefined {
  for (const [at, read] of readers.entries()) {
    const value = read(facts);
    if (value !== undefined) return `${at}\0${keyText(value)}`;
  }
  return undefined;
}

function jsonOf(value: FieldValue | undefined): string {
  if (value === undefined) return "null";
  if (typeof value === "string") return JSON.stringify(value.slice(0, longestText));
  if (typeof value !== "object") return JSON.stringify(value);
  return JSON.stringify("family" in value ? value.text : value);
}
