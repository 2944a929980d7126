export type {
  Backtest,
  BacktestDay,
  BacktestOptions,
  BacktestResult,
  DerivedFeature,
  OutcomeMatrix,
  SignalCoverage,
} from './backtest/backtest.ts'
export { createBacktest } from './backtest/backtest.ts'
export type { Flip, FlipSide } from './backtest/flip-samples.ts'
export type { FrictionCurve, FrictionCurveBuilder, FrictionCurveOptions, FrictionPoint } from './backtest/friction-curve.ts'
export { createFrictionCurve, leastBad } from './backtest/friction-curve.ts'
export type { Label, LabelCounts } from './backtest/label.ts'
export { labelOf } from './backtest/label.ts'
export type { PastInstance } from './backtest/past-instance.ts'
export { isUndecided, storedPlacesOf } from './backtest/past-instance.ts'
export type { PolicyScore } from './backtest/policy-score.ts'
export type { ReplayedDecision, RuleDecision } from './backtest/replay-decision.ts'
export { replayDecision } from './backtest/replay-decision.ts'
export type { RuleOverlap, RuleScore } from './backtest/rule-scores.ts'
export type { ShadowCount, ShadowCounter } from './backtest/shadow-count.ts'
export { createShadowCounter } from './backtest/shadow-count.ts'
export type { SignalReads } from './backtest/signal-reads.ts'
export { readsUserRecord, signalReadsOf } from './backtest/signal-reads.ts'
export type { ChallengeStrength } from './challenge-strength.ts'
export { challengeMethods, challengeStrength, decidingRule } from './challenge-strength.ts'
export { decide, deriveSignals } from './decide.ts'
export type { AsnType, IpFacts, JsonValue, TrackedEvent, TrackedInput, UserAgentFacts } from './event.ts'
export type { Backfill } from './learning/backfill.ts'
export { createBackfill } from './learning/backfill.ts'
export type { EventIdentity } from './learning/entities-of.ts'
export { entitiesOf, instanceEntities } from './learning/entities-of.ts'
export { findFeatureProblem } from './learning/find-feature-problem.ts'
export { recordTracked } from './learning/record-tracked.ts'
export { withoutUser } from './learning/without-user.ts'
export type { Known, Missing, MissingReason } from './missing.ts'
export { isMissing, NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from './missing.ts'
export type { Outcome, State, WhenUnenrolled } from './outcome.ts'
export { isStricter } from './outcome.ts'
export type { ChallengeRequirements, FeatureDefinition, PolicyContext, PolicyDefinition, RuleDefinition, ScoreMode } from './policy.ts'
export type { SignalChange } from './rules/change-signals.ts'
export { changeSignal } from './rules/change-signals.ts'
export { signalValueProblem } from './rules/check-signal-value.ts'
export type { Clause } from './rules/clause.ts'
export { operatorNames } from './rules/compile-condition.ts'
export type { CompiledRule, Policy } from './rules/compile-policy.ts'
export { compilePolicy } from './rules/compile-policy.ts'
export type { ConditionFinding } from './rules/condition-finding.ts'
export { maxConditionBytes, maxConditionDepth, maxConditionLeaves } from './rules/condition-limits.ts'
export type { Counterfactual } from './rules/counterfactual.ts'
export { findCounterfactual } from './rules/counterfactual.ts'
export type { FieldChange, PolicyChange } from './rules/diff-policies.ts'
export { diffPolicies } from './rules/diff-policies.ts'
export type { PolicyEvaluation, Subject } from './rules/evaluate-policy.ts'
export { evaluatePolicy } from './rules/evaluate-policy.ts'
export type { Evidence } from './rules/evidence.ts'
export type { DecisionExplanation, ExplainedInstance } from './rules/explain-decision.ts'
export { explainDecision } from './rules/explain-decision.ts'
export type { RuleExplanation } from './rules/explain-rule.ts'
export { explainRule } from './rules/explain-rule.ts'
export type { RuleTrace, SignalReading, TraceGroup, TraceLeaf, TraceNode, TraceResult } from './rules/trace-rules.ts'
export { traceRules } from './rules/trace-rules.ts'
export { validateConditions } from './rules/validate-conditions.ts'
export type { ConditionsContext, DataPointType } from './rules/variable-type.ts'
export { variablesOf } from './rules/variables-of.ts'
export type { ExplainOptions } from './rules/vocabulary.ts'
export type { PopulationCounter } from './score/count-population.ts'
export { createPopulationCounter } from './score/count-population.ts'
export type { AcceptedSample, LevelStatistics, PopulationStatistics } from './score/population.ts'
export { emptyPopulation } from './score/population.ts'
export type { Settlement } from './settle.ts'
export { settle } from './settle.ts'
export type { EncodedSignals, UserRecord } from './signals/encoding.ts'
export { decodeSignals, encodeSignals } from './signals/encoding.ts'
export type { RegisteredSignal, SignalName } from './signals/registry.ts'
export { findSignal, signalRegistry } from './signals/registry.ts'
export type { SignalDefinition, Signals, SignalValue } from './signals/signals.ts'
export type { Crowd } from './simulate/crowd.ts'
export { crowdOf } from './simulate/crowd.ts'
export type { ByPersona, PersonaCounter, PersonaStops } from './simulate/persona-stops.ts'
export { createPersonaCounter } from './simulate/persona-stops.ts'
export type { Persona } from './simulate/personas.ts'
export { personaEvents, personas } from './simulate/personas.ts'
export type { Victim, VictimSample } from './simulate/sample-victims.ts'
export { createVictimSample, isAccepted } from './simulate/sample-victims.ts'
export { usualEvent } from './simulate/usual-event.ts'
export type {
  AuthenticatorFacts,
  Changes,
  Decided,
  Decision,
  DeviceFacts,
  Entity,
  EntityKind,
  EntityRef,
  Instance,
  Snapshot,
  UserFacts,
} from './snapshot.ts'
export { parseUserAgent } from './user-agent.ts'
export type { MethodProperties, VerificationMethod } from './verification-method.ts'
export { isVerificationMethod, verificationMethods } from './verification-method.ts'
