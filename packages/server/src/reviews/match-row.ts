import type { Instance } from '@sallyport/engine'
import { isoTime, toIso } from '../http/iso-time.ts'
import { readDecimal } from '../http/read-decimal.ts'
import type { Store } from '../storage/store.ts'
import type { LabelRow } from './label-row.ts'

/** How rows without a key find their actions. */
export interface Matching {
  /** The data point that holds the amount. */
  amountDataPoint: string | undefined
  /** How far the time of a row may be from that of the action, either way. */
  toleranceMs: number
}

export type Match = { instance: Instance } | { unmatched: string } | { ambiguous: readonly Instance[] }

/** More than anybody looks through. */
const mostCandidates = 10
/** Actions of one user looked at for one row. */
const mostLookedAt = 5000

/** Finds the action that a row is about. Where several could be meant it tells them all, and chooses none. */
export async function matchRow(
  store: Pick<Store, 'findInstance' | 'listInstances'>,
  tenantId: string,
  { userId, action, idempotencyKey, time, amount }: LabelRow,
  { amountDataPoint, toleranceMs }: Matching,
): Promise<Match> {
  if (idempotencyKey !== undefined && action !== undefined) {
    const instance = await store.findInstance({ tenantId, userId, action, idempotencyKey })
    return instance === undefined ? { unmatched: 'the user has no action with this key' } : { instance }
  }
  if (time === undefined || amount === undefined) return { unmatched: 'names no action' }
  if (amountDataPoint === undefined) return { unmatched: 'has no key, and the import names no data point that holds the amount' }
  const [fromDate, toDate] = windowOf(time, toleranceMs)
  const filter = { fromDate, toDate, limit: mostLookedAt, ...(action !== undefined && { codes: [action] }) }
  const near = await store.listInstances(tenantId, userId, filter)
  const found = near.filter((instance) => isSameAmount(amountOf(instance, amountDataPoint), amount))
  if (found.length > 1) return { ambiguous: found.slice(0, mostCandidates) }
  if (found[0] !== undefined) return { instance: found[0] }
  const between = `between ${toIso(fromDate)} and ${toIso(toDate)}`
  if (near.length === 0) return { unmatched: `the user has no action ${between}` }
  const others = near.length === 1 ? 'one action' : `${near.length} actions`
  return { unmatched: `the user has ${others} ${between}, but none whose \`${amountDataPoint}\` is ${amount}` }
}

const dayMs = 86_400_000

/** A day alone stands for all of it. */
function windowOf(time: string, toleranceMs: number): [from: number, to: number] {
  const at = isoTime.parse(time)
  const lasts = time.includes('T') ? 0 : dayMs - 1
  return [at - toleranceMs, at + lasts + toleranceMs]
}

function amountOf({ tracked }: Instance, dataPoint: string): number | undefined {
  const { custom = {} } = tracked
  const value = Object.hasOwn(custom, dataPoint) ? custom[dataPoint] : undefined
  if (typeof value === 'string') return readDecimal(value)
  return typeof value === 'number' ? value : undefined
}

/** 0.1 + 0.2 is 0.3 here. */
function isSameAmount(tracked: number | undefined, amount: number): boolean {
  return tracked !== undefined && Math.abs(tracked - amount) <= 1e-9 * Math.max(1, Math.abs(amount))
}
