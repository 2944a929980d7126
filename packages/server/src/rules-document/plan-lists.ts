import { randomUUID } from 'node:crypto'
import { type ListEntries, nextTurn } from '../configuration/list-entries.ts'
import { loadEntries, stageEntries } from '../configuration/list-storage.ts'
import type { TenantDirectory } from '../configuration/tenant.ts'
import { findValueList } from '../configuration/value-list-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { ValueListTable } from '../storage/schema.ts'
import type { Store } from '../storage/store.ts'
import { aliasOf } from '../value-lists/alias-of.ts'
import { itemTypeOf } from '../value-lists/value-list-json.ts'
import { type PlannedChange, type PreparedEntries, planChange, prepareEntries } from '../value-lists/write-value-list.ts'
import type { RulesDocument } from './rules-document.ts'

export type PlanListsDeps = { store: Store; clock: () => number; tenants: Pick<TenantDirectory, 'knownList'> }

export type DocumentList = NonNullable<RulesDocument['lists']>[number]

/** A list of a document, worked out against the list as it is stored. */
export type PlannedList = { alias: string; list: DocumentList; itemType: ValueListTable['item_type'] } & (
  | { before: undefined; prepared: PreparedEntries }
  | { before: ValueListTable; plan: PlannedChange }
)

/**
 * Works out the lists of a document before its transaction, in slices: a transaction must not wait, and a list may have a million entries. A dry run
 * stores nothing.
 */
export async function planLists(deps: PlanListsDeps, tenantId: string, document: RulesDocument, isDry: boolean): Promise<PlannedList[]> {
  const planned: PlannedList[] = []
  const problems: string[] = []
  for (const [index, list] of (document.lists ?? []).entries()) {
    try {
      planned.push(await planList(deps, tenantId, list, isDry))
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'invalid_request') throw error
      problems.push(error.description.replaceAll('`valueListItems', `\`lists.${index}.valueListItems`))
    }
  }
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
  return planned
}

async function planList(deps: PlanListsDeps, tenantId: string, list: DocumentList, isDry: boolean): Promise<PlannedList> {
  const { db } = deps.store
  const alias = aliasOfList(list)
  const { name, isActive = true, valueListItems: items } = list
  const before = await findValueList(db, tenantId, alias)
  const itemType = list.itemType ?? before?.item_type ?? itemTypeOf(items ?? [])
  refuseOtherList(alias, list, before, itemType)
  const storeSet = async (some: Iterable<string | number>) => (isDry ? randomUUID() : stageEntries(deps, tenantId, some))
  if (before === undefined) {
    const prepared = await prepareEntries({ items: items ?? [], itemType }, storeSet, nextTurn)
    return { alias, list, itemType, before, prepared }
  }
  const was: ListEntries = await loadEntries(db, before, { known: deps.tenants.knownList(tenantId, alias), pause: nextTurn })
  const plan = await planChange(db, before, was, { name, isActive, items }, storeSet, nextTurn)
  return { alias, list, itemType, before, plan }
}

function refuseOtherList(alias: string, list: DocumentList, before: ValueListTable | undefined, itemType: string): void {
  const { expectedVersion } = list
  if (before !== undefined && before.item_type !== itemType)
    throw new ApiError('invalid_request', `the list \`${alias}\` holds ${before.item_type} items and cannot hold ${itemType} items`)
  if (before === undefined && expectedVersion !== undefined && expectedVersion !== 0)
    throw new ApiError('version_conflict', `the list \`${alias}\` no longer exists`)
}

/** The alias of a list in a document. Refuses one that a list could not have. */
export function aliasOfList({ name, alias }: DocumentList): string {
  if (alias !== undefined && aliasOf(alias) !== alias) {
    throw new ApiError(
      'invalid_request',
      `\`lists\`: \`${alias}\` is not a valid alias: use lower-case letters and digits, separated by \`-\``,
    )
  }
  return alias ?? aliasOf(name)
}
