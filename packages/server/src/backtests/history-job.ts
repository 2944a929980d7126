import type {
  BacktestResult,
  FeatureDefinition,
  FrictionCurve,
  FrictionCurveOptions,
  PolicyContext,
  PolicyDefinition,
  ShadowCount,
  Victim,
} from '@sallyport/engine'

/** Work over past instances of one action, as plain data: it is handed to a worker thread. */
export type HistoryJob = BacktestJob | ShadowJob | FrictionJob | UndeterminedJob

interface JobWindow {
  tenantId: string
  action: string
  /** Milliseconds UTC, inclusive and exclusive. */
  from: number
  to: number
}

export interface BacktestJob extends JobWindow {
  kind: 'backtest'
  draft: PolicyDefinition
  /** `null`: compare with what was decided at the time. */
  inForce: PolicyDefinition | null
  configVersion: number
  /** In place of the lists in force, or beside them. The others are read from the store. */
  draftLists: PolicyContext['lists']
  /** Velocity features to derive again. */
  deriveFeatures: readonly FeatureDefinition[]
}

export interface ShadowJob extends JobWindow {
  kind: 'shadow'
  inForce: PolicyDefinition
}

export interface FrictionJob extends JobWindow, FrictionCurveOptions {
  kind: 'friction'
  /** Users to sample for a simulation, at most. */
  mostVictims: number
}

export interface UndeterminedJob extends JobWindow {
  kind: 'undetermined'
  policy: PolicyDefinition
  /** Of the window, the last ones. */
  mostInstances: number
}

/** The result of each kind of job. */
export interface HistoryResults {
  backtest: BacktestResult
  shadow: { instances: number; rules: ShadowCount[] }
  friction: DrawnCurve
  undetermined: { instances: number; undetermined: Record<string, number> }
}

export interface DrawnCurve extends FrictionCurve {
  victims: Victim[]
  /** What only one in twenty actions goes beyond. `null`: no action has a number there. */
  extreme: number | null
}

export interface Progress {
  /** How much of the history was read, 0 to 1. */
  done: number
  /** Instances looked at so far. */
  instances: number
}
