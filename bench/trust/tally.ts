import type { Decided } from '@sallyport/engine'
import { decodeSignals, findSignal } from '@sallyport/engine'
import type { Attempt } from './attackers/attack.ts'
import { type AttackerName, attackerNames } from './attackers/attackers.ts'
import { type PlannedTransfer, type Situation, situations } from './plan-transfers.ts'

/** A transfer above this is large. */
export const limit = 2000

/** What one kind of attacker got. */
export interface Attacked {
  victims: number
  tries: number
  triesOver: number
  /** Transfers over the limit that nobody was asked about, and the victims they were taken from. */
  unchallengedOver: number
  victimsOver: number
  /** Transfers up to the limit that nobody was asked about, and their sum. */
  unchallengedUpTo: number
  sumUpTo: number
  /** Of each victim, what the first and the last try looked like. */
  first: Look[]
  last: Look[]
}

/** How strange a try looked. */
export interface Look {
  score: number | null
  isNewDevice: boolean | null
  isUnrecognized: boolean | null
}

/** How often real users were asked. */
export interface Asked {
  transfers: number
  asked: number
  over: number
  askedOver: number
}

export interface Tally {
  byAttacker: Record<AttackerName, Attacked>
  /** After each user's second week, by situation. */
  bySituation: Record<Situation, Asked>
  /** In each user's first two weeks. */
  early: Asked
  /** After the second week, by the rule that asked. */
  byRule: Map<string, number>
}

export function createTally(): Tally {
  return {
    byAttacker: Object.fromEntries(attackerNames.map((name) => [name, noAttack()])) as Tally['byAttacker'],
    bySituation: Object.fromEntries(situations.map((name) => [name, nothingAsked()])) as Tally['bySituation'],
    early: nothingAsked(),
    byRule: new Map(),
  }
}

const noAttack = (): Attacked => ({
  victims: 0,
  tries: 0,
  triesOver: 0,
  unchallengedOver: 0,
  victimsOver: 0,
  unchallengedUpTo: 0,
  sumUpTo: 0,
  first: [],
  last: [],
})

const nothingAsked = (): Asked => ({ transfers: 0, asked: 0, over: 0, askedOver: 0 })

/** Counts a transfer of a real user. */
export function countReal(tally: Tally, { amount, situation }: PlannedTransfer, { decision }: Decided, isEarly: boolean): void {
  const asked = isEarly ? tally.early : tally.bySituation[situation]
  const wasAsked = decision.state !== 'ALLOW'
  asked.transfers += 1
  if (amount > limit) asked.over += 1
  if (!wasAsked) return
  asked.asked += 1
  if (amount > limit) asked.askedOver += 1
  if (!isEarly) tally.byRule.set(decision.ruleId ?? '', (tally.byRule.get(decision.ruleId ?? '') ?? 0) + 1)
}

/** Counts a try of an attacker. */
export function countTry(attacked: Attacked, { amount }: Attempt, { decision }: Decided): void {
  attacked.tries += 1
  if (amount > limit) attacked.triesOver += 1
  if (decision.state !== 'ALLOW') return
  if (amount > limit) attacked.unchallengedOver += 1
  else {
    attacked.unchallengedUpTo += 1
    attacked.sumUpTo += amount
  }
}

const positions = {
  score: findSignal('risk.score')?.position ?? 0,
  isNewDevice: findSignal('device.isNew')?.position ?? 0,
  isUnrecognized: findSignal('ip.isUnrecognized')?.position ?? 0,
}

/** What the decision of a try saw. */
export function lookOf({ changes: { instance } }: Decided): Look {
  const { values } = decodeSignals(instance)
  const [score, isNewDevice, isUnrecognized] = [values[positions.score], values[positions.isNewDevice], values[positions.isUnrecognized]]
  return {
    score: typeof score === 'number' ? score : null,
    isNewDevice: typeof isNewDevice === 'boolean' ? isNewDevice : null,
    isUnrecognized: typeof isUnrecognized === 'boolean' ? isUnrecognized : null,
  }
}

export function total(parts: readonly Asked[]): Asked {
  return parts.reduce(
    (sum, { transfers, asked, over, askedOver }) => ({
      transfers: sum.transfers + transfers,
      asked: sum.asked + asked,
      over: sum.over + over,
      askedOver: sum.askedOver + askedOver,
    }),
    nothingAsked(),
  )
}
