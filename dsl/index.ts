/** The policy language: the one door through which the rest of Sallyport uses it. */
export { type CodeHelp, codeHelp } from "./code-help.ts";
export { compilePolicies } from "./compile-policies.ts";
export type { Decision, PolicyMatch, Reason, ResponseTemplate, Withheld } from "./decision.ts";
export type { Diagnostic } from "./diagnostic.ts";
export { type Completions, complete } from "./edit/complete.ts";
export type { Completion } from "./edit/completion.ts";
export { type DocumentSymbolNode, documentSymbols } from "./edit/document-symbols.ts";
export {
  findDefinition,
  findReferences,
  findRenamable,
  renameName,
  type SourceEdit,
} from "./edit/find-names.ts";
export { hover } from "./edit/hover.ts";
export type { PolicySources, SourcePosition } from "./edit/policy-sources.ts";
export { meansUnused, type QuickFix, quickFixes } from "./edit/quick-fixes.ts";
export { formatDiagnostic } from "./format-diagnostic.ts";
export { usualRoom } from "./gauge-memory.ts";
export type { Gauge, GaugePort, GaugeSpec } from "./gauge-port.ts";
export { learnedName } from "./learned-answer.ts";
export { buffersOf, type PreparedList, prepareList } from "./link/link-lists.ts";
export { linkingSteps, linkPolicies, tuningSteps } from "./link-policies.ts";
export type { ListPort } from "./list-port.ts";
export { type ComparedSet, diffPolicies, type PolicyDiff } from "./policy-diff/diff-policies.ts";
export { policyHash } from "./policy-hash.ts";
export type { SecretIr } from "./policy-ir.ts";
export { irVersion, type LearnedFrom, type ListIr, type PolicyIr, type UpstreamIr } from "./policy-ir.ts";
export type {
  AppSummary,
  AtRisk,
  Bucket,
  Cluster,
  FrontHeaders,
  Outcome,
  Place,
  PolicyCost,
  PolicySet,
  PolicySummary,
  ResponseBody,
  ResponseView,
} from "./policy-set.ts";
export { formatPolicy } from "./print/format-policy.ts";
export { provingEvents } from "./proving-events.ts";
export type { SafetyChange, SafetyPort, SafetyState, SwitchedOff } from "./safety-port.ts";
export type { FieldRow, FieldType, FieldValue, Scheme } from "./scheme.ts";
export type {
  DescribedAnswer,
  DescribedRequest,
  DescribedValue,
  JsonValue,
  Simulator,
} from "./simulator-port.ts";
export type { SourceFile, Span } from "./source-file.ts";
export type { StatePorts } from "./state-ports.ts";
export type { Tell } from "./tell.ts";
export type { Messaging } from "./tell-ir.ts";
export { explanationLines } from "./test-run/explanation-text.ts";
export { runTests } from "./test-run/run-tests.ts";
export type { CaseReport, TestReport } from "./test-run/test-report.ts";
