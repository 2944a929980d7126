import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { listValueLists, loadValueList } from '../configuration/value-list-row.ts'
import type { Routes } from '../http/app-type.ts'
import { refuseOther } from '../http/refuse-other.ts'
import type { ChangeSharedDeps } from '../rules/refuse-broken-tests.ts'
import { saveQuery } from '../rules/rule-json.ts'
import { aliasOf, givenAlias } from './alias-of.ts'
import { removeValueList, saveNewValueList, saveValueList } from './save-value-list.ts'
import { itemType, listChangeFields, listItems, listName, toValueListJson, valueListReply } from './value-list-json.ts'

const createBody = z.strictObject({
  name: listName,
  alias: listName.optional().meta({ description: 'Absent: made from the name.' }),
  itemType,
  valueListItems: listItems.nullish(),
  isActive: z.boolean(),
  message: listChangeFields.message,
})
const patchBody = z
  .strictObject({
    name: listName,
    valueListItems: listItems.nullable().meta({ description: '`null` empties the list.' }),
    isActive: z.boolean(),
    alias: z.string(),
    itemType,
  })
  .partial()
  .extend(listChangeFields)
const itemsBody = z.strictObject({
  add: listItems.optional(),
  remove: listItems.optional().meta({ description: 'Removed before the new entries are added.' }),
  ...listChangeFields,
})
const itemsReply = z.object({ alias: z.string(), version: z.int(), itemCount: z.int() })
const params = z.object({ alias: z.string().max(128) })

/** The body holds all items of a list, so it may be larger than others. */
export const listBodyLimit = 64 * 1024 * 1024

/** Management API: value lists. */
export const valueListRoutes: Routes<ChangeSharedDeps> = (app, deps) => {
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
    async (request) => {
      const { valueListItems: items, alias, ...wanted } = request.body
      const list = { ...wanted, alias: alias === undefined ? aliasOf(wanted.name) : givenAlias(alias), items: items ?? [] }
      const { row, items: written } = await saveNewValueList(deps, tenantOf(request), actorOf(request), list, request.query)
      return toValueListJson(row, written)
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
      const { valueListItems, alias: _, itemType: __, ...change } = request.body
      const { alias } = request.params
      const tenant = tenantOf(request)
      const { item_type } = await loadValueList(deps.store.db, tenant.tenantId, alias)
      refuseOther(request.body, { alias, itemType: item_type })
      const items = valueListItems === null ? [] : valueListItems
      const list = await saveValueList(deps, tenant, actorOf(request), alias, { items, ...change }, request.query)
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
      const { alias } = request.params
      const { row, items } = await saveValueList(deps, tenantOf(request), actorOf(request), alias, request.body, request.query)
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
    async (request) => {
      await removeValueList(deps, tenantOf(request).tenantId, actorOf(request), request.params.alias)
      return { success: true as const }
    },
  )
}
