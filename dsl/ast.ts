/** The abstract syntax tree: what a file says, with the place of every part, before anything is known to make sense. */
import type { Span } from "./source-file.ts";

/** A name and where it stands. */
export interface NameNode {
  readonly text: string;
  readonly span: Span;
}

/** A literal. `word` is a bare name; numbers keep their text for messages. */
export type ValueNode =
  | { readonly kind: "text" | "word" | "address"; readonly text: string; readonly span: Span }
  | {
      readonly kind: "number" | "percent";
      readonly text: string;
      readonly value: number;
      readonly span: Span;
    }
  | { readonly kind: "duration"; readonly text: string; readonly span: Span };

/** What a comparison or a measure reads, by its full name (`header x` is `header.x`). */
export type SubjectNode = NameNode;

/** The question that a comparison asks; `holds` is a bare name. */
export type OperatorNode =
  | {
      readonly kind: "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "contains" | "ends";
      readonly sign: string;
      readonly value: ValueNode;
      readonly span: Span;
    }
  | {
      readonly kind: "in" | "starts";
      readonly sign: string;
      readonly value: ValueNode | readonly ValueNode[];
      readonly span: Span;
    }
  | {
      readonly kind: "matches";
      readonly sign: "matches";
      readonly pattern: string;
      readonly flags: string;
      readonly span: Span;
    }
  | { readonly kind: "missing" | "present"; readonly sign: string; readonly span: Span };

/** A comparison, or a bare name where `operator` is undefined. */
export interface ComparisonNode {
  readonly kind: "comparison";
  readonly subject: SubjectNode;
  readonly operator: OperatorNode | undefined;
  readonly span: Span;
}

export interface BlockNode {
  readonly kind: "all" | "any" | "none";
  readonly conditions: readonly ConditionNode[];
  readonly span: Span;
}

export type ConditionNode = ComparisonNode | BlockNode;

/** `tagged auth.failure`, `everything`, `shop.login.failure`; what the parts mean is found by name later. */
export interface TargetNode {
  readonly isTagged: boolean;
  readonly name: NameNode;
  readonly span: Span;
}

interface HostNode {
  readonly text: string;
  readonly span: Span;
}

export interface RouteNode {
  readonly name: NameNode;
  readonly method: NameNode;
  readonly path: NameNode;
  readonly tags: readonly NameNode[];
}

export interface IdentifyNode {
  readonly what: "username" | "password" | "session";
  readonly sources: readonly SubjectNode[];
  readonly span: Span;
}

export type ResponseTestNode =
  | {
      readonly kind: "status";
      readonly statuses: readonly { readonly value: number; readonly span: Span }[];
      readonly span: Span;
    }
  | {
      readonly kind: "header";
      readonly name: NameNode;
      readonly operator: OperatorNode;
      readonly span: Span;
    };

export interface OutcomeCaseNode {
  readonly kind: "success" | "failure" | "unknown_user" | "locked";
  readonly tests: readonly ResponseTestNode[];
  readonly junctions: readonly { readonly text: string; readonly span: Span }[];
  readonly span: Span;
}

export interface OutcomeNode {
  readonly event: NameNode;
  /** Undefined when the event stands for the route of the same name. */
  readonly routes: readonly NameNode[] | undefined;
  readonly cases: readonly OutcomeCaseNode[];
  readonly span: Span;
}

interface DeclarationBase {
  readonly name: NameNode;
  readonly span: Span;
}

export interface AppNode extends DeclarationBase {
  readonly kind: "app";
  readonly tags: readonly NameNode[];
  readonly hosts: readonly HostNode[];
  readonly origins: readonly { readonly text: string; readonly span: Span }[];
  readonly routes: readonly RouteNode[];
  readonly identify: readonly IdentifyNode[];
  readonly outcomes: readonly OutcomeNode[];
}

export interface ListNode extends DeclarationBase {
  readonly kind: "list";
  readonly type: NameNode;
  readonly values: readonly ValueNode[] | undefined;
  readonly file: NameNode | undefined;
}

export interface ScoreNode {
  readonly points: number;
  readonly condition: ConditionNode;
  readonly span: Span;
}

export interface FingerprintNode extends DeclarationBase {
  readonly kind: "fingerprint";
  readonly scores: readonly ScoreNode[];
  readonly threshold: { readonly value: number; readonly span: Span } | undefined;
}

export interface MeasureNode extends DeclarationBase {
  readonly kind: "measure";
  readonly counted: SubjectNode | undefined;
  readonly target: TargetNode | undefined;
  readonly by: readonly SubjectNode[];
  readonly window: NameNode | undefined;
}

/** JSON as written: objects keep order and repeated keys, which a rule reports. */
export type JsonNode =
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null }
  | { readonly kind: "array"; readonly items: readonly JsonNode[] }
  | {
      readonly kind: "object";
      readonly pairs: readonly { readonly key: NameNode; readonly value: JsonNode }[];
    };

export type ResponseClauseNode =
  | { readonly kind: "status"; readonly value: number; readonly span: Span }
  | { readonly kind: "header"; readonly name: NameNode; readonly value: NameNode; readonly span: Span }
  | { readonly kind: "json"; readonly value: JsonNode; readonly span: Span }
  | { readonly kind: "body" | "html"; readonly text: string; readonly span: Span };

export interface ResponseNode extends DeclarationBase {
  readonly kind: "response";
  readonly clauses: readonly ResponseClauseNode[];
}

export type EffectNode =
  | { readonly kind: "allow"; readonly from: readonly NameNode[] | "all"; readonly span: Span }
  | { readonly kind: "block"; readonly status: number | undefined; readonly span: Span }
  | { readonly kind: "deceive"; readonly response: NameNode; readonly span: Span }
  | { readonly kind: "label"; readonly label: NameNode; readonly span: Span };

export type PolicyClauseNode =
  | { readonly kind: "mode"; readonly mode: "enforce" | "shadow"; readonly span: Span }
  | { readonly kind: "priority"; readonly value: number; readonly span: Span }
  | { readonly kind: "owner"; readonly text: string; readonly span: Span }
  | { readonly kind: "reason"; readonly text: string; readonly span: Span }
  | { readonly kind: "when"; readonly conditions: readonly ConditionNode[]; readonly span: Span }
  | { readonly kind: "unless"; readonly conditions: readonly ConditionNode[]; readonly span: Span }
  | { readonly kind: "then"; readonly effects: readonly EffectNode[]; readonly span: Span };

export interface PolicyNode extends DeclarationBase {
  readonly kind: "policy";
  readonly targets: readonly TargetNode[];
  readonly clauses: readonly PolicyClauseNode[];
}

export type Declaration = AppNode | ListNode | FingerprintNode | MeasureNode | ResponseNode | PolicyNode;

/** The first clause of a kind; a second one is reported by a rule. */
export function clauseOf<K extends PolicyClauseNode["kind"]>(
  policy: PolicyNode,
  kind: K,
): Extract<PolicyClauseNode, { kind: K }> | undefined {
  return policy.clauses.find(
    (clause): clause is Extract<PolicyClauseNode, { kind: K }> => clause.kind === kind,
  );
}
