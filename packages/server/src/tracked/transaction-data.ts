import type { JsonValue, TrackedInput } from '@sallyport/engine'
import type { DataPoint } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { readDecimal } from '../http/read-decimal.ts'
import { type CustomData, typeCustomData } from './type-custom-data.ts'

/**
 * The one text of a piece of JSON data (RFC 8785, JSON Canonicalization Scheme): members sorted by UTF-16 code units, numbers in their shortest
 * form, no white space.
 */
export function canonicalJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`)
  return `{${members.join(',')}}`
}

/** What is on record of the transaction. */
type TrackedTransaction = Pick<TrackedInput, 'custom' | 'numbersAsSent'>

/**
 * True when `custom` is the transaction that was tracked. Data that was not tracked equals empty data.
 *
 * What was sent decides: the same bytes are the same transaction, whatever is declared or removed in between. A number may also be written another
 * way if it was declared as a number when it was tracked, or is now. Data that could not be tracked is not what was tracked.
 */
export function isAsTracked(
  custom: Record<string, unknown>,
  tracked: TrackedTransaction,
  dataPoints: ReadonlyMap<string, DataPoint>,
): boolean {
  const sent = untyped(custom)
  const known = tracked.custom ?? {}
  if (sent === undefined || Object.keys(sent).length !== Object.keys(known).length) return false
  for (const name in sent) {
    const value = sent[name]
    const typed = ownMember(known, name)
    if (value === undefined || typed === undefined) return false
    const before = ownMember(tracked.numbersAsSent ?? {}, name)
    if (canonicalJson(value) === canonicalJson(before ?? typed)) continue
    const isNumber = before !== undefined || isDeclaredNumber(dataPoints.get(name))
    if (!isNumber || typeof typed !== 'number' || toNumber(value) !== typed) return false
  }
  return true
}

function ownMember<Value>(members: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(members, name) ? members[name] : undefined
}

function untyped(custom: Record<string, unknown>): CustomData | undefined {
  try {
    return typeCustomData(custom, noDataPoints, 'action')
  } catch (error) {
    if (error instanceof ApiError) return undefined
    throw error
  }
}

const noDataPoints: ReadonlyMap<string, DataPoint> = new Map()

function isDeclaredNumber(dataPoint: DataPoint | undefined): boolean {
  return dataPoint?.dataType === 'number' && dataPoint.modelType === 'action'
}

function toNumber(value: JsonValue): JsonValue | undefined {
  return typeof value === 'string' ? readDecimal(value) : value
}
