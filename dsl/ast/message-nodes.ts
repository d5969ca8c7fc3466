/** What is sent: JSON, made-up responses, webhooks, channels. */
import type { Span } from "../source-file.ts";
import type { DeclarationBase, NameNode, SubjectNode, TargetNode } from "./condition-nodes.ts";

/** A made-up value: `fake number 1..100 seeded by session`; `hex 16` has only `low`. */
export interface FakeNode {
  readonly kind: "fake";
  readonly what: NameNode;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly seed: SubjectNode | undefined;
  readonly span: Span;
}

/** JSON as written: objects keep order and repeated keys, which a rule reports. A field stands for its value. */
export type JsonNode =
  | { readonly kind: "scalar"; readonly value: string | number | boolean | null; readonly span: Span }
  | { readonly kind: "field"; readonly subject: SubjectNode; readonly span: Span }
  | FakeNode
  | { readonly kind: "array"; readonly items: readonly JsonNode[]; readonly span: Span }
  | {
      readonly kind: "object";
      readonly pairs: readonly { readonly key: NameNode; readonly value: JsonNode }[];
      readonly span: Span;
    };

/** A route's genuine answers, told apart by outcome where one is named: `bank.login failure`. */
export interface LikeNode {
  readonly target: TargetNode;
  readonly outcome: NameNode | undefined;
  readonly span: Span;
}

type LatencyNode =
  | { readonly kind: "like"; readonly target: TargetNode }
  /** `low` alone for a fixed one. */
  | { readonly kind: "range"; readonly low: NameNode; readonly high: NameNode | undefined };

export type ResponseClauseNode =
  | { readonly kind: "status"; readonly value: number; readonly span: Span }
  | { readonly kind: "header"; readonly name: NameNode; readonly value: NameNode; readonly span: Span }
  | { readonly kind: "json"; readonly value: JsonNode; readonly span: Span }
  | { readonly kind: "body" | "html"; readonly text: string; readonly span: Span }
  | { readonly kind: "latency"; readonly latency: LatencyNode; readonly span: Span };

export interface ResponseNode extends DeclarationBase {
  readonly kind: "response";
  /** The answers that it is learned from; its clauses then replace parts of them. */
  readonly like: LikeNode | undefined;
  readonly clauses: readonly ResponseClauseNode[];
}

/** Where a secret or an address is kept: never in the policy itself. */
export interface SecretNode {
  readonly from: "env" | "file";
  readonly name: NameNode;
  readonly span: Span;
}

/** `webhook account_reset POST "https://…" secret from file "secrets/reset" json { … }`. */
export interface WebhookNode extends DeclarationBase {
  readonly kind: "webhook";
  readonly method: NameNode;
  readonly url: NameNode | SecretNode;
  readonly secret: SecretNode | undefined;
  readonly payload: JsonNode | undefined;
}

/** `channel soc slack from env SOC_WEBHOOK_URL`, `channel mail email "soc@bank.example"`. */
export interface ChannelNode extends DeclarationBase {
  readonly kind: "channel";
  readonly type: NameNode;
  readonly to: readonly NameNode[] | SecretNode;
}

/** `smtp relay "smtps://mail.example:465" sender "sallyport@bank.example" user "x" secret from env SMTP_PASSWORD`. */
export interface SmtpNode extends DeclarationBase {
  readonly kind: "smtp";
  readonly url: NameNode;
  readonly sender: NameNode | undefined;
  readonly user: NameNode | undefined;
  readonly secret: SecretNode | undefined;
}
