import type { z } from 'zod'
import { quotedField, withoutFormula } from '../csv-field.ts'
import type { listedEvent } from './event-json.ts'

type ListedEvent = z.infer<typeof listedEvent>

const columns: readonly [name: string, value: (event: ListedEvent) => string | number | undefined][] = [
  ['time', ({ createdAt }) => createdAt],
  ['userId', ({ userId }) => userId],
  ['action', ({ action }) => action],
  ['idempotencyKey', ({ idempotencyKey }) => idempotencyKey],
  ['state', ({ state }) => state],
  ['stateUpdatedAt', ({ stateUpdatedAt }) => stateUpdatedAt],
  ['outcome', ({ outcome }) => outcome],
  ['ruleId', ({ rule }) => rule?.ruleId],
  ['ruleName', ({ rule }) => rule?.name],
  ['score', ({ score }) => score],
  ['ipAddress', ({ ipAddress }) => ipAddress],
  ['country', ({ country }) => country],
  ['deviceId', ({ deviceId }) => deviceId],
  ['verificationMethod', ({ verificationMethod }) => verificationMethod],
  ['label', ({ label }) => label],
  ['disputedAt', ({ disputedAt }) => disputedAt],
  ['review', ({ review }) => review?.state],
  ['sentence', ({ sentence }) => sentence],
]

/** The first line of a table of events (RFC 4180). */
export const csvHeader = `${columns.map(([name]) => name).join(',')}\r\n`

/** A line of it. */
export function toCsvLine(event: ListedEvent): string {
  return `${columns.map(([, value]) => cell(value(event))).join(',')}\r\n`
}

/** Numbers of ours are no formulas. */
function cell(value: string | number | undefined): string {
  if (value === undefined) return ''
  return typeof value === 'number' ? String(value) : quotedField(withoutFormula(value))
}
