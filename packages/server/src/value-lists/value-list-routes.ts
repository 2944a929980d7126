import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { nextTurn } from '../configuration/list-entries.ts'
import { loadEntries } from '../configuration/list-storage.ts'
import { listValueLists, loadValueList } from '../configuration/value-list-row.ts'
import type { App, Routes } from '../http/app-type.ts'
import { refuseOther } from '../http/refuse-other.ts'
import { saveQuery } from '../rules/rule-json.ts'
import type { ValueListTable } from '../storage/schema.ts'
import { acceptLongLists } from './accept-long-lists.ts'
import { aliasOf, givenAlias } from './alias-of.ts'
import { removeValueList, type SaveListDeps, saveNewValueList, saveValueList } from './save-value-list.ts'
import { sendValueList, sendValueLists } from './send-value-list.ts'
import { itemType, itemTypeOf, listAlias, listChangeFields, listName, longItems, valueListReply } from './value-list-json.ts'

const createBody = z.strictObject({
  name: listName,
  alias: listName.optional().meta({ description: 'Absent: made from the name.' }),
  itemType: itemType.optional().meta({ description: 'Absent: as the items are; `string` for a list without items.' }),
  valueListItems: longItems.nullish().meta({ description: 'Blanks and line ends around a text are removed.' }),
  isActive: z.boolean().optional().meta({ description: 'Absent: active.' }),
  message: listChangeFields.message,
})
const patchBody = z
  .strictObject({
    name: listName,
    valueListItems: longItems.nullable().meta({ description: '`null` empties the list.' }),
    isActive: z.boolean(),
    alias: z.string(),
    itemType,
  })
  .partial()
  .extend(listChangeFields)
const itemsBody = z.strictObject({
  add: longItems.optional(),
  remove: longItems.optional().meta({ description: 'Removed before the new entries are added.' }),
  ...listChangeFields,
})
const itemsReply = z.object({ alias: z.string(), version: z.int(), itemCount: z.int() })
const params = z.object({ alias: listAlias })

/** The body holds all items of a list, so it may be larger than others. */
export const listBodyLimit = 64 * 1024 * 1024

/** Management API: value lists. */
export const valueListRoutes: Routes<SaveListDeps> = (parent, deps) => {
  parent.register(async (app: App) => addRoutes(app, deps))
}

function addRoutes(app: App, deps: SaveListDeps): void {
  acceptLongLists(app)
  const tags = ['value lists']
  const load = (row: ValueListTable) =>
    loadEntries(deps.store.db, row, { known: deps.tenants.knownList(row.tenant_id, row.alias), pause: nextTurn })

  app.get(
    '/value-lists',
    { schema: { tags, summary: 'List value lists', response: { 200: z.array(valueListReply) } } },
    async (request, reply) => sendValueLists(reply, await listValueLists(deps.store.db, tenantOf(request).tenantId), load),
  )

  app.post(
    '/value-lists',
    {
      bodyLimit: listBodyLimit,
      schema: { tags, summary: 'Create a value list', querystring: saveQuery, body: createBody, response: { 200: valueListReply } },
    },
    async (request, reply) => {
      const { alias, valueListItems, isActive = true, ...wanted } = request.body
      const items = valueListItems ?? []
      const { itemType = itemTypeOf(items) } = wanted
      const list = { ...wanted, alias: alias === undefined ? aliasOf(wanted.name) : givenAlias(alias), itemType, items, isActive }
      return sendValueList(reply, await saveNewValueList(deps, tenantOf(request), actorOf(request), list, request.query))
    },
  )

  app.get(
    '/value-lists/:alias',
    { schema: { tags, summary: 'Get a value list', params, response: { 200: valueListReply } } },
    async (request, reply) => {
      const row = await loadValueList(deps.store.db, tenantOf(request).tenantId, request.params.alias)
      return sendValueList(reply, { row, items: await load(row) })
    },
  )

  app.patch(
    '/value-lists/:alias',
    {
      bodyLimit: listBodyLimit,
      schema: { tags, summary: 'Change a value list', params, querystring: saveQuery, body: patchBody, response: { 200: valueListReply } },
    },
    async (request, reply) => {
      const { valueListItems, alias: _, itemType: __, ...change } = request.body
      const { alias } = request.params
      const tenant = tenantOf(request)
      const { item_type } = await loadValueList(deps.store.db, tenant.tenantId, alias)
      refuseOther(request.body, { alias, itemType: item_type })
      const items = valueListItems === null ? [] : valueListItems
      return sendValueList(reply, await saveValueList(deps, tenant, actorOf(request), alias, { items, ...change }, request.query))
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
