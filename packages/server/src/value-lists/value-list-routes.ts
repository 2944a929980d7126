import { z } from 'zod'
import type { AppDeps } from '../app/app-deps.ts'
import { tenantOf } from '../callers/authenticate.ts'
import { changeConfiguration } from '../configuration/change-configuration.ts'
import { withoutValueList, withValueList } from '../configuration/changed-tenant.ts'
import { refuseWhileListUsed } from '../configuration/refuse-while-used.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { listValueLists, loadValueList } from '../configuration/value-list-row.ts'
import type { Routes } from '../http/app-type.ts'
import { refuseWhenTestsBreak } from '../rules/refuse-broken-tests.ts'
import { type SaveQuery, saveQuery } from '../rules/rule-json.ts'
import { aliasOf } from './alias-of.ts'
import { itemType, listChangeFields, listItems, listName, toValueListJson, valueListReply } from './value-list-json.ts'
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
  remove: listItems.optional().meta({ description: 'Removed before the others are added.' }),
  ...listChangeFields,
})
const itemsReply = z.object({ alias: z.string(), version: z.int(), itemCount: z.int() })
const params = z.object({ alias: z.string().max(128) })

/** Items come with the body: this one may be larger than others. */
export const listBodyLimit = 64 * 1024 * 1024

/** Management API: value lists. */
export const valueListRoutes: Routes<AppDeps> = (app, deps) => {
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
        summary: 'Add entries to a value list, and remove some',
        description: 'What is there already, and what is not, is no mistake: twice is once.',
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
        description: 'Its versions stay on record.',
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
