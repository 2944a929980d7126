import type { JsonValue } from '@sallyport/engine'
import { nextTurn } from '../configuration/list-entries.ts'
import type { Db } from '../storage/store.ts'
import { conditionsReading, refuseEntriesIdleIn, ruleConditions } from '../value-lists/refuse-idle-entries.ts'
import type { WrittenShared } from './write-shared.ts'

/** A list with new entries, and the conditions that read it. */
interface ReadList {
  alias: string
  conditions: readonly JsonValue[]
}

/** Carries lists with new entries out of a transaction, to be checked against the conditions that read them. */
export class UncheckedError extends Error {
  readonly shared: WrittenShared
  readonly lists: readonly ReadList[]

  constructor(shared: WrittenShared, lists: readonly ReadList[]) {
    super(`not checked: the entries of ${lists.map(({ alias }) => alias).join(', ')}`)
    this.shared = shared
    this.lists = lists
  }
}

/** Which new entries of the lists of one plan were checked, and against which conditions. */
export interface EntryChecks {
  /** Throws an `UncheckedError` if lists have new entries that were not checked. Within the transaction, where the rules of the document are known. */
  requireAll(db: Db, shared: WrittenShared): Promise<void>
  /** Refuses entries that could never meet their conditions. In slices, and therefore outside of the transaction. */
  check(unchecked: UncheckedError): Promise<void>
}

export function createEntryChecks(): EntryChecks {
  const checked = new Set<string>()
  const keyOf = ({ alias, conditions }: ReadList) => JSON.stringify([alias, conditions])
  return {
    async requireAll(db, shared) {
      if (shared.added.size === 0) return
      const all = await ruleConditions(db, shared.tenant.tenantId)
      const lists = [...shared.added.keys()].map((alias) => ({ alias, conditions: conditionsReading(all, alias) }))
      const unchecked = lists.filter((list) => list.conditions.length > 0 && !checked.has(keyOf(list)))
      if (unchecked.length > 0) throw new UncheckedError(shared, unchecked)
    },
    async check({ shared, lists }) {
      for (const list of lists) {
        await refuseEntriesIdleIn(list.conditions, shared.tenant, list.alias, shared.added.get(list.alias) ?? [], nextTurn)
        checked.add(keyOf(list))
      }
    },
  }
}
