/** The abstract syntax tree: what a file says, with the place of every part, before anything is known to make sense. */
import type { AppNode } from "./ast/app-nodes.ts";
import type {
  CohortNode,
  FingerprintNode,
  ListNode,
  MeasureNode,
  RememberNode,
  SequenceNode,
} from "./ast/evidence-nodes.ts";
import type { ChannelNode, ResponseNode, SmtpNode, WebhookNode } from "./ast/message-nodes.ts";
import type { PolicyNode } from "./ast/policy-nodes.ts";
import type { TestNode } from "./ast/test-nodes.ts";

export type * from "./ast/app-nodes.ts";
export type * from "./ast/condition-nodes.ts";
export type * from "./ast/evidence-nodes.ts";
export type * from "./ast/message-nodes.ts";
export * from "./ast/policy-nodes.ts";
export type * from "./ast/test-nodes.ts";

export type Declaration =
  | AppNode
  | ListNode
  | FingerprintNode
  | MeasureNode
  | RememberNode
  | SequenceNode
  | CohortNode
  | ResponseNode
  | WebhookNode
  | ChannelNode
  | SmtpNode
  | PolicyNode
  | TestNode;
