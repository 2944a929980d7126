import type { DatabaseSync } from 'node:sqlite'
import { outcomes, states } from '../../instance-row.ts'
import type { IndexEntry } from '../../search/index-entry.ts'
import type { CountedEntry } from '../../search/roll-up-delta.ts'
import type { LogReader } from './log-reader.ts'
import { hashOf, labels, type TermSource } from './search-terms.ts'

/** An entry as it is in the file. */
export interface StoredEntry extends TermSource {
  id: number
  seq: number
  at: number
  /** Place in the list of `instance-row.ts`. */
  outcome: number
  country: string | null
  undeterminedRuleNos: readonly number[]
  shadowRuleNos: readonly number[]
}

export function toStoredEntry(entry: IndexEntry, id: number, seq: number, numbers: LogReader): StoredEntry {
  return {
    id,
    seq,
    at: entry.at,
    tenantNo: numbers.toNumber(entry.tenantId),
    actionNo: numbers.toNumber(entry.action),
    state: states.indexOf(entry.state),
    outcome: outcomes.indexOf(entry.outcome),
    label: labels.indexOf(entry.label),
    isDisputed: entry.isDisputed,
    address: entry.address,
    country: entry.country,
    userHash: hashOf(entry.userId),
    deviceHash: entry.deviceId === null ? null : hashOf(entry.deviceId),
    ruleNos: entry.ruleIds.map(numbers.toNumber),
    undeterminedRuleNos: entry.undeterminedRuleIds.map(numbers.toNumber),
    shadowRuleNos: entry.shadowRuleIds.map(numbers.toNumber),
    words: entry.words,
  }
}

/** What it is counted as. */
export function toCountedEntry(entry: StoredEntry, numbers: LogReader): CountedEntry {
  return {
    at: entry.at,
    action: numbers.toText(entry.actionNo),
    state: at(states, entry.state),
    outcome: at(outcomes, entry.outcome),
    label: at(labels, entry.label),
    country: entry.country,
    ruleIds: entry.ruleNos.map(numbers.toText),
    undeterminedRuleIds: entry.undeterminedRuleNos.map(numbers.toText),
    shadowRuleIds: entry.shadowRuleNos.map(numbers.toText),
  }
}

function at<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new Error('an entry of the read side names what there is not')
  return list[index] as T
}

/** The rows of entries. */
export interface EntryRows {
  find(tenantNo: number, id: number): StoredEntry | undefined
  insert(entry: StoredEntry): void
  replace(before: StoredEntry, after: StoredEntry): void
  remove(entry: StoredEntry): void
}

export function createEntryRows(database: DatabaseSync): EntryRows {
  const columns = 'seq, at, action_no, state, outcome, label, is_disputed, address, country, user_hash, device_hash, rules'
  const select = database.prepare(`SELECT ${columns}, words FROM entries LEFT JOIN words USING (id) WHERE tenant_no = ? AND id = ?`)
  const upsert = database.prepare(
    `INSERT OR REPLACE INTO entries (tenant_no, id, ${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const upsertWords = database.prepare('INSERT OR REPLACE INTO words (id, words) VALUES (?, ?)')
  const remove = database.prepare('DELETE FROM entries WHERE tenant_no = ? AND id = ?')
  const removeWords = database.prepare('DELETE FROM words WHERE id = ?')

  function write(entry: StoredEntry): void {
    const { tenantNo, id, seq, at, actionNo, state, outcome, label, isDisputed, address, country, userHash, deviceHash } = entry
    const disputed = isDisputed ? 1 : 0
    const rules = joinRules(entry)
    upsert.run(tenantNo, id, seq, at, actionNo, state, outcome, label, disputed, address, country, userHash, deviceHash, rules)
  }

  return {
    find(tenantNo, id) {
      const row = select.get(tenantNo, id) as unknown as EntryRow | undefined
      return row && toEntry(tenantNo, id, row)
    },
    insert(entry) {
      write(entry)
      upsertWords.run(entry.id, joinWords(entry.words))
    },
    replace(before, after) {
      write(after)
      const words = joinWords(after.words)
      if (words !== joinWords(before.words)) upsertWords.run(after.id, words)
    },
    remove({ tenantNo, id }) {
      remove.run(tenantNo, id)
      removeWords.run(id)
    },
  }
}

interface EntryRow {
  seq: number
  at: number
  action_no: number
  state: number
  outcome: number
  label: number
  is_disputed: number
  address: string | null
  country: string | null
  user_hash: number
  device_hash: number | null
  rules: string | null
  words: string | null
}

function toEntry(tenantNo: number, id: number, row: EntryRow): StoredEntry {
  const [ruleNos = [], undeterminedRuleNos = [], shadowRuleNos = []] = splitRules(row.rules)
  return {
    tenantNo,
    id,
    seq: row.seq,
    at: row.at,
    actionNo: row.action_no,
    state: row.state,
    outcome: row.outcome,
    label: row.label,
    isDisputed: row.is_disputed === 1,
    address: row.address,
    country: row.country,
    userHash: row.user_hash,
    deviceHash: row.device_hash,
    ruleNos,
    undeterminedRuleNos,
    shadowRuleNos,
    words: row.words === null ? [] : row.words.split(' ').filter((word) => word !== ''),
  }
}

/** Each word stands behind a space, so that what begins with a text is found by the space and the text. */
function joinWords(words: readonly string[]): string {
  return words.map((word) => ` ${word}`).join('')
}

function joinRules({ ruleNos, undeterminedRuleNos, shadowRuleNos }: StoredEntry): string | null {
  const lists = [ruleNos, undeterminedRuleNos, shadowRuleNos]
  return lists.every((list) => list.length === 0) ? null : lists.map((list) => list.join(',')).join(';')
}

function splitRules(rules: string | null): number[][] {
  return rules === null ? [] : rules.split(';').map((list) => (list === '' ? [] : list.split(',').map(Number)))
}
