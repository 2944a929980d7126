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
export type { PolicyScore } from './backtest/policy-score.ts'
export type { ReplayedDecision, RuleDecision } from './backtest/replay-decision.ts'
export { replayDecision } from './backtest/replay-decision.ts'
export type { RuleOverlap, RuleScore } from './backtest/rule-scores.ts'
export type { ShadowCount, ShadowCounter } from './backtest/shadow-count.ts'
export { createShadowCounter } from './backtest/shadow-count.ts'
export type { SignalReads } from './backtest/signal-reads.ts'
export { readsUserRecord, signalReadsOf } from './backtest/signal-reads.ts'
export { signalValueProblem } from './check/check-signal-value.ts'
export type { ConditionFinding } from './check/condition-finding.ts'
export { findFeatureProblem } from './check/find-feature-problem.ts'
export { validateConditions } from './check/validate-conditions.ts'
export type { ConditionsContext, DataPointType } from './check/variable-type.ts'
export type { ChallengeStrength } from './decide/challenge-strength.ts'
export { challengeMethods, challengeStrength, decidingRule } from './decide/challenge-strength.ts'
export { decide, deriveSignals } from './decide/decide.ts'
export type { Settlement } from './decide/settle.ts'
export { settle } from './decide/settle.ts'
export type { SignalChange } from './explain/change-signals.ts'
export { changeSignal } from './explain/change-signals.ts'
export type { Clause } from './explain/clause.ts'
export type { Counterfactual } from './explain/counterfactual.ts'
export { findCounterfactual } from './explain/counterfactual.ts'
export type { FieldChange, PolicyChange } from './explain/diff-policies.ts'
export { diffPolicies } from './explain/diff-policies.ts'
export type { Evidence } from './explain/evidence.ts'
export type { DecisionExplanation, ExplainedInstance } from './explain/explain-decision.ts'
export { explainDecision } from './explain/explain-decision.ts'
export type { RuleExplanation } from './explain/explain-rule.ts'
export { explainRule } from './explain/explain-rule.ts'
export type { RuleTrace, SignalReading, TraceGroup, TraceLeaf, TraceNode, TraceResult } from './explain/trace-rules.ts'
export { traceRules } from './explain/trace-rules.ts'
export type { ExplainOptions } from './explain/vocabulary.ts'
export type { AsnType, IpFacts, JsonValue, TrackedEvent, TrackedInput, UserAgentFacts } from './facts/event.ts'
export type { Known, Missing, MissingReason } from './facts/missing.ts'
export { isMissing, NOT_APPLICABLE, NOT_PROVIDED, UNAVAILABLE } from './facts/missing.ts'
export type { Outcome, State, WhenUnenrolled } from './facts/outcome.ts'
export { isStricter } from './facts/outcome.ts'
export { parseUserAgent } from './facts/user-agent.ts'
export { operatorNames } from './language/compile-condition.ts'
export { maxConditionBytes, maxConditionDepth, maxConditionLeaves } from './language/condition-limits.ts'
export { variablesOf } from './language/variables-of.ts'
export type { Backfill } from './learning/backfill.ts'
export { createBackfill } from './learning/backfill.ts'
export type { EventIdentity } from './learning/entities-of.ts'
export { entitiesOf, instanceEntities } from './learning/entities-of.ts'
export { recordTracked } from './learning/record-tracked.ts'
export { withoutUser } from './learning/without-user.ts'
export type { CompiledRule, Policy } from './policy/compile-policy.ts'
export { compilePolicy } from './policy/compile-policy.ts'
export type { PolicyEvaluation, Subject } from './policy/evaluate-policy.ts'
export { evaluatePolicy } from './policy/evaluate-policy.ts'
export type {
  ChallengeRequirements,
  FeatureDefinition,
  PolicyContext,
  PolicyDefinition,
  RuleDefinition,
  ScoreMode,
} from './policy/policy-definition.ts'
export type { PopulationCounter } from './score/count-population.ts'
export { createPopulationCounter } from './score/count-population.ts'
export type { AcceptedSample, LevelStatistics, PopulationStatistics } from './score/population.ts'
export { emptyPopulation } from './score/population.ts'
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
export type { PastInstance } from './stored/past-instance.ts'
export { isUndecided, storedPlacesOf } from './stored/past-instance.ts'
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
} from './stored/snapshot.ts'
