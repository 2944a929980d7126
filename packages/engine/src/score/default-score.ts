import type { Level } from './levels.ts'

/** What one level says about one action. */
export interface LevelEvidence {
  level: Level
  /** How often the user was accepted with this value, 0 for a value that is missing. */
  seen: number
  /** How often the user was accepted with any value of this level. */
  of: number
  /** The share of all accepted actions, of everybody, that have this value: in (0, 1]. Ignored when `seen` is 0. */
  share: number
  /** The value is not known. */
  isMissing: boolean
}

export interface ScorePart {
  /** `new_country`, `rare_browser`, `missing_network`, `unusual_hour` … */
  code: string
  /** What it adds, in the natural logarithm of odds. */
  weight: number
}

export interface DefaultScore {
  /** 0 to 100, to one decimal. */
  score: number
  /** The parts that raise it, largest first, at most five. */
  parts: readonly ScorePart[]
}

/**
 * The weight of each level. Levels that change together share their weight: a new phone changes browser, system and kind of device at once.
 */
export const levelWeights: Readonly<Record<Level, number>> = {
  address: 0.5,
  network: 0.8,
  country: 1,
  userAgent: 0.35,
  browser: 0.4,
  os: 0.6,
  deviceType: 0.6,
  hour: 0.2,
}

/** Smoothing: the population counts as much as this many actions of the user, because a first action proves little. */
const beta = 1
/** Odds at which the score is 63: only the place is familiar, or everything but the place. */
const scale = 6
/** A part that adds less than this is not given as a reason. */
const leastPart = 0.25
const mostParts = 5

/**
 * Scores how much less an action resembles the user than it resembles anybody: a smoothed naive Bayes with one term for each level, `weight
 * * ln(share / likelihood)` where `likelihood = (seen + beta * share) / (of + beta)` (after Freeman et al., "Who Are You? A Statistical
 * Approach to Measuring User Authenticity", 2016; without a prior for the user, which would hide strangers in busy accounts).
 *
 * - Matching less never lowers it: a level without a match, or without a value, adds `weight * ln((of + beta) / beta)`, the most it can.
 * - History never lowers a total stranger's score: that term grows with `of`.
 * - An action in which everything is usual scores 0: each term is at most 0 when all of the user's actions have the value.
 *
 * `undefined`: the user has no history to compare with.
 */
export function defaultScore(evidence: readonly LevelEvidence[]): DefaultScore | undefined {
  let sum = 0
  let hasHistory = false
  let parts: ScorePart[] | undefined
  for (const item of evidence) {
    if (item.of <= 0) continue
    hasHistory = true
    const seen = Math.min(item.seen, item.of)
    const ratio = seen === 0 ? (item.of + beta) / beta : (item.share * (item.of + beta)) / (seen + beta * item.share)
    const weight = levelWeights[item.level] * Math.log(ratio)
    sum += weight
    if (weight >= leastPart) {
      parts ??= []
      parts.push({ code: codeOf(item, seen), weight })
    }
  }
  if (!hasHistory) return undefined
  const score = sum <= 0 ? 0 : Math.round(1000 * (1 - Math.exp(-sum / scale))) / 10
  parts?.sort((a, b) => b.weight - a.weight)
  return { score, parts: parts?.slice(0, mostParts) ?? none }
}

const none: readonly ScorePart[] = Object.freeze([])

const nouns: Readonly<Record<Level, string>> = {
  address: 'address',
  network: 'network',
  country: 'country',
  userAgent: 'user_agent',
  browser: 'browser',
  os: 'os',
  deviceType: 'device_type',
  hour: 'hour',
}

function codeOf({ level, isMissing }: LevelEvidence, seen: number): string {
  if (level === 'hour') return 'unusual_hour'
  return `${isMissing ? 'missing' : seen === 0 ? 'new' : 'rare'}_${nouns[level]}`
}
