/** What conditions are made of: lists, fingerprints, measures, memories, sequences, cohorts. */
import type { Span } from "../source-file.ts";
import type {
  ConditionNode,
  DeclarationBase,
  KeyNode,
  NameNode,
  NumberNode,
  SubjectNode,
  TargetNode,
  ValueNode,
} from "./condition-nodes.ts";

/** What is said of a list's file. */
export type ListOptionNode =
  | {
      readonly kind: "format";
      readonly format: NameNode;
      readonly column: NumberNode | undefined;
      readonly span: Span;
    }
  | { readonly kind: "refresh"; readonly every: NameNode; readonly span: Span }
  | { readonly kind: "max"; readonly entries: NumberNode; readonly span: Span };

export interface ListNode extends DeclarationBase {
  readonly kind: "list";
  readonly type: NameNode;
  readonly values: readonly ValueNode[] | undefined;
  readonly file: NameNode | undefined;
  readonly options: readonly ListOptionNode[];
}

export interface ScoreNode {
  readonly points: number;
  readonly condition: ConditionNode;
  readonly span: Span;
}

export interface FingerprintNode extends DeclarationBase {
  readonly kind: "fingerprint";
  readonly scores: readonly ScoreNode[];
  readonly threshold: NumberNode | undefined;
}

export interface MeasureNode extends DeclarationBase {
  readonly kind: "measure";
  readonly what: "count" | "distinct" | "share" | "new" | "gap";
  readonly whatSpan: Span;
  /** Which of the times between two occurrences of a key a `gap` reads; the median unless told. */
  readonly statistic: "shortest" | "median" | undefined;
  /** The field that `distinct` and `new` look at. */
  readonly counted: SubjectNode | undefined;
  /** The events (`login.failure`) whose part of all is the `share`. */
  readonly events: readonly NameNode[];
  readonly target: TargetNode | undefined;
  /** Empty when the whole target has one value. */
  readonly by: KeyNode;
  readonly window: NameNode | undefined;
  /** Fewest occurrences for the measure to say anything. */
  readonly support: NumberNode | undefined;
}

/** `remember device = (print.stack, device_cookie) at bank.login.success by account for 90d`. */
export interface RememberNode extends DeclarationBase {
  readonly kind: "remember";
  readonly values: KeyNode;
  readonly target: TargetNode | undefined;
  readonly by: KeyNode;
  readonly duration: NameNode | undefined;
}

/** A step that must happen (`first`, `then`), `times` times or more; or one that must not (`without`). */
export interface StepNode {
  readonly kind: "first" | "then" | "without";
  readonly target: TargetNode;
  readonly times: NumberNode | undefined;
  readonly span: Span;
}

export interface SequenceNode extends DeclarationBase {
  readonly kind: "sequence";
  readonly by: KeyNode;
  readonly within: NameNode | undefined;
  readonly steps: readonly StepNode[];
}

/** `later shop.checkout.success within 7d`: true of those who did this afterwards. */
export interface LaterNode {
  readonly target: TargetNode;
  readonly within: NameNode;
  readonly span: Span;
}

/** People known to be good: all of the conditions hold, and all of what came later. */
export interface CohortNode extends DeclarationBase {
  readonly kind: "cohort";
  readonly conditions: readonly ConditionNode[];
  readonly later: readonly LaterNode[];
}
