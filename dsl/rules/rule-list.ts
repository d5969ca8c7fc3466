/** All checks, each listed once. */
import { ambiguousPriorities } from "./ambiguous-priorities.ts";
import { appAddresses } from "./app-addresses.ts";
import { appSettings } from "./app-settings.ts";
import { atRisk } from "./at-risk.ts";
import { caps } from "./caps.ts";
import { carriedTags } from "./carried-tags.ts";
import { coarseRollouts } from "./coarse-rollouts.ts";
import { cohorts } from "./cohorts.ts";
import { effects } from "./effects.ts";
import { emptyBlocks } from "./empty-blocks.ts";
import { evadedByAbsence } from "./evaded-by-absence.ts";
import { evidenceQuestions } from "./evidence-questions.ts";
import { evidenceSpans } from "./evidence-spans.ts";
import { exemptions } from "./exemptions.ts";
import { expiringPolicies } from "./expiring-policies.ts";
import { fingerprintScores } from "./fingerprint-scores.ts";
import { fronts } from "./fronts.ts";
import { gaugeRoom, tightGaugeRoom } from "./gauge-room.ts";
import { guards } from "./guards.ts";
import { identities } from "./identities.ts";
import { impossiblePolicies } from "./impossible-policies.ts";
import { knownLists } from "./known-lists.ts";
import { knownSubjects } from "./known-subjects.ts";
import { labelCircles } from "./label-circles.ts";
import { foreignAnswers, learnedAnswers } from "./learned-answers.ts";
import { listContents } from "./list-contents.ts";
import { listOptions } from "./list-options.ts";
import { madeUpValues } from "./made-up-values.ts";
import { marks } from "./marks.ts";
import { measureFields } from "./measure-fields.ts";
import { messageTargets } from "./message-targets.ts";
import { operatorTypes } from "./operator-types.ts";
import { outcomeRoutes } from "./outcome-routes.ts";
import { outcomeTests } from "./outcome-tests.ts";
import { ownOutcomes } from "./own-outcomes.ts";
import { patterns } from "./patterns.ts";
import { policyClauses } from "./policy-clauses.ts";
import { policyKeys } from "./policy-keys.ts";
import { policyNumbers } from "./policy-numbers.ts";
import { policyQuestions } from "./policy-questions.ts";
import { provenMemories } from "./proven-memories.ts";
import { responseClauses } from "./response-clauses.ts";
import { routeConditions } from "./route-conditions.ts";
import { routePaths } from "./route-paths.ts";
import type { Rule } from "./rule.ts";
import { shareEvents } from "./share-events.ts";
import { sharedThresholds } from "./shared-thresholds.ts";
import { targets } from "./targets.ts";
import { tarpitLatency } from "./tarpit-latency.ts";
import { tests } from "./tests.ts";
import { toldInVain } from "./told-in-vain.ts";
import { toldPayloads } from "./told-payloads.ts";
import { unconditionalPolicies } from "./unconditional-policies.ts";
import { unindexedPolicies } from "./unindexed-policies.ts";
import { uniqueNames } from "./unique-names.ts";
import { uniqueRoutes } from "./unique-routes.ts";
import { unprovenAttempts } from "./unproven-attempts.ts";
import { unreachablePolicies } from "./unreachable-policies.ts";
import { unreportedOutcomes } from "./unreported-outcomes.ts";
import { untestedPolicies } from "./untested-policies.ts";
import { unused } from "./unused.ts";
import { unverifiedOrigins } from "./unverified-origins.ts";
import { upstreams } from "./upstreams.ts";
import { usableNames } from "./usable-names.ts";
import { valueTypes } from "./value-types.ts";

/** Checks that hold of any part of a set. */
export const localRules: readonly Rule[] = [
  uniqueNames,
  usableNames,
  uniqueRoutes,
  routePaths,
  appAddresses,
  appSettings,
  atRisk,
  upstreams,
  outcomeTests,
  operatorTypes,
  valueTypes,
  patterns,
  listContents,
  listOptions,
  measureFields,
  evidenceSpans,
  evidenceQuestions,
  ownOutcomes,
  unprovenAttempts,
  fingerprintScores,
  responseClauses,
  policyClauses,
  emptyBlocks,
  effects,
  policyNumbers,
  marks,
  tarpitLatency,
  messageTargets,
];

/** Checks that need every declaration: skipped when parsing lost some, since all they find may follow from that. */
export const wholeRules: readonly Rule[] = [
  outcomeRoutes,
  identities,
  routeConditions,
  fronts,
  targets,
  knownSubjects,
  knownLists,
  shareEvents,
  provenMemories,
  exemptions,
  cohorts,
  caps,
  guards,
  policyKeys,
  gaugeRoom,
  madeUpValues,
  learnedAnswers,
  policyQuestions,
  labelCircles,
  toldPayloads,
  tests,
];

/** Checks that warn: skipped while there are errors, since a warning may only be an error's shadow. */
export const doubtRules: readonly Rule[] = [
  unverifiedOrigins,
  carriedTags,
  unused,
  unreportedOutcomes,
  unconditionalPolicies,
  ambiguousPriorities,
  unreachablePolicies,
  impossiblePolicies,
  expiringPolicies,
  coarseRollouts,
  evadedByAbsence,
  unindexedPolicies,
  tightGaugeRoom,
  sharedThresholds,
  untestedPolicies,
  toldInVain,
  foreignAnswers,
];
