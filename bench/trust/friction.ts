import type { Decided, PolicyDefinition } from '@sallyport/engine'
import { limit } from './limit.ts'
import { type PlannedTransfer, type Situation, situations } from './plan-transfers.ts'

/** How often real users were asked. */
export interface Asked {
  transfers: number
  asked: number
  /** Of these, the transfers over the limit. */
  over: number
  askedOver: number
  /** The name of a rule, and how often it asked. */
  byRule: Map<string, number>
}

export interface Friction {
  /** After the second week of each user. */
  bySituation: Record<Situation, Asked>
  /** In the first two weeks of each user. */
  early: Asked
}

export function createFriction(): Friction {
  return {
    bySituation: Object.fromEntries(situations.map((situation) => [situation, nothingAsked()])) as Friction['bySituation'],
    early: nothingAsked(),
  }
}

/** Counts a transfer of a real user. */
export function countTransfer(
  { bySituation, early }: Friction,
  { amount, situation }: PlannedTransfer,
  { decision: { state, ruleId } }: Decided,
  { rules }: Pick<PolicyDefinition, 'rules'>,
  isEarly: boolean,
): void {
  const count = isEarly ? early : bySituation[situation]
  count.transfers += 1
  if (amount > limit) count.over += 1
  if (state === 'ALLOW') return
  count.asked += 1
  if (amount > limit) count.askedOver += 1
  const rule = rules.find((each) => each.ruleId === ruleId)?.name ?? 'none'
  count.byRule.set(rule, (count.byRule.get(rule) ?? 0) + 1)
}

/** All situations together: after the second week. */
export function settledFriction({ bySituation }: Friction): Asked {
  const sum = nothingAsked()
  for (const { transfers, asked, over, askedOver, byRule } of Object.values(bySituation)) {
    sum.transfers += transfers
    sum.asked += asked
    sum.over += over
    sum.askedOver += askedOver
    for (const [rule, times] of byRule) sum.byRule.set(rule, (sum.byRule.get(rule) ?? 0) + times)
  }
  return sum
}

function nothingAsked(): Asked {
  return { transfers: 0, asked: 0, over: 0, askedOver: 0, byRule: new Map() }
}
