import { type Known, NOT_APPLICABLE } from '../facts/missing.ts'
import { shortHash } from '../hash.ts'
import { findAddress, knownTimesOf } from '../learning/address-trust.ts'
import { type Familiar, knownTimes } from '../learning/familiar.ts'
import type { Sighting } from '../learning/sighting.ts'
import { successCounts } from '../learning/success-counts.ts'
import type { UserProfile } from '../learning/user-profile.ts'
import type { ScoreMode } from '../policy/policy-definition.ts'
import { defaultScore, type LevelEvidence } from '../score/default-score.ts'
import { type Level, levels } from '../score/levels.ts'
import { type LevelStatistics, type PopulationStatistics, populationCount, populationShare } from '../score/population.ts'
import { type ReferenceFeature, referenceRisk, referenceWeights } from '../score/reference-score.ts'
import { slot } from '../signals/registry.ts'
import type { SignalValue } from '../signals/signals.ts'

export type RiskLevel = 'LOW' | 'MEDIUM' | 'HIGH'

/** The scores from which the level is MEDIUM and HIGH. The reference mode has the limits that were published with it. */
const limits: Readonly<Record<ScoreMode, readonly [medium: number, high: number]>> = {
  default: [30, 70],
  'freeman-reference': [0.4, 0.9],
}

/** Fills in `risk.*`: how unlike this user the event is. Without a history to compare with, the signals are not applicable. */
export function riskSignals(
  values: Known<SignalValue>[],
  profile: UserProfile,
  sighting: Sighting,
  population: PopulationStatistics,
  mode: ScoreMode,
  at: number,
): void {
  const hour = values[slot['time.hour']]
  const evidence = evidenceOf(profile, sighting, population, typeof hour === 'number' ? hour : 0, at)
  const risk = mode === 'default' ? defaultRisk(evidence) : publishedRisk(evidence, population)
  values[slot['risk.score']] = risk?.score ?? NOT_APPLICABLE
  values[slot['risk.level']] = risk === undefined ? NOT_APPLICABLE : levelFor(risk.score, mode)
  values[slot['risk.reasons']] = risk?.reasons ?? NOT_APPLICABLE
}

interface Risk {
  score: number
  reasons: readonly string[]
}

interface Evidence extends LevelEvidence {
  value: string | number | null
  everybody: LevelStatistics
}

function levelFor(score: number, mode: ScoreMode): RiskLevel {
  const [medium, high] = limits[mode]
  return score < medium ? 'LOW' : score < high ? 'MEDIUM' : 'HIGH'
}

/** What is compared, level by level. A passkey, an amount or a device id is not compared: rules test these directly. */
function evidenceOf(profile: UserProfile, sighting: Sighting, population: PopulationStatistics, hour: number, at: number): Evidence[] {
  const day = Math.floor(at / 86_400_000)
  const counts = successCounts(profile)
  const { address, asn, country, userAgent, browser, os, deviceType } = sighting
  const minute = Math.floor(at / 60_000)
  const trusted = address === null ? undefined : findAddress(profile.trust, address, minute)
  return [
    evidence(0, address, knownTimesOf(trusted, minute)),
    evidence(1, asn, timesOf(profile.asns, asn, day)),
    evidence(2, country, timesOf(profile.countries, country, day)),
    evidence(3, userAgent, timesOf(profile.agents, userAgent, day)),
    evidence(4, browser === '' ? null : browser, timesOf(profile.browsers, browser, day)),
    evidence(5, os === '' ? null : os, timesOf(profile.systems, os, day)),
    evidence(6, deviceType, timesOf(profile.types, deviceType, day)),
    hourEvidence(profile.hours, population.levels[7], hour),
  ]

  function evidence(index: number, value: string | number | null, seen: number): Evidence {
    const level = levels[index] as Level
    const everybody = population.levels[index] ?? nothing
    // The share of a value that does not match makes no difference, so most values that are new to the user are not looked up.
    const share = value === null || seen === 0 ? 1 : populationShare(everybody, index === 0 ? shortHash(String(value)) : value)
    return { level, seen, of: counts[index] ?? 0, share, isMissing: value === null, value, everybody }
  }
}

const nothing: LevelStatistics = Object.freeze({ total: 0, counts: new Map(), rest: 0, distinct: 0 })

function timesOf<Key extends string | number>(list: readonly Familiar<Key>[] | undefined, key: Key | null, day: number): number {
  if (list === undefined || key === null) return 0
  for (const entry of list) if (entry[0] === key) return day - entry[1] <= 365 ? knownTimes(entry) : 0
  return 0
}

/** The most hours of habit that count, so that one unusual hour does not make somebody a stranger. */
const mostHours = 50

/** The counts of the hour and its neighbours, for the user and for everybody. */
function hourEvidence(hours: readonly number[], everybody: LevelStatistics = nothing, hour: number): Evidence {
  let total = 0
  for (let i = 0; i < 24 && i < hours.length; i++) total += hours[i] as number
  const of = Math.min(mostHours, total)
  const near = nearHour(hour, (at) => hours[at] ?? 0)
  const seen = total === 0 ? 0 : (near * of) / total
  const share = Math.min(1, (nearHour(hour, (at) => everybody.counts.get(at) ?? 0) + 1) / (everybody.total + 1))
  return { level: 'hour', seen, of, share, isMissing: false, value: hour, everybody }
}

function nearHour(hour: number, countOf: (hour: number) => number): number {
  return countOf((hour + 23) % 24) + countOf(hour) + countOf((hour + 1) % 24)
}

function defaultRisk(evidence: readonly Evidence[]): Risk | undefined {
  const scored = defaultScore(evidence)
  return scored && { score: scored.score, reasons: scored.parts.map(({ code }) => code) }
}

/** The published method, applied to what is kept: the last hundred logins of this user, as its plugin does, without the hour. */
function publishedRisk(evidence: readonly Evidence[], population: PopulationStatistics): Risk | undefined {
  const [address, network, country, userAgent, browser, os, deviceType] = evidence
  const scored = referenceRisk({
    population: { logins: Math.max(...evidence.map(({ everybody }) => everybody.total)), users: population.users },
    user: { logins: Math.max(...evidence.slice(0, 7).map(({ of }) => of)) },
    features: [
      referenceFeature([address, network, country], referenceWeights.address),
      referenceFeature([userAgent, browser, os, deviceType], referenceWeights.userAgent),
    ],
  })
  if (scored === undefined) return undefined
  const named = scored.ratios.map((ratio, i) => ({ ratio, code: i === 0 ? 'unusual_address' : 'unusual_user_agent' }))
  const reasons = named.filter(({ ratio }) => ratio > 1).sort((a, b) => b.ratio - a.ratio)
  return { score: Math.round(scored.risk * 1e6) / 1e6, reasons: reasons.map(({ code }) => code) }
}

/** A missing level gives its weight to the next. Logins that share an address also share its network and country; user agents likewise. */
function referenceFeature(parts: readonly (Evidence | undefined)[], weights: readonly number[]): ReferenceFeature {
  const known: ReferenceFeature['levels'][number][] = []
  let carried = 0
  parts.forEach((part, depth) => {
    const weight = (weights[depth] ?? 0) + carried
    if (part === undefined || part.value === null) {
      carried = weight
      return
    }
    carried = 0
    const { everybody, level, value, seen, of } = part
    const counted = level === 'address' ? shortHash(String(value)) : value
    known.push({
      weight,
      populationCount: Math.min(everybody.total, populationCount(everybody, counted)),
      populationDistinct: everybody.distinct,
      userCount: Math.min(seen, of),
    })
  })
  const last = known.at(-1)
  if (last !== undefined) last.weight += carried
  return { levels: known, distinctInside: Math.max(0, known.length - 1) }
}
