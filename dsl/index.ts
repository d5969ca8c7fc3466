/** The policy language: the one door through which the rest of Sallyport uses it. */
export { type Compilation, compilePolicies } from "./compile-policies.ts";
export type { ClauseExplanation, Decision, PolicyExplanation, PolicyMatch, Reason } from "./decision.ts";
export type { Diagnostic } from "./diagnostic.ts";
export { formatDiagnostic } from "./format-diagnostic.ts";
export type { Gauge, GaugePort, GaugeSpec } from "./gauge-port.ts";
export { linkPolicies } from "./link-policies.ts";
export type { ListPort } from "./list-port.ts";
export { policyHash } from "./policy-hash.ts";
export { irVersion, type PolicyIr } from "./policy-ir.ts";
export type {
  AppSummary,
  Bucket,
  Outcome,
  Place,
  PolicySet,
  PolicySummary,
  ResponseView,
} from "./policy-set.ts";
export { type Formatted, formatPolicy } from "./print/format-policy.ts";
export type { FieldRow, FieldType, FieldValue, Scheme } from "./scheme.ts";
export type { SourceFile } from "./source-file.ts";
export type { StatePorts } from "./state-ports.ts";
