/** Outcomes to IR: what an answer's status, headers, cookies and body say about an attempt. */
import type * as ast from "./ast.ts";
import { invariant } from "./lower-condition.ts";
import type * as ir from "./policy-ir.ts";

/** Lowers the outcomes of an event. */
export function lowerOutcome(node: ast.OutcomeNode): ir.OutcomeIr {
  return {
    event: node.event.text,
    routes: (node.routes ?? [node.event]).map((route) => route.text),
    cases: node.cases.map((one) => ({
      kind: one.kind,
      every: one.junctions[0]?.text !== "or",
      tests: one.tests.map(lowerTest),
    })),
  };
}

/** The part of an answer that a name means; undefined when answers have no such part. */
export function responseSubject(name: string): ir.ResponseSubjectIr | undefined {
  if (name === "body") return { from: "body", name: "" };
  if (name === "location") return { from: "header", name };
  const dot = name.indexOf(".");
  const from = name.slice(0, dot);
  const rest = name.slice(dot + 1);
  if (dot < 0 || rest === "") return undefined;
  if (from === "header") return { from, name: rest.toLowerCase() };
  return from === "cookie" || from === "body" ? { from, name: rest } : undefined;
}

// oxlint-disable-next-line eslint/complexity -- one case for each operator
function lowerTest(node: ast.ResponseTestNode): ir.ResponseTestIr {
  if (node.kind === "status") {
    return { kind: "status", ranges: node.statuses.map(({ value, last }) => [value, last ?? value]) };
  }
  const { operator } = node;
  const subject = invariant(responseSubject(node.subject.text), node.subject.text);
  const field = (op: Extract<ir.ResponseTestIr, { kind: "field" }>["op"], values: readonly string[]) => {
    return { kind: "field", subject, op, values } as const;
  };
  switch (operator.kind) {
    case "present":
    case "missing":
      return field(operator.kind, []);
    case "eq":
    case "ne":
    case "contains":
    case "starts":
    case "ends":
    case "in": {
      const values = "kind" in operator.value ? [operator.value] : operator.value;
      return field(
        operator.kind,
        values.map((value) => value.text),
      );
    }
    case "lt":
    case "le":
    case "gt":
    case "ge":
    case "matches":
    case "differs":
    case "known":
    case "new":
    case "held":
    case "saturated":
      return invariant<ir.ResponseTestIr>(undefined, operator.kind);
  }
}
