import type { Actor } from '../audit/actor.ts'
import { changedMembers } from '../audit/changed-members.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { withoutValueList, withValueList } from '../configuration/changed-tenant.ts'
import { refuseWhileListUsed } from '../configuration/refuse-while-used.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { loadValueList } from '../configuration/value-list-row.ts'
import { type ChangeSharedDeps, refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import type { SaveQuery } from '../rules/rule-json.ts'
import type { Db } from '../storage/store.ts'
import {
  type ChangeNote,
  changeValueList,
  createValueList,
  deleteValueList,
  type NewValueList,
  type ValueListChange,
  type WrittenValueList,
} from './write-value-list.ts'

type EditorsNote = Pick<ChangeNote, 'message' | 'expectedVersion'>

/** Creates a list, after the saved tests of all actions have run with it. */
export function saveNewValueList(
  deps: ChangeSharedDeps,
  tenant: Tenant,
  actor: Actor,
  { message, ...wanted }: NewValueList & EditorsNote,
  { ignoreFailingTests }: SaveQuery,
): Promise<WrittenValueList> {
  const { tenantId } = tenant
  const change = { tenantId, actor, event: 'value_list.created', details: { alias: wanted.alias } }
  return changeConfiguration(deps, change, async (db, at, describe) => {
    const list = await createValueList(db, tenantId, wanted, { at, actor, message })
    describe(await describeList(db, tenantId, wanted.alias))
    if (ignoreFailingTests !== true) await refuseWhenTestsBreak(deps, db, tenant, withWritten(tenant, list))
    return list
  })
}

/** Changes a list: one version, or none when nothing is different. The saved tests of all actions run first. */
export function saveValueList(
  deps: ChangeSharedDeps,
  tenant: Tenant,
  actor: Actor,
  alias: string,
  { message, expectedVersion, ...wanted }: ValueListChange & EditorsNote,
  { ignoreFailingTests }: SaveQuery,
): Promise<WrittenValueList> {
  const { tenantId } = tenant
  const change = { tenantId, actor, event: 'value_list.updated', details: { alias } }
  return changeConfiguration(deps, change, async (db, at, describe) => {
    const list = await changeValueList(db, tenantId, alias, wanted, { at, actor, message, expectedVersion })
    describe(list.isSame ? { isSame: true } : await describeList(db, tenantId, alias))
    if (!list.isSame && ignoreFailingTests !== true) await refuseWhenTestsBreak(deps, db, tenant, withWritten(tenant, list))
    return list
  })
}

/** Deletes a list that no rule reads. Its versions stay on record. */
export function removeValueList(deps: ChangeSharedDeps, tenantId: string, actor: Actor, alias: string): Promise<void> {
  return changeConfiguration(deps, { tenantId, actor, event: 'value_list.deleted', details: { alias } }, async (db, at, describe) => {
    await loadValueList(db, tenantId, alias)
    await refuseWhileListUsed(db, tenantId, alias)
    await deleteValueList(db, tenantId, alias, { at, actor })
    describe(await describeList(db, tenantId, alias))
  })
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
