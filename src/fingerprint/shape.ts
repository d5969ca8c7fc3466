/** `print.shape`: how the data of a request is laid out: keys, their order and types, never a value. */
import type { Facts } from "../describe/facts.ts";
import type { JsonNode } from "../describe/json-document.ts";
import type { QueryPair } from "../describe/query.ts";
import { printHash } from "./print-hash.ts";

const version = "h1";
const maxDepth = 4;
const maxKeys = 64;
const maxKeyLength = 48;
const maxTypeLength = 80;

/** The print that this version makes of a vector, stored or new. */
export function shapeOfVector(vector: string): string {
  return printHash(version, vector);
}

/** What the print is made of, readable; undefined when there is neither body nor query, or the body was not buffered: `type application/json query (next) body {email:s,items:[{id:n}]}`. */
export function shapeVector(facts: Facts): string | undefined {
  const { body } = facts.request;
  const hasBody = body.framing !== "none" && body.length !== 0;
  if (hasBody && body.buffered === undefined) return undefined;
  if (!hasBody && facts.queryPairs.length === 0) return undefined;
  const type = hasBody ? sentType(facts) : "-";
  return `type ${type} query ${pairKeys(facts.queryPairs)} body ${hasBody ? bodyShape(facts) : "-"}`;
}

// The way the parameters are written belongs to the library; a boundary is random.
function sentType(facts: Facts): string {
  const value = facts.request.header("content-type");
  return value === undefined ? "-" : value.replace(/boundary=.*/i, "boundary").slice(0, maxTypeLength);
}

function bodyShape(facts: Facts): string {
  const document = facts.bodyDocument;
  if (!document) return "?";
  return document.kind === "form" ? pairKeys(document.pairs) : jsonShape(document.root, maxDepth);
}

/** Keys in order; a run of one key (check boxes, lists) counts once. */
function pairKeys(pairs: readonly QueryPair[]): string {
  const keys: string[] = [];
  for (const { name } of pairs.slice(0, maxKeys)) {
    const key = keyText(name);
    if (keys.at(-1) !== key) keys.push(key);
  }
  return `(${keys.join(",")}${pairs.length > maxKeys ? ",+" : ""})`;
}

function jsonShape(node: JsonNode, depth: number): string {
  switch (node.kind) {
    case "string":
      return "s";
    case "number":
      return "n";
    case "boolean":
      return "b";
    case "null":
      return "0";
    case "array": {
      const first = node.items[0];
      return first && depth > 0 ? `[${jsonShape(first, depth - 1)}]` : "[]";
    }
    case "object": {
      if (depth === 0) return "{}";
      const keys = [...node.members]
        .slice(0, maxKeys)
        .map(([key, member]) => `${keyText(key)}:${jsonShape(member, depth - 1)}`);
      return `{${keys.join(",")}${node.members.size > maxKeys ? ",+" : ""}}`;
    }
  }
}

// Numbers in keys are data (item ids, time stamps); quoting keeps a key from imitating structure.
function keyText(key: string): string {
  return JSON.stringify(key.replace(/\d+/g, "#").slice(0, maxKeyLength))
    .slice(1, -1)
    .replace(/[,:(){}[\]]/g, "\\$&");
}
