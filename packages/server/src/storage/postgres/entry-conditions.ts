import { states } from '../instance-row.ts'
import type { PreparedFilter } from '../search/matches-filter.ts'
import { integerArray, textArray } from './array-parameter.ts'
import { storableKey } from './storable-key.ts'
import { toWordQuery } from './words-of-tenant.ts'

/** The values of a statement, numbered as they are added. */
export interface Parameters {
  values: unknown[]
  add(value: unknown): string
}

export function createParameters(): Parameters {
  const values: unknown[] = []
  return { values, add: (value) => `$${values.push(value)}` }
}

/** What of a filter an entry `e` must hold besides its time, as SQL. `true`: nothing. */
export function entryConditions(
  { userId, addresses, deviceId, actions, states: wanted, ruleId, label, isDisputed, countries, words }: PreparedFilter,
  tenantNo: number,
  { add }: Parameters,
): string {
  const conditions: string[] = []
  if (userId !== undefined) conditions.push(`e.user_id = ${add(userId)}`)
  if (addresses !== undefined) conditions.push(`(e.address >= ${add(addresses.first)} AND e.address <= ${add(addresses.last)}) IS TRUE`)
  if (deviceId !== undefined) conditions.push(`(e.device_id = ${add(storableKey(deviceId))}) IS TRUE`)
  if (actions !== undefined) conditions.push(`e.action = ANY (${add(textArray(actions))}::text[])`)
  if (wanted !== undefined) conditions.push(`e.state = ANY (${add(integerArray(wanted.map((state) => states.indexOf(state))))}::int8[])`)
  if (ruleId !== undefined) conditions.push(`(${add(ruleId)} = ANY (e.rule_ids)) IS TRUE`)
  if (label === 'none') conditions.push('e.label IS NULL')
  else if (label !== undefined) conditions.push(`(e.label = ${add(label)}) IS TRUE`)
  if (isDisputed !== undefined) conditions.push(`e.is_disputed = ${isDisputed ? 1 : 0}`)
  if (countries !== undefined) {
    const known = countries.filter((country) => country !== null)
    conditions.push(
      `(e.country = ANY (${add(textArray(known))}::text[])${countries.includes(null) ? ' OR e.country IS NULL' : ''}) IS TRUE`,
    )
  }
  if (words.length > 0) conditions.push(`e.words @@ ${add(toWordQuery(tenantNo, words))}::tsquery`)
  return conditions.length === 0 ? 'true' : conditions.join(' AND ')
}
