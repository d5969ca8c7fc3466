/** The parts that every declaration is made of: names, literals, questions, conditions, targets. */
import type { Span } from "../source-file.ts";

/** A name, or another word or text that is taken as it is, and where it stands. */
export interface NameNode {
  readonly text: string;
  readonly span: Span;
}

/** A number and where it stands. */
export interface NumberNode {
  readonly value: number;
  readonly span: Span;
}

/** A literal. `word` is a bare name; numbers keep their text for messages; `3x usual` is a multiple of a baseline. */
export type ValueNode =
  | { readonly kind: "text" | "word" | "address"; readonly text: string; readonly span: Span }
  | {
      readonly kind: "number" | "percent";
      readonly text: string;
      readonly value: number;
      readonly span: Span;
    }
  | { readonly kind: "duration"; readonly text: string; readonly span: Span }
  | { readonly kind: "usual"; readonly text: string; readonly factor: number; readonly span: Span };

/** What a comparison or a measure reads, by its full name (`header x` is `header.x`, `labelled x` is `label.x`). */
export type SubjectNode = NameNode;

/** One field or several as a key: `ip.net, print.stack`, with or without parentheses. */
export type KeyNode = readonly SubjectNode[];

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
  | { readonly kind: "differs"; readonly sign: "differs"; readonly from: SubjectNode; readonly span: Span }
  /** `known` and `new` are asked of a memory, `held` of a policy, `saturated` of a measure. */
  | {
      readonly kind: "missing" | "present" | "known" | "new" | "held" | "saturated";
      readonly sign: string;
      readonly span: Span;
    };

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

/** The word between two questions on one line. */
export interface JunctionNode {
  readonly text: "and" | "or";
  readonly span: Span;
}

/** `tagged auth.failure`, `everything`, `shop.login.failure`; what the parts mean is found by name later. */
export interface TargetNode {
  readonly isTagged: boolean;
  readonly name: NameNode;
  readonly span: Span;
}

/** What every declaration has. */
export interface DeclarationBase {
  readonly name: NameNode;
  readonly span: Span;
}
