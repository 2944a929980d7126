import { z } from 'zod'
import { ApiError } from '../http/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { tenantOf } from '../http/authenticate.ts'
import type { ValueListTable } from '../storage/schema.ts'
import type { Db } from '../storage/store.ts'
import { aliasOf } from './alias-of.ts'
import { changeConfiguration } from './change-configuration.ts'

/** A list this long is a few tens of megabytes in memory; look-ups stay one step. */
const maxItems = 1_000_000

const itemType = z.enum(['string', 'number'])
const items = z.array(z.union([z.string().max(1024), z.number()])).max(maxItems)
const createBody = z.object({
  name: z.string().min(1).max(128),
  itemType,
  valueListItems: items.optional(),
  isActive: z.boolean(),
})
const patchBody = z.object({ name: z.string().min(1).max(128), valueListItems: items, isActive: z.boolean() }).partial()
const params = z.object({ alias: z.string().max(128) })
const reply = z
  .object({ name: z.string(), alias: z.string(), itemType, valueListItems: items, isActive: z.boolean() })
  .meta({ id: 'ValueList', description: 'Rules read it as `lists.<alias>`.' })

/** Management API: value lists. */
export const valueListRoutes: Routes = (app, deps) => {
  const tags = ['value lists']
  // Items come with the body: this one may be larger than others.
  const bodyLimit = 64 * 1024 * 1024

  app.get('/value-lists', { schema: { tags, summary: 'List value lists', response: { 200: z.array(reply) } } }, async (request) => {
    const rows = await lists(deps.store.db, tenantOf(request).tenantId).orderBy('alias').execute()
    return rows.map(toJson)
  })

  app.post(
    '/value-lists',
    { bodyLimit, schema: { tags, summary: 'Create a value list', body: createBody, response: { 200: reply } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { name, itemType: type, valueListItems = [], isActive } = request.body
      const alias = aliasOf(name)
      return changeConfiguration(deps, { tenantId, event: 'value_list.created', details: { alias } }, async (db, at) => {
        if (await findList(db, tenantId, alias)) throw new ApiError('already_exists', `there is already a list \`${alias}\``)
        const row = {
          tenant_id: tenantId,
          alias,
          name,
          item_type: type,
          items: itemsText(valueListItems, type),
          is_active: isActive ? (1 as const) : (0 as const),
          created_at: at,
          updated_at: at,
        }
        await db.insertInto('value_lists').values(row).execute()
        return toJson(row)
      })
    },
  )

  app.get('/value-lists/:alias', { schema: { tags, summary: 'Get a value list', params, response: { 200: reply } } }, async (request) =>
    toJson(await loadList(deps.store.db, tenantOf(request).tenantId, request.params.alias)),
  )

  app.patch(
    '/value-lists/:alias',
    { bodyLimit, schema: { tags, summary: 'Change a value list', params, body: patchBody, response: { 200: reply } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { alias } = request.params
      const { name, valueListItems, isActive } = request.body
      return changeConfiguration(deps, { tenantId, event: 'value_list.updated', details: { alias } }, async (db, at) => {
        const before = await loadList(db, tenantId, alias)
        const after: ValueListTable = {
          ...before,
          name: name ?? before.name,
          items: valueListItems === undefined ? before.items : itemsText(valueListItems, before.item_type),
          is_active: isActive === undefined ? before.is_active : isActive ? 1 : 0,
          updated_at: at,
        }
        await db.updateTable('value_lists').set(after).where('tenant_id', '=', tenantId).where('alias', '=', alias).execute()
        return toJson(after)
      })
    },
  )

  app.delete(
    '/value-lists/:alias',
    { schema: { tags, summary: 'Delete a value list', params, response: { 200: z.object({ success: z.literal(true) }) } } },
    (request) => {
      const { tenantId } = tenantOf(request)
      const { alias } = request.params
      return changeConfiguration(deps, { tenantId, event: 'value_list.deleted', details: { alias } }, async (db) => {
        await loadList(db, tenantId, alias)
        await refuseWhileUsed(db, tenantId, alias)
        await db.deleteFrom('value_lists').where('tenant_id', '=', tenantId).where('alias', '=', alias).execute()
        return { success: true as const }
      })
    },
  )
}

function lists(db: Db, tenantId: string) {
  return db.selectFrom('value_lists').where('tenant_id', '=', tenantId).selectAll()
}

function findList(db: Db, tenantId: string, alias: string): Promise<ValueListTable | undefined> {
  return lists(db, tenantId).where('alias', '=', alias).executeTakeFirst()
}

async function loadList(db: Db, tenantId: string, alias: string): Promise<ValueListTable> {
  const row = await findList(db, tenantId, alias)
  if (row === undefined) throw new ApiError('not_found', `there is no list \`${alias}\``)
  return row
}

/** A rule that names a list which is gone would be undetermined for ever. */
async function refuseWhileUsed(db: Db, tenantId: string, alias: string): Promise<void> {
  const policies = await db
    .selectFrom('action_configurations as a')
    .innerJoin('policy_versions as p', (join) =>
      join
        .onRef('p.tenant_id', '=', 'a.tenant_id')
        .onRef('p.action_code', '=', 'a.action_code')
        .onRef('p.version', '=', 'a.policy_version'),
    )
    .where('a.tenant_id', '=', tenantId)
    .select(['a.action_code', 'p.definition'])
    .execute()
  const user = policies.find(({ definition }) => definition.includes(JSON.stringify(`lists.${alias}`)))
  if (user !== undefined) throw new ApiError('invalid_request', `a rule of the action \`${user.action_code}\` reads the list \`${alias}\``)
}

function itemsText(values: readonly (string | number)[], type: 'string' | 'number'): string {
  const wrong = values.findIndex((value) => typeof value !== type)
  if (wrong !== -1) throw new ApiError('invalid_request', `\`valueListItems.${wrong}\` is not a ${type}`)
  return JSON.stringify([...new Set(values)])
}

function toJson(row: ValueListTable) {
  return {
    name: row.name,
    alias: row.alias,
    itemType: row.item_type,
    valueListItems: JSON.parse(row.items) as (string | number)[],
    isActive: row.is_active === 1,
  }
}
