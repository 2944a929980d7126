import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { listValueLists, loadValueList } from '../configuration/value-list-row.ts'
import type { Routes } from '../http/app-type.ts'
import type { ChangeSharedDeps } from '../rules/refuse-broken-tests.ts'
import { saveQuery } from '../rules/rule-json.ts'
import { aliasOf } from './alias-of.ts'
import { removeValueList, saveNewValueList, saveValueList } from './save-value-list.ts'
import {
  givenItems,
  itemType,
  itemTypeOf,
  listAlias,
  listChangeFields,
  listItems,
  listName,
  toValueListJson,
  valueListReply,
} from './value-list-json.ts'

const createBody = z.object({
  name: listName,
  itemType: itemType.optional().meta({ description: 'Absent: as the items are; `string` for a list without items.' }),
  valueListItems: givenItems.optional().meta({ description: 'Blanks and line ends around a text are removed.' }),
  isActive: z.boolean().optional().meta({ description: 'Absent: active.' }),
  message: listChangeFields.message,
})
const patchBody = z.object({ name: listName, valueListItems: givenItems, isActive: z.boolean() }).partial().extend(listChangeFields)
const itemsBody = z.object({
  add: givenItems.optional(),
  remove: listItems.optional().meta({ description: 'Removed before the new entries are added.' }),
  ...listChangeFields,
})
const itemsReply = z.object({ alias: z.string(), version: z.int(), itemCount: z.int() })
const params = z.object({ alias: listAlias })

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
      const { valueListItems: items = [], itemType = itemTypeOf(items), isActive = true, ...wanted } = request.body
      const list = { ...wanted, alias: aliasOf(wanted.name), itemType, items, isActive }
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
      const { valueListItems: items, ...change } = request.body
      const { alias } = request.params
      const list = await saveValueList(deps, tenantOf(request), actorOf(request), alias, { items, ...change }, request.query)
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
