import type { Actor } from '../audit/actor.ts'
import { changedMembers } from '../audit/changed-members.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { withoutValueList, withValueList } from '../configuration/changed-tenant.ts'
import { nextTurn } from '../configuration/list-entries.ts'
import { loadEntries, longFrom, stageEntries } from '../configuration/list-storage.ts'
import { refuseWhileUsed } from '../configuration/refuse-while-used.ts'
import type { Tenant, TenantDirectory } from '../configuration/tenant.ts'
import { loadValueList } from '../configuration/value-list-row.ts'
import { ApiError } from '../errors/api-error.ts'
import { type ChangeSharedDeps, refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import type { SaveQuery } from '../rules/rule-json.ts'
import type { Db } from '../storage/store.ts'
import { refuseIdleEntries } from './refuse-idle-entries.ts'
import {
  type ChangeNote,
  changeValueList,
  createValueList,
  deleteValueList,
  type NewValueList,
  planChange,
  prepareEntries,
  refuseTakenAlias,
  StalePlanError,
  type ValueListChange,
  type WrittenValueList,
} from './write-value-list.ts'

type EditorsNote = Pick<ChangeNote, 'message' | 'expectedVersion'>

/** What a change of a list takes. */
export type SaveListDeps = ChangeSharedDeps & { tenants: Pick<TenantDirectory, 'invalidate' | 'knownList' | 'keepList'> }

/** A list that changes all the time is written by others: then the change is refused. */
const maxAttempts = 5

/** Creates a list, after the saved tests of all actions have run with it. A long one is checked and stored in slices before that. */
export async function saveNewValueList(
  deps: SaveListDeps,
  tenant: Tenant,
  actor: Actor,
  { message, ...wanted }: NewValueList & EditorsNote,
  { ignoreFailingTests }: SaveQuery,
): Promise<WrittenValueList> {
  const { tenantId } = tenant
  await refuseTakenAlias(deps.store.db, tenantId, wanted.alias)
  const prepared = await prepareEntries(wanted, (items) => stageEntries(deps, tenantId, items), nextTurn)
  await refuseIdleEntries(deps.store.db, tenant, wanted.alias, prepared.items, nextTurn)
  const change = { tenantId, actor, event: 'value_list.created', details: { alias: wanted.alias } }
  return changeConfiguration(
    deps,
    change,
    async (db, at, describe) => {
      const list = await createValueList(db, tenantId, wanted, { at, actor, message }, prepared)
      describe(await describeList(db, tenantId, wanted.alias))
      if (ignoreFailingTests !== true) await refuseWhenTestsBreak(deps, db, tenant, withWritten(tenant, list))
      return list
    },
    keep(deps),
  )
}

/**
 * Changes a list: one version, or none when nothing is different. The saved tests of all actions run first. What is to be compared, merged or stored of a long
 * list is so before the transaction, in slices.
 */
export function saveValueList(
  deps: SaveListDeps,
  tenant: Tenant,
  actor: Actor,
  alias: string,
  { message, expectedVersion, ...wanted }: ValueListChange & EditorsNote,
  { ignoreFailingTests }: SaveQuery,
): Promise<WrittenValueList> {
  const { tenantId } = tenant
  const change = { tenantId, actor, event: 'value_list.updated', details: { alias } }
  return planned(alias, async () => {
    const { row, was } = await loadForChange(deps, tenantId, alias)
    const plan = await planChange(deps.store.db, row, was, wanted, (items) => stageEntries(deps, tenantId, items), nextTurn)
    await refuseIdleEntries(deps.store.db, tenant, alias, plan.added, nextTurn)
    return changeConfiguration(
      deps,
      change,
      async (db, at, describe) => {
        const list = await changeValueList(db, tenantId, alias, wanted, { at, actor, message, expectedVersion }, plan)
        describe(list.isSame ? { isSame: true } : await describeList(db, tenantId, alias))
        if (!list.isSame && ignoreFailingTests !== true) await refuseWhenTestsBreak(deps, db, tenant, withWritten(tenant, list))
        return list
      },
      keep(deps),
    )
  })
}

/** Deletes a list that no rule reads. Its versions stay on record. */
export function removeValueList(deps: SaveListDeps, tenantId: string, actor: Actor, alias: string): Promise<void> {
  return planned(alias, async () => {
    const { row, was: items } = await loadForChange(deps, tenantId, alias)
    const removedSet = items.size < longFrom ? null : await stageEntries(deps, tenantId, items)
    return changeConfiguration(deps, { tenantId, actor, event: 'value_list.deleted', details: { alias } }, async (db, at, describe) => {
      await refuseWhileUsed(db, tenantId, { list: alias })
      await deleteValueList(db, tenantId, alias, { at, actor }, { version: row.version, items, removedSet })
      describe(await describeList(db, tenantId, alias))
    })
  })
}

async function loadForChange(deps: SaveListDeps, tenantId: string, alias: string) {
  const row = await loadValueList(deps.store.db, tenantId, alias)
  return { row, was: await loadEntries(deps.store.db, row, { known: deps.tenants.knownList(tenantId, alias), pause: nextTurn }) }
}

/** Works out a change and makes it; again from the start when another change of the list came first. */
async function planned<T>(alias: string, attempt: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof StalePlanError)) throw error
      if (tried === maxAttempts) throw new ApiError('version_conflict', `the list \`${alias}\` is being changed by others, try again`)
    }
  }
}

function keep({ tenants }: SaveListDeps): (list: WrittenValueList) => void {
  return ({ row, items }) => {
    if (row.is_active === 1) tenants.keepList(row.tenant_id, row.alias, { version: row.version, items })
  }
}

/** What the audit log says of the version that was just written: never an entry of the list, only how many. */
async function describeList(db: Db, tenantId: string, alias: string) {
  const [is, was] = await db
    .selectFrom('value_list_versions')
    .where('tenant_id', '=', tenantId)
    .where('alias', '=', alias)
    .select(['version', 'name', 'is_active as isActive', 'item_count as items', 'added_count as added', 'removed_count as removed'])
    .orderBy('version', 'desc')
    .limit(2)
    .execute()
  if (is === undefined) return {}
  const membersOf = (row: typeof was) =>
    row === undefined ? {} : { version: row.version, listName: row.name, isActive: row.isActive === 1, items: row.items }
  return { ...changedMembers(membersOf(was), membersOf(is)), added: is.added, removed: is.removed }
}

/** A list that is switched off does not exist for rules. */
function withWritten(tenant: Tenant, { row, items }: WrittenValueList): Tenant {
  return row.is_active === 1 ? withValueList(tenant, row.alias, items) : withoutValueList(tenant, row.alias)
}
