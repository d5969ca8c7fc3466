/** P015, S003, S004, S012: a made-up response must be one that HTTP allows. */
import type { JsonNode, ResponseClauseNode } from "../ast.ts";
import type { Report } from "../report.ts";
import { quoted, type Span } from "../source-file.ts";
import type { Rule } from "./rule.ts";

// RFC 9110 §7.6.1 and §8.6: framing and connection fields are the proxy's own business.
const ownHeaders = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "trailer",
  "te",
  "date",
]);

/** Reports repeated clauses, bad statuses, bad headers and repeated JSON keys. */
export const responseClauses: Rule = (program, report) => {
  for (const response of program.of("response")) {
    const seen = new Map<string, Span>();
    for (const clause of response.clauses) {
      checkClause(clause, report);
      if (clause.kind === "header") continue;
      const what = clause.kind === "status" || clause.kind === "latency" ? clause.kind : "body";
      const first = seen.get(what);
      if (first) {
        const related = [{ span: first, message: "first given here" }];
        report.add("P015", clause.span, `response ${quoted(response.name.text)} has two of \`${what}\``, {
          related,
        });
      } else seen.set(what, clause.span);
    }
  }
};

function checkClause(clause: ResponseClauseNode, report: Report): void {
  switch (clause.kind) {
    case "status":
      if (clause.value >= 200 && clause.value <= 599) return;
      report.add("S003", clause.span, `a response cannot have status ${quoted(String(clause.value))}`, {
        help: "200 to 599",
      });
      return;
    case "header":
      // RFC 9110 §5.6.2: a field name is a token.
      if (!/^[!#$%&'*+.^_|~0-9A-Za-z-]+$/.test(clause.name.text)) {
        report.add("S004", clause.name.span, `${quoted(clause.name.text)} is no header name`);
      } else if (ownHeaders.has(clause.name.text.toLowerCase())) {
        report.add("S004", clause.name.span, `a response cannot set ${quoted(clause.name.text)}`);
      }
      // RFC 9110 §5.5: no control characters; what is beyond Latin-1 cannot be sent.
      if (!/^[\t\x20-\x7E\u0080-\u00FF]*$/.test(clause.value.text)) {
        report.add("S004", clause.value.span, "this value cannot be sent in a header");
      }
      return;
    case "json":
      checkKeys(clause.value, report);
      return;
    case "body":
    case "html":
    case "latency":
  }
}

function checkKeys(node: JsonNode, report: Report): void {
  if (node.kind === "array") for (const item of node.items) checkKeys(item, report);
  if (node.kind !== "object") return;
  const keys = new Set<string>();
  for (const { key, value } of node.pairs) {
    if (keys.has(key.text)) report.add("S012", key.span, `the key ${quoted(key.text)} is given twice`);
    keys.add(key.text);
    checkKeys(value, report);
  }
}
