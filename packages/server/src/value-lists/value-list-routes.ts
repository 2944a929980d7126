import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import { aliasOf } from '../rules/alias-of.ts'
import { changeConfiguration } from '../rules/change-configuration.ts'
import { withoutValueList, withValueList } from '../rules/changed-tenant.ts'
import { refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { refuseWhileListUsed } from '../rules/refuse-while-used.ts'
import { type SaveQuery, saveQuery } from '../rules/rule-json.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { itemType, listChangeFields, listItems, listName, toValueListJson, valueListReply } from './value-list-json.ts'
import { listValueLists, loadValueList } from './value-list-row.ts'
import { changeValueList, createValueList, deleteValueList, type ValueListChange, type WrittenValueList } from './write-value-list.ts'

const createBody = z.object({
  name: listName,
  itemType,
  valueListItems: listItems.optional(),
  isActive: z.boolean(),
  message: listChangeFields.message,
})
const patchBody = z.object({ name: listName, valueListItems: listItems, isActive: z.boolean() }).partial().extend(listChangeFields)
const itemsBody = z.object({
  add: listItems.optional(),
  remove: listItems.optional().meta({ description: 'Removed before the new entries are added.' }),
  ...listChangeFields,
})
const itemsReply = z.object({ alias: z.string(), version: z.int(), itemCount: z.int() })
const params = z.object({ alias: z.string().max(128) })

/** Items come with the body: this one may be larger than others. */
export const listBodyLimit = 64 * 1024 * 1024

/** Management API: value lists. */
export const valueListRoutes: Routes = (app, deps) => {
  const tags = ['value lists']

  app.get(
    '/value-lists',
    { schema: { tags, summary: 'List value lists', response: { 200: z.array(valueListReply) } } },
    async (request) => {
      return (await listValueLists(deps.store.db, tenantOf(request).tenantId)).map((row) => toValueListJson(row))
    },
  )

  app.post(
    '/value-lists',
    {
      bodyLimit: listBodyLimit,
      schema: { tags, summary: 'Create a value list', querystring: saveQuery, body: createBody, response: { 200: valueListReply } },
    },
    (request) => {
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      const { name, itemType: type, valueListItems: items = [], isActive, message } = request.body
      const alias = aliasOf(name)
      return changeConfiguration(deps, { tenantId, event: 'value_list.created', details: { alias } }, async (db, at) => {
        const list = await createValueList(db, tenantId, { alias, name, itemType: type, items, isActive }, { at, message })
        if (!request.query.ignoreFailingTests) await refuseWhenTestsBreak(deps, db, tenant, withWritten(tenant, list))
        return toValueListJson(list.row, list.items)
      })
    },
  )

  app.get(
    '/value-lists/:alias',
    { schema: { tags, summary: 'Get a value list', params, response: { 200: valueListReply } } },
    async (request) => toValueListJson(await loadValueList(deps.store.db, tenantOf(request).tenantId, request.params.alias)),
  )

  app.patch(
    '/value-lists/:alias',
    {
      bodyLimit: listBodyLimit,
      schema: { tags, summary: 'Change a value list', params, querystring: saveQuery, body: patchBody, response: { 200: valueListReply } },
    },
    async (request) => {
      const { valueListItems: items, ...change } = request.body
      const list = await updateValueList(deps, tenantOf(request), request.params.alias, { items, ...change }, request.query)
      return toValueListJson(list.row, list.items)
    },
  )

  app.post(
    '/value-lists/:alias/items',
    {
      bodyLimit: listBodyLimit,
      schema: {
        tags,
        summary: 'Add and remove entries of a value list',
        description: 'Adding an existing entry or removing a missing one is not an error and changes nothing.',
        params,
        querystring: saveQuery,
        body: itemsBody,
        response: { 200: itemsReply },
      },
    },
    async (request) => {
      const { row, items } = await updateValueList(deps, tenantOf(request), request.params.alias, request.body, request.query)
      return { alias: row.alias, version: row.version, itemCount: items.size }
    },
  )

  app.delete(
    '/value-lists/:alias',
    {
      schema: {
        tags,
        summary: 'Delete a value list',
        description: 'Its versions are kept.',
        params,
        response: { 200: z.object({ success: z.literal(true) }) },
      },
    },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { alias } = request.params
      return changeConfiguration(deps, { tenantId, event: 'value_list.deleted', details: { alias } }, async (db, at) => {
        await loadValueList(db, tenantId, alias)
        await refuseWhileListUsed(db, tenantId, alias)
        await deleteValueList(db, tenantId, alias, { at })
        return { success: true as const }
      })
    },
  )
}

/** Changes a list: one version, or none when nothing is different. The saved tests of all actions run first. */
export function updateValueList(
  deps: AppDeps,
  tenant: Tenant,
  alias: string,
  { message, expectedVersion, ...change }: ValueListChange & { message?: string | undefined; expectedVersion?: number | undefined },
  { ignoreFailingTests }: SaveQuery,
): Promise<WrittenValueList> {
  const { tenantId } = tenant
  return changeConfiguration(deps, { tenantId, event: 'value_list.updated', details: { alias } }, async (db, at) => {
    const list = await changeValueList(db, tenantId, alias, change, { at, message, expectedVersion })
    if (!list.isSame && ignoreFailingTests !== true) await refuseWhenTestsBreak(deps, db, tenant, withWritten(tenant, list))
    return list
  })
}

/** A list that is off is not there for rules. */
function withWritten(tenant: Tenant, { row, items }: WrittenValueList): Tenant {
  return row.is_active === 1 ? withValueList(tenant, row.alias, items) : withoutValueList(tenant, row.alias)
}
