/** Made-up responses: their bytes are fixed when compiling. */
import type { JsonNode, ResponseNode } from "./ast.ts";
import { invariant } from "./lower-condition.ts";
import type { ResponseIr } from "./policy-ir.ts";

/** Lowers a response; its content type follows from its body unless a header says otherwise. */
export function lowerResponse(node: ResponseNode): ResponseIr {
  let status = 200;
  let body = "";
  let contentType: string | undefined;
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
        body = jsonText(clause.value);
        contentType = "application/json";
        break;
      case "body":
        body = clause.text;
        contentType = "text/plain; charset=utf-8";
        break;
      case "html":
        body = clause.text;
        contentType = "text/html; charset=utf-8";
        break;
      case "latency":
        break;
    }
  }
  const isTyped = headers.some(([name]) => name.toLowerCase() === "content-type");
  if (contentType !== undefined && !isTyped) headers.unshift(["content-type", contentType]);
  return { name: node.name.text, status, headers, body };
}

// Written out by hand so that keys keep their order: JavaScript objects move whole numbers to the front.
function jsonText(node: JsonNode): string {
  switch (node.kind) {
    case "scalar":
      return JSON.stringify(node.value);
    case "field":
    case "fake":
      return invariant<string>(undefined, node.kind);
    case "array":
      return `[${node.items.map(jsonText).join(",")}]`;
    case "object":
      return `{${node.pairs.map(({ key, value }) => `${JSON.stringify(key.text)}:${jsonText(value)}`).join(",")}}`;
  }
}
