import { isMissing, type MissingReason } from '../facts/missing.ts'
import type { Outcome } from '../facts/outcome.ts'
import type { FeatureDefinition } from '../features/feature-definition.ts'
import type { Policy } from '../policy/compile-policy.ts'
import { evaluatePolicy } from '../policy/evaluate-policy.ts'
import type { UserRecord } from '../signals/encoding.ts'
import { signalRegistry } from '../signals/registry.ts'
import type { Signals } from '../signals/signals.ts'
import { isUndecided, type PastInstance } from '../stored/past-instance.ts'
import { createFeatureReplay } from './feature-replay.ts'
import { createFlipSamples, type Flip, type FlipSide } from './flip-samples.ts'
import { countLabel, type LabelCounts, labelOf, noLabels } from './label.ts'
import { addOutcome, createPolicyTally, type PolicyScore, scorePolicy } from './policy-score.ts'
import { createRuleTally, type RuleOverlap, type RuleScore } from './rule-scores.ts'
import { createSignalReader } from './signal-reader.ts'
import { readsUserRecord, signalReadsOf } from './signal-reads.ts'

export interface BacktestOptions {
  /** The policy on trial: all of its rules, in order. */
  draft: Policy
  /** What it is compared with: this policy, as it would decide today. Absent: the original decisions, by whichever version was in force. */
  inForce?: Policy
  /** Velocity features to derive again for the draft, instead of using the stored values. */
  deriveFeatures?: readonly FeatureDefinition[]
  /** The most flips kept of each kind. Default 20. */
  samplesPerKind?: number
}

/** A running backtest. It takes instances one by one, oldest first, and can report its result at any time. */
export interface Backtest {
  /**
   * Decides an instance again. Skips an instance that no policy decided. `user`: the user's current record, for rules that read more than
   * the instance kept.
   */
  addInstance(instance: PastInstance, user?: UserRecord): void
  /** Counts an instance in derived features without deciding it again: an earlier one, or one of another action. */
  observe(instance: PastInstance): void
  result(): BacktestResult
}

/** Instances by the outcome now (rows) and in the draft (columns). */
export type OutcomeMatrix = Record<Outcome, Record<Outcome, number>>

export interface BacktestResult {
  instances: number
  /** Milliseconds UTC of the first and the last. `null`: there was none. */
  firstAt: number | null
  lastAt: number | null
  matrix: OutcomeMatrix
  /** Instances whose outcome differs. */
  changed: number
  /** Users with at least one such instance. */
  usersAffected: number
  /** True when there were too many users to count them all. */
  usersAffectedIsAtLeast: boolean
  challengesPerDay: { now: number; draft: number; extra: number }
  /** One for each UTC day with instances, oldest first. */
  days: BacktestDay[]
  /** How the instances turned out. */
  labels: LabelCounts
  now: PolicyScore
  draft: PolicyScore
  rules: RuleScore[]
  overlaps: RuleOverlap[]
  flips: Flip[]
  /** The signals that the draft reads, and how often each had no value. */
  signals: SignalCoverage[]
  derivedFeatures: DerivedFeature[]
}

export interface BacktestDay {
  /** Milliseconds UTC of its beginning. */
  at: number
  instances: number
  challengesNow: number
  challengesDraft: number
  changed: number
}

export interface SignalCoverage {
  signal: string
  missing: Record<MissingReason, number>
}

/** The result of deriving a feature again. */
export interface DerivedFeature {
  name: string
  /** Instances with a stored value of this name. */
  stored: number
  /** How many of these differ from the derived value. */
  different: number
  /** The first instance that the derivation counted, milliseconds UTC. */
  countedFrom: number | null
}

const dayMs = 86_400_000
const mostUsers = 500_000

/** Starts a backtest. It has no state outside itself: the same instances in the same order give the same result. */
export function createBacktest({ draft, inForce, deriveFeatures = [], samplesPerKind = 20 }: BacktestOptions): Backtest {
  const reads = signalReadsOf(inForce === undefined ? [draft] : [draft, inForce])
  const draftReads = signalReadsOf([draft])
  const read = createSignalReader(reads)
  const isAsRecorded = inForce && sameDecision(inForce)
  const replay = deriveFeatures.length === 0 ? undefined : createFeatureReplay(deriveFeatures)
  const derived = deriveFeatures.map(({ name }): DerivedFeature => ({ name, stored: 0, different: 0, countedFrom: null }))
  const coverage = createCoverage(draftReads.isOpen ? [] : draftReads.positions, draftReads.features)
  const matrix: OutcomeMatrix = { ALLOW: noOutcomes(), CHALLENGE: noOutcomes(), REVIEW: noOutcomes(), BLOCK: noOutcomes() }
  const labels = noLabels()
  const [nowTally, draftTally] = [createPolicyTally(), createPolicyTally()]
  const rules = createRuleTally(draft)
  const flips = createFlipSamples(samplesPerKind)
  const users = new Set<string>()
  let usersAffectedIsAtLeast = false
  const days = new Map<number, BacktestDay>()
  let day: BacktestDay | undefined
  let instances = 0
  let changed = 0
  let firstAt: number | null = null
  let lastAt: number | null = null

  function decideNow(instance: PastInstance, signals: Signals): FlipSide {
    if (inForce === undefined || isAsRecorded?.(instance)) {
      return { outcome: instance.outcome, ruleId: instance.ruleIds[0] ?? null, ruleIds: instance.ruleIds }
    }
    const { outcome, winner, ruleIds } = evaluatePolicy(inForce, signals, { userId: instance.userId, at: instance.createdAt })
    return { outcome, ruleId: winner?.ruleId ?? null, ruleIds }
  }

  function withDerived(instance: PastInstance, signals: Signals): Signals {
    if (replay === undefined) return signals
    const features = observeFeatures(instance)
    for (const feature of derived) {
      const before = signals.features[feature.name]
      if (before === undefined) continue
      feature.stored += 1
      if (!isSame(before, features?.[feature.name])) feature.different += 1
    }
    return { ...signals, features: Object.assign(Object.create(null), signals.features, features) }
  }

  function observeFeatures(instance: PastInstance): Signals['features'] | undefined {
    for (const feature of derived) feature.countedFrom ??= instance.createdAt
    return replay?.observe(instance)
  }

  function dayOf(at: number): BacktestDay {
    const start = Math.floor(at / dayMs) * dayMs
    if (day?.at === start) return day
    day = days.get(start) ?? { at: start, instances: 0, challengesNow: 0, challengesDraft: 0, changed: 0 }
    days.set(start, day)
    return day
  }

  return {
    observe(instance) {
      observeFeatures(instance)
    },
    addInstance(instance, user) {
      if (isUndecided(instance)) return
      const { createdAt: at } = instance
      const signals = read(instance, user)
      const now = decideNow(instance, signals)
      const draftSignals = withDerived(instance, signals)
      const evaluation = evaluatePolicy(draft, draftSignals, { userId: instance.userId, at })
      const label = labelOf(instance)
      const today = dayOf(at)
      instances += 1
      firstAt = firstAt === null ? at : Math.min(firstAt, at)
      lastAt = lastAt === null ? at : Math.max(lastAt, at)
      countLabel(labels, label)
      addOutcome(nowTally, now.outcome, label)
      addOutcome(draftTally, evaluation.outcome, label)
      rules.add(evaluation, label)
      coverage.add(draftSignals)
      today.instances += 1
      if (now.outcome === 'CHALLENGE') today.challengesNow += 1
      if (evaluation.outcome === 'CHALLENGE') today.challengesDraft += 1
      matrix[now.outcome][evaluation.outcome] += 1
      if (now.outcome === evaluation.outcome) return
      changed += 1
      today.changed += 1
      if (users.size < mostUsers) users.add(instance.userId)
      else if (!users.has(instance.userId)) usersAffectedIsAtLeast = true
      const { outcome, winner, ruleIds } = evaluation
      flips.add(instance, label, now, { outcome, ruleId: winner?.ruleId ?? null, ruleIds })
    },
    result() {
      const span = firstAt === null || lastAt === null ? 1 : Math.max(1, (lastAt - firstAt) / dayMs)
      const perDay = (count: number) => Math.round((count / span) * 100) / 100
      const [challengesNow, challengesDraft] = [nowTally.outcomes.CHALLENGE, draftTally.outcomes.CHALLENGE]
      return {
        instances,
        firstAt,
        lastAt,
        matrix: structuredCopy(matrix),
        changed,
        usersAffected: users.size,
        usersAffectedIsAtLeast,
        challengesPerDay: {
          now: perDay(challengesNow),
          draft: perDay(challengesDraft),
          extra: perDay(challengesDraft - challengesNow),
        },
        days: [...days.values()].sort((a, b) => a.at - b.at).map((counted) => ({ ...counted })),
        labels: { ...labels },
        now: scorePolicy(nowTally, labels),
        draft: scorePolicy(draftTally, labels),
        rules: rules.scores(),
        overlaps: rules.overlaps(),
        flips: flips.list(),
        signals: coverage.list(),
        derivedFeatures: derived.map((feature) => ({ ...feature })),
      }
    },
  }
}

/**
 * Whether the recorded decision of an instance is what the policy would decide now: the same version decided it, and nothing else that the
 * rules read can have changed since.
 */
function sameDecision(policy: Policy): (instance: PastInstance) => boolean {
  const { definition, context } = policy
  const reads = signalReadsOf([policy])
  const readsNoList = !reads.isOpen && reads.lists.length === 0
  const readsRecord = readsUserRecord(reads)
  return ({ policyVersion, configVersion, userRead }) =>
    policyVersion === definition.version &&
    ((readsNoList && (!readsRecord || userRead !== undefined)) || configVersion === context.configVersion)
}

function isSame(a: Signals['features'][string], b: Signals['features'][string] | undefined): boolean {
  return typeof a === 'number' || typeof b === 'number' || b === undefined ? a === b : a.missing === b.missing
}

function createCoverage(positions: readonly number[], features: readonly string[]) {
  const none = (): SignalCoverage['missing'] => ({ not_provided: 0, not_applicable: 0, unavailable: 0 })
  const bySignal = positions.map((position) => ({ position, signal: signalRegistry[position]?.name ?? '', missing: none() }))
  const byFeature = features.map((name) => ({ name, signal: `velocity.${name}`, missing: none() }))
  return {
    add(signals: Signals): void {
      for (let i = 0; i < bySignal.length; i++) {
        const counted = bySignal[i] as (typeof bySignal)[number]
        const value = signals.values[counted.position]
        if (typeof value === 'object' && isMissing(value)) counted.missing[value.missing] += 1
      }
      for (const { name, missing } of byFeature) {
        const value = signals.features[name]
        if (typeof value !== 'number') missing[value?.missing ?? 'unavailable'] += 1
      }
    },
    list: (): SignalCoverage[] => [...bySignal, ...byFeature].map(({ signal, missing }) => ({ signal, missing: { ...missing } })),
  }
}

function noOutcomes(): Record<Outcome, number> {
  return { ALLOW: 0, CHALLENGE: 0, REVIEW: 0, BLOCK: 0 }
}

function structuredCopy(matrix: OutcomeMatrix): OutcomeMatrix {
  return { ALLOW: { ...matrix.ALLOW }, CHALLENGE: { ...matrix.CHALLENGE }, REVIEW: { ...matrix.REVIEW }, BLOCK: { ...matrix.BLOCK } }
}
