import type { JsonValue } from '@sallyport/engine'
import { nextTurn } from '../configuration/list-entries.ts'
import type { Db } from '../storage/store.ts'
import { conditionsReading, refuseEntriesIdleIn } from '../value-lists/refuse-idle-entries.ts'
import type { WrittenShared } from './write-shared.ts'

/** Carries new entries out of a transaction, to be checked against the conditions that read their list. */
export class UncheckedError extends Error {
  readonly shared: WrittenShared
  readonly alias: string
  readonly conditions: readonly JsonValue[]

  constructor(shared: WrittenShared, alias: string, conditions: readonly JsonValue[]) {
    super(`the entries of the list ${alias} are not checked`)
    this.shared = shared
    this.alias = alias
    this.conditions = conditions
  }
}

/** Which new entries of the lists of one plan were checked, and against which conditions. */
export interface EntryChecks {
  /** Throws an `UncheckedError` for a list with new entries that were not checked. Within the transaction, where the rules of the document are known. */
  requireAll(db: Db, shared: WrittenShared): Promise<void>
  /** Refuses entries that could never meet their conditions. In slices, and therefore outside of the transaction. */
  check(unchecked: UncheckedError): Promise<void>
}

export function createEntryChecks(): EntryChecks {
  const checked = new Set<string>()
  const keyOf = (alias: string, conditions: readonly JsonValue[]) => JSON.stringify([alias, conditions])
  return {
    async requireAll(db, shared) {
      for (const alias of shared.added.keys()) {
        const conditions = await conditionsReading(db, shared.tenant.tenantId, alias)
        if (conditions.length > 0 && !checked.has(keyOf(alias, conditions))) throw new UncheckedError(shared, alias, conditions)
      }
    },
    async check({ shared, alias, conditions }) {
      const entries = shared.added.get(alias)
      if (entries === undefined) return
      await refuseEntriesIdleIn(conditions, shared.tenant, alias, entries, nextTurn)
      checked.add(keyOf(alias, conditions))
    },
  }
}
