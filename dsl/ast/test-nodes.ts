/** `test`: requests that are sent to a policy on a virtual clock, and what is expected of it. */
import type { Span } from "../source-file.ts";
import type { DeclarationBase, NameNode, NumberNode, SubjectNode, ValueNode } from "./condition-nodes.ts";
import type { JsonNode, ResponseClauseNode } from "./message-nodes.ts";

/** One property of a request: `host x.example`, `asn 9009`, `header x-a "1"`, `header x-a missing`, `body { … }`. */
export type RequestPartNode =
  | {
      readonly kind: "field";
      readonly subject: SubjectNode;
      readonly value: ValueNode | readonly ValueNode[] | "missing";
      readonly span: Span;
    }
  | { readonly kind: "body" | "form"; readonly value: JsonNode; readonly span: Span };

/** `let bot = POST /v2/session { … }`. */
export interface LetNode {
  readonly name: NameNode;
  readonly method: NameNode;
  readonly path: NameNode;
  readonly parts: readonly RequestPartNode[];
  readonly span: Span;
}

/** What the origin would answer: a status, an outcome of the route, or a whole response. */
export type AnswerNode =
  | { readonly kind: "status"; readonly status: NumberNode }
  | { readonly kind: "outcome"; readonly outcome: NameNode }
  | { readonly kind: "response"; readonly clauses: readonly ResponseClauseNode[] };

export type SendOptionNode =
  | {
      readonly kind: "varying";
      readonly subject: SubjectNode;
      /** A list's name or values; undefined makes values up. */
      readonly from: NameNode | readonly ValueNode[] | undefined;
      readonly span: Span;
    }
  | { readonly kind: "times"; readonly count: NumberNode; readonly span: Span }
  | { readonly kind: "every"; readonly interval: NameNode; readonly span: Span }
  | { readonly kind: "latency"; readonly interval: NameNode; readonly span: Span }
  | { readonly kind: "with"; readonly parts: readonly RequestPartNode[]; readonly span: Span }
  | { readonly kind: "answering"; readonly answer: AnswerNode; readonly span: Span };

/** What may be expected of a request. */
export type ExpectationNode =
  | { readonly kind: "allow" | "deceive" | "ratelimit" | "tarpit" | "hold" }
  | { readonly kind: "block" | "status"; readonly status: NumberNode | undefined }
  | { readonly kind: "response" | "label" | "webhook" | "alert" | "withheld"; readonly name: NameNode }
  | { readonly kind: "mark"; readonly text: string | undefined };

export type StatementNode =
  | {
      readonly kind: "send";
      readonly request: NameNode;
      readonly options: readonly SendOptionNode[];
      readonly span: Span;
    }
  | {
      readonly kind: "expect";
      /** Of which requests of the last `send`. */
      readonly of: "last" | "all" | "any" | "none";
      readonly expectation: ExpectationNode;
      readonly by: NameNode | undefined;
      readonly span: Span;
    }
  | { readonly kind: "explain"; readonly text: string; readonly span: Span }
  | { readonly kind: "after"; readonly duration: NameNode; readonly span: Span }
  | { readonly kind: "at"; readonly time: NameNode; readonly span: Span }
  | { readonly kind: "rollout"; readonly percent: ValueNode; readonly span: Span }
  | { readonly kind: "holdout"; readonly percent: ValueNode; readonly span: Span }
  | { readonly kind: "usual"; readonly measure: NameNode; readonly value: ValueNode; readonly span: Span };

export interface CaseNode {
  readonly title: NameNode;
  readonly statements: readonly StatementNode[];
  readonly span: Span;
}

/** Its name is the policy's; one policy may have several. */
export interface TestNode extends DeclarationBase {
  readonly kind: "test";
  readonly requests: readonly LetNode[];
  readonly cases: readonly CaseNode[];
}
