import { states } from '../../instance-row.ts'
import type { PreparedFilter } from '../../search/matches-filter.ts'
import type { LogReader } from './log-reader.ts'
import {
  actionTerm,
  deviceTerm,
  disputedTerm,
  hashOf,
  labels,
  labelTerm,
  rangeTerms,
  ruleTerm,
  stateTerm,
  userTerm,
} from './search-terms.ts'
import type { StoredEntry } from './stored-entry.ts'

/** A filter in the numbers of entries. */
export interface EntryFilter {
  /** An entry has one term of each of these groups, at least. */
  groups: string[][]
  /** And none of these. */
  not: string[]
  words: readonly string[]
  addresses: PreparedFilter['addresses']
  check(entry: StoredEntry): boolean
}

/** `undefined`: nothing in the store can match. */
export function toEntryFilter(tenantNo: number, filter: PreparedFilter, numbers: LogReader): EntryFilter | undefined {
  const { userId, deviceId, addresses, actions, ruleId, label, isDisputed, countries, from, to, words } = filter
  const groups: string[][] = []
  const not: string[] = []
  const checks: ((entry: StoredEntry) => boolean)[] = []

  if (userId !== undefined) {
    const hash = hashOf(userId)
    groups.push([userTerm(tenantNo, hash)])
    checks.push((entry) => entry.userHash === hash)
  }
  if (deviceId !== undefined) {
    const hash = hashOf(deviceId)
    groups.push([deviceTerm(tenantNo, hash)])
    checks.push((entry) => entry.deviceHash === hash)
  }
  if (addresses !== undefined) {
    const terms = rangeTerms(tenantNo, addresses)
    if (terms !== undefined) groups.push(terms)
    checks.push(({ address }) => address !== null && address >= addresses.first && address <= addresses.last)
  }
  if (actions !== undefined) {
    const actionNos = actions.map(numbers.findNumber).filter((number) => number !== undefined)
    if (actionNos.length === 0) return undefined
    groups.push(actionNos.map((actionNo) => actionTerm(tenantNo, actionNo)))
    checks.push((entry) => actionNos.includes(entry.actionNo))
  }
  if (filter.states !== undefined) {
    const wanted = filter.states.map((state) => states.indexOf(state))
    if (wanted.length === 0) return undefined
    groups.push(wanted.map((state) => stateTerm(tenantNo, state)))
    checks.push((entry) => wanted.includes(entry.state))
  }
  if (ruleId !== undefined) {
    const ruleNo = numbers.findNumber(ruleId)
    if (ruleNo === undefined) return undefined
    groups.push([ruleTerm(tenantNo, ruleNo)])
    checks.push((entry) => entry.ruleNos.includes(ruleNo))
  }
  if (label !== undefined) {
    const wanted = label === 'none' ? 0 : labels.indexOf(label)
    if (wanted === 0) not.push(labelTerm(tenantNo, labels.indexOf('good')), labelTerm(tenantNo, labels.indexOf('fraud')))
    else groups.push([labelTerm(tenantNo, wanted)])
    checks.push((entry) => entry.label === wanted)
  }
  if (isDisputed !== undefined) {
    if (isDisputed) groups.push([disputedTerm(tenantNo)])
    else not.push(disputedTerm(tenantNo))
    checks.push((entry) => entry.isDisputed === isDisputed)
  }
  if (countries !== undefined) checks.push((entry) => countries.includes(entry.country))
  if (from !== undefined) checks.push((entry) => entry.at >= from)
  if (to !== undefined) checks.push((entry) => entry.at < to)
  for (const word of words) checks.push((entry) => entry.words.some((candidate) => candidate.startsWith(word)))
  return { groups, not, words, addresses, check: (entry) => checks.every((holds) => holds(entry)) }
}
