/** Made-up responses: what is the same for all requests is fixed when compiling. */

import type { FakeNode, JsonNode, LikeNode, ResponseClauseNode, ResponseNode } from "./ast.ts";
import { parseDuration } from "./duration.ts";
import { joinTexts } from "./join-texts.ts";
import { lowerLatencyLike, lowerLike } from "./learned-answer.ts";
import { type ConditionLowering, invariant } from "./lower-condition.ts";
import type { ResponseIr } from "./policy-ir.ts";
import { type BodyPartIr, type FakeIr, fakeKinds, type LatencyIr } from "./response-body-ir.ts";

type Latency = Extract<ResponseClauseNode, { kind: "latency" }>["latency"];

/** How fields are found; without it, what is not the same for all requests is `null`. */
type Fields = Pick<ConditionLowering, "field" | "hasField">;

const defaultHexLength = 32;

/** Where values without a seed of their own come from, so that one client sees the same ones. */
const commonSeed = "ip.net";

/** Lowers a response; its content type follows from its body unless a header says otherwise. */
export function lowerResponse(node: ResponseNode, fields?: Fields): ResponseIr {
  let status = 200;
  let parts: BodyPartIr[] = [];
  let contentType: string | undefined;
  let latency: LatencyIr | undefined;
  let latencyLike = node.like && lowerLike(node.like);
  const headers: [string, string][] = [];
  for (const clause of node.clauses) {
    switch (clause.kind) {
      case "status":
        status = clause.value;
        break;
      case "header":
        headers.push([clause.name.text, clause.value.text]);
        break;
      case "json":
        parts = joinTexts(jsonParts(clause.value, fields));
        contentType = "application/json";
        break;
      case "body":
        parts = [clause.text];
        contentType = "text/plain; charset=utf-8";
        break;
      case "html":
        parts = [clause.text];
        contentType = "text/html; charset=utf-8";
        break;
      case "latency":
        latency = lowerLatency(clause.latency);
        latencyLike = clause.latency.kind === "like" ? lowerLatencyLike(clause.latency.target) : undefined;
        break;
    }
  }
  const isTyped = headers.some(([name]) => name.toLowerCase() === "content-type");
  if (contentType !== undefined && !isTyped) headers.unshift(["content-type", contentType]);
  const texts = parts.filter((part) => typeof part === "string");
  const isFixed = texts.length === parts.length;
  return {
    name: node.name.text,
    status,
    headers,
    body: isFixed ? texts.join("") : "",
    ...(!isFixed && { parts }),
    ...(latency && { latency }),
    ...(latencyLike && { latencyLike }),
    ...(node.like && { like: lowerLearned(node.like, node.clauses) }),
  };
}

function lowerLearned(like: LikeNode, clauses: ResponseNode["clauses"]): NonNullable<ResponseIr["like"]> {
  const said = new Set(clauses.map((clause) => clause.kind));
  const setsBody = said.has("json") || said.has("body") || said.has("html");
  return { from: lowerLike(like), setsStatus: said.has("status"), setsBody };
}

// Written out by hand so that keys keep their order: JavaScript objects move whole numbers to the front.
function jsonParts(node: JsonNode, fields: Fields | undefined): BodyPartIr[] {
  switch (node.kind) {
    case "scalar":
      return [JSON.stringify(node.value)];
    case "field":
      return [fields?.field(node.subject.text) ?? "null"];
    case "fake":
      return [fields ? lowerFake(node, fields) : "null"];
    case "array":
      return ["[", ...node.items.flatMap((item, at) => [comma(at), ...jsonParts(item, fields)]), "]"];
    case "object":
      return [
        "{",
        ...node.pairs.flatMap(({ key, value }, at) => [
          `${comma(at)}${JSON.stringify(key.text)}:`,
          ...jsonParts(value, fields),
        ]),
        "}",
      ];
  }
}

function comma(at: number): string {
  return at === 0 ? "" : ",";
}

function lowerFake(node: FakeNode, fields: Fields): FakeIr {
  const what = invariant(
    fakeKinds.find((kind) => kind === node.what.text),
    node.what.text,
  );
  const low = node.low ?? (what === "hex" ? defaultHexLength : 0);
  const seeds = [node.seed?.text, fields.hasField(commonSeed) ? commonSeed : undefined];
  return {
    kind: "fake",
    what,
    low,
    high: node.high ?? low,
    seeds: [...new Set(seeds.filter((seed) => seed !== undefined))].map((seed) => fields.field(seed)),
  };
}

function lowerLatency(range: Latency): LatencyIr | undefined {
  if (range.kind === "like") return undefined;
  const lowMs = invariant(parseDuration(range.low.text), range.low.text);
  const highMs = range.high ? invariant(parseDuration(range.high.text), range.high.text) : lowMs;
  return { lowMs, highMs };
}
