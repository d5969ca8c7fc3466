/** What a request submits, by name: what its answer may repeat. */

import type { Facts } from "../describe/facts.ts";
import type { JsonNode } from "../describe/json-document.ts";
import type { EchoForm } from "./answer-template.ts";

const mostValues = 48;
const longestValue = 512;

/** Nothing of these is kept or repeated, whatever an answer does with them. */
const secretName = /pass|pwd|secret|otp|pin$|cvc|cvv/i;

/** Values by name (`body.email`, `query.next`, `path.id`, `username`), bounded in number and length. */
export function submittedValues(facts: Facts): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const add = (name: string, value: string | undefined) => {
    if (value === undefined || value === "" || values.size >= mostValues || secretName.test(name)) return;
    if (value.length <= longestValue && !values.has(name)) values.set(name, value);
  };
  const document = facts.bodyDocument;
  if (document?.kind === "form") for (const { name, value } of document.pairs) add(`body.${name}`, value);
  if (document?.kind === "json") addJson(document.root, "body", add, 0);
  for (const { name, value } of facts.queryPairs) add(`query.${name}`, value);
  for (const name in facts.pathParameters) add(`path.${name}`, facts.pathParameters[name]);
  add("username", facts.placement?.username);
  return values;
}

function addJson(
  node: JsonNode,
  path: string,
  add: (name: string, value: string | undefined) => void,
  depth: number,
): void {
  if (depth > 4 || node.kind === "array" || node.kind === "null") return;
  if (node.kind !== "object") add(path, node.text);
  else for (const [name, member] of node.members) addJson(member, `${path}.${name}`, add, depth + 1);
}

/** A submitted value as an answer writes it. */
export function echoText(value: string, form: EchoForm): string {
  switch (form) {
    case "raw":
      return value;
    case "html":
      return escapeHtml(value, "&#39;");
    case "htmlHex":
      return escapeHtml(value, "&#x27;");
    case "json":
      return JSON.stringify(value).slice(1, -1);
    case "url":
      return percentEncoded(value);
    case "form":
      return percentEncoded(value).replaceAll("%20", "+");
  }
}

// Half of a surrogate pair has no encoding.
function percentEncoded(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function escapeHtml(value: string, apostrophe: string): string {
  return value
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", apostrophe);
}
