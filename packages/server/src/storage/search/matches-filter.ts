import type { EventFilter } from '../searching-store.ts'
import type { IndexEntry } from './index-entry.ts'
import { toSortableAddress } from './sortable-address.ts'
import { wordsOf } from './words-of.ts'

/** A filter with its texts in the form that entries have. */
export interface PreparedFilter extends Omit<EventFilter, 'ipAddresses' | 'text'> {
  /** As `toSortableAddress` writes them, both inclusive. */
  addresses?: { first: string; last: string }
  /** Each is the beginning of a word. */
  words: readonly string[]
}

export function prepareFilter({ ipAddresses, text, ...filter }: EventFilter): PreparedFilter {
  const prepared: PreparedFilter = { ...filter, words: text === undefined ? [] : [...new Set(wordsOf(text))] }
  // The rule that decided is one of those that matched, and these are indexed.
  if (filter.ruleId === undefined && typeof filter.decidedBy === 'string') prepared.ruleId = filter.decidedBy
  if (ipAddresses !== undefined) {
    const [first, last] = [toSortableAddress(ipAddresses.first), toSortableAddress(ipAddresses.last)]
    if (first === null || last === null) throw new Error('a range of addresses has an end that is none')
    prepared.addresses = { first, last }
  }
  return prepared
}

/** Says of each entry whether a search with this filter may find its instance. Every index agrees with it; `matches-instance.ts` has the last word. */
export function matchesFilter(entry: IndexEntry, filter: PreparedFilter): boolean {
  const { userId, addresses, deviceId, actions, states, ruleId, label, isDisputed, countries, from, to, words } = filter
  if (userId !== undefined && entry.userId !== userId) return false
  if (deviceId !== undefined && entry.deviceId !== deviceId) return false
  if (actions !== undefined && !actions.includes(entry.action)) return false
  if (states !== undefined && !states.includes(entry.state)) return false
  if (ruleId !== undefined && !entry.ruleIds.includes(ruleId)) return false
  if (label !== undefined && (entry.label ?? 'none') !== label) return false
  if (isDisputed !== undefined && entry.isDisputed !== isDisputed) return false
  if (countries !== undefined && !countries.includes(entry.country)) return false
  if (from !== undefined && entry.at < from) return false
  if (to !== undefined && entry.at >= to) return false
  if (addresses !== undefined && (entry.address === null || entry.address < addresses.first || entry.address > addresses.last)) return false
  return words.every((word) => entry.words.some((candidate) => candidate.startsWith(word)))
}
