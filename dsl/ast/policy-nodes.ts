/** `policy`: on what, when, what then, and what keeps it from doing harm. */
import type { Span } from "../source-file.ts";
import type {
  ConditionNode,
  DeclarationBase,
  KeyNode,
  NameNode,
  NumberNode,
  TargetNode,
  ValueNode,
} from "./condition-nodes.ts";
import type { JsonNode } from "./message-nodes.ts";

type PolicyMode = "enforce" | "shadow" | "draft";

export type EffectNode =
  | { readonly kind: "allow"; readonly from: readonly NameNode[] | "all"; readonly span: Span }
  | { readonly kind: "block"; readonly status: number | undefined; readonly span: Span }
  | { readonly kind: "deceive"; readonly response: NameNode; readonly span: Span }
  | {
      readonly kind: "ratelimit";
      readonly most: NumberNode;
      readonly per: NameNode;
      readonly by: KeyNode;
      readonly span: Span;
    }
  | { readonly kind: "mark"; readonly text: string; readonly span: Span }
  | { readonly kind: "tarpit"; readonly duration: NameNode; readonly span: Span }
  | { readonly kind: "label"; readonly label: NameNode; readonly span: Span }
  | { readonly kind: "hold"; readonly key: KeyNode; readonly duration: NameNode; readonly span: Span }
  | {
      readonly kind: "webhook";
      readonly webhook: NameNode;
      /** Keys of the call's body beside those of the declaration, and instead of them. */
      readonly payload: JsonNode | undefined;
      /** One call per value of this key; empty when `once` is not written. */
      readonly oncePer: KeyNode;
      readonly every: NameNode | undefined;
      readonly span: Span;
    }
  | {
      readonly kind: "alert";
      readonly channel: NameNode;
      readonly severity: "low" | "medium" | "high" | undefined;
      /** One alert per value of this key; empty when `once` is not written. */
      readonly oncePer: KeyNode;
      readonly every: NameNode | undefined;
      readonly span: Span;
    };

/** A limit inside `cap` or `guard`; `subject` is `known_good`, `traffic` or a cohort, for a holdout its event. */
interface LimitNode {
  readonly kind: "share" | "holdout";
  readonly subject: NameNode;
  readonly sign: string;
  readonly percent: ValueNode;
  readonly span: Span;
}

/** What stands in `cap` and `guard`. */
export type SafeguardClauseNode =
  | LimitNode
  | { readonly kind: "over"; readonly window: NameNode; readonly span: Span }
  | { readonly kind: "support"; readonly least: NumberNode; readonly span: Span }
  | { readonly kind: "else"; readonly action: "mark"; readonly span: Span };

export type PolicyClauseNode =
  | { readonly kind: "mode"; readonly mode: PolicyMode; readonly span: Span }
  | { readonly kind: "priority"; readonly value: number; readonly span: Span }
  | { readonly kind: "owner"; readonly text: string; readonly span: Span }
  | { readonly kind: "reason"; readonly text: string; readonly span: Span }
  | {
      readonly kind: "rollout";
      readonly percent: ValueNode;
      readonly by: KeyNode;
      readonly span: Span;
    }
  | { readonly kind: "expires"; readonly date: NameNode; readonly span: Span }
  | { readonly kind: "adapt"; readonly isAuto: boolean; readonly span: Span }
  | { readonly kind: "when"; readonly conditions: readonly ConditionNode[]; readonly span: Span }
  | { readonly kind: "unless"; readonly conditions: readonly ConditionNode[]; readonly span: Span }
  | { readonly kind: "then"; readonly effects: readonly EffectNode[]; readonly span: Span }
  | { readonly kind: "cap"; readonly clauses: readonly SafeguardClauseNode[]; readonly span: Span }
  | { readonly kind: "guard"; readonly clauses: readonly SafeguardClauseNode[]; readonly span: Span };

export interface PolicyNode extends DeclarationBase {
  readonly kind: "policy";
  readonly targets: readonly TargetNode[];
  readonly clauses: readonly PolicyClauseNode[];
}

/** The first clause of a kind; a second one is reported by a rule. */
export function clauseOf<K extends PolicyClauseNode["kind"]>(
  policy: PolicyNode,
  kind: K,
): Extract<PolicyClauseNode, { kind: K }> | undefined {
  return policy.clauses.find(
    (clause): clause is Extract<PolicyClauseNode, { kind: K }> => clause.kind === kind,
  );
}
