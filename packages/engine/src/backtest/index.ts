export type {
  Backtest,
  BacktestDay,
  BacktestOptions,
  BacktestResult,
  DerivedFeature,
  OutcomeMatrix,
  SignalCoverage,
} from './backtest.ts'
export { createBacktest } from './backtest.ts'
export type { Flip, FlipSide } from './flip-samples.ts'
export type { FrictionCurve, FrictionCurveBuilder, FrictionCurveOptions, FrictionPoint } from './friction-curve.ts'
export { createFrictionCurve, leastBad } from './friction-curve.ts'
export type { Label, LabelCounts } from './label.ts'
export { labelOf } from './label.ts'
export type { PolicyScore } from './policy-score.ts'
export type { ReplayedDecision, RuleDecision } from './replay-decision.ts'
export { replayDecision } from './replay-decision.ts'
export type { RuleOverlap, RuleScore } from './rule-scores.ts'
export type { ShadowCount, ShadowCounter } from './shadow-count.ts'
export { createShadowCounter } from './shadow-count.ts'
export type { SignalReads } from './signal-reads.ts'
export { readsUserRecord, signalReadsOf } from './signal-reads.ts'
export { storedCustomOf, storedPlacesOf } from './stored-places.ts'
