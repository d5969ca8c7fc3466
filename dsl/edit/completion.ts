/** What completion proposes. */
import type { NamedKind } from "./roles.ts";

/** One proposal. */
export interface Completion {
  readonly label: string;
  readonly kind: "keyword" | "operator" | "field" | "value" | "outcome" | NamedKind;
  /** Type, trust, or what the name was declared as. */
  readonly detail?: string;
  readonly doc?: string;
  /** What is written, where it is not the label. */
  readonly insert?: string;
}
