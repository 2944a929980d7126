import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { changesAfter, contentsBefore } from '../configuration/list-contents.ts'
import { collectEntries, type ListEntries, nextTurn } from '../configuration/list-entries.ts'
import { loadEntries, readChange } from '../configuration/list-storage.ts'
import { findValueList } from '../configuration/value-list-row.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { queryNumber, versionNumber } from '../http/query-number.ts'
import { saveQuery } from '../rules/rule-json.ts'
import type { Db } from '../storage/store.ts'
import { type SaveListDeps, saveValueList } from './save-value-list.ts'
import { sendValueList, sendWithLists } from './send-value-list.ts'
import { listAlias, listVersion, listVersionSummary, toListVersionSummary, valueListReply } from './value-list-json.ts'

const versionParams = z.object({ alias: listAlias, version: queryNumber(versionNumber) })
const page = z.strictObject({
  limit: queryNumber(z.number().int().min(1).max(1000).default(100)),
  before: queryNumber(versionNumber.optional().meta({ description: 'Only versions before this one.' })),
})

/** Management API: the numbered versions of a value list, also of a deleted one. */
export const valueListVersionRoutes: Routes<SaveListDeps> = (app, deps) => {
  const tags = ['value lists']
  const base = '/value-lists/:alias/versions'

  app.get(
    base,
    {
      schema: {
        tags,
        summary: 'List the versions of a value list, newest first',
        params: z.object({ alias: listAlias }),
        querystring: page,
        response: { 200: z.array(listVersionSummary) },
      },
    },
    async (request) => {
      const { limit, before } = request.query
      let query = versions(deps.store.db, tenantOf(request).tenantId, request.params.alias)
      if (before !== undefined) query = query.where('version', '<', before)
      const rows = await query.select(summaryColumns).orderBy('version', 'desc').limit(limit).execute()
      if (rows.length === 0 && before === undefined) throw new ApiError('not_found', `there is no list \`${request.params.alias}\``)
      return rows.map(toListVersionSummary)
    },
  )

  app.get(
    `${base}/:version`,
    {
      schema: {
        tags,
        summary: 'Read one version of a value list',
        description: 'Its changes, and all entries from this version on.',
        params: versionParams,
        response: { 200: listVersion },
      },
    },
    async (request, reply) => {
      const { db } = deps.store
      const { tenantId } = tenantOf(request)
      const row = await loadVersion(db, tenantId, request.params)
      const contents = await contentsAt(db, tenantId, request.params)
      const change = await readChange(db, row, nextTurn)
      const added = row.isAddedKept === 1 ? change?.added : undefined
      return sendWithLists(reply, toListVersionSummary(row), {
        ...(row.event === 'created' ? { added: contents, removed: [] } : { added, removed: change?.removed }),
        valueListItems: contents,
      })
    },
  )

  app.post(
    `${base}/:version/restore`,
    {
      schema: {
        tags,
        summary: 'Restore the entries of an earlier version of a value list',
        description: 'Makes a new version with the same entries.',
        params: versionParams,
        querystring: saveQuery,
        response: { 200: valueListReply },
      },
    },
    async (request, reply) => {
      const { db } = deps.store
      const tenant = tenantOf(request)
      const { alias: of, version } = request.params
      await loadVersion(db, tenant.tenantId, request.params)
      const contents = await contentsAt(db, tenant.tenantId, request.params)
      if (contents === undefined)
        throw new ApiError('invalid_request', `the entries of version ${version} of the list are no longer stored`)
      const message = `restored version ${version}`
      const list = await saveValueList(deps, tenant, actorOf(request), of, { items: contents, areStored: true, message }, request.query)
      return sendValueList(reply, list)
    },
  )
}

const summaryColumns = [
  'tenant_id',
  'alias',
  'version',
  'config_version',
  'created_at',
  'author',
  'actor',
  'event',
  'message',
  'name',
  'is_active',
  'item_count',
  'added_count',
  'removed_count',
] as const

type Place = z.infer<typeof versionParams>

function versions(db: Db, tenantId: string, of: string) {
  return db.selectFrom('value_list_versions').where('tenant_id', '=', tenantId).where('alias', '=', of)
}

async function loadVersion(db: Db, tenantId: string, { alias: of, version }: Place) {
  const row = await versions(db, tenantId, of)
    .where('version', '=', version)
    .select(summaryColumns)
    .select((select) => select.case().when('added', 'is not', null).then(1).else(0).end().as('isAddedKept'))
    .executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found', `the list \`${of}\` has no version ${version}`)
  return row
}

/** `undefined`: no longer known. */
async function contentsAt(db: Db, tenantId: string, { alias: of, version }: Place): Promise<ListEntries | undefined> {
  const row = await findValueList(db, tenantId, of)
  const changes = await changesAfter(db, { tenantId, alias: of, version })
  const undone = row === undefined ? changes : changes.filter((change) => change.version <= row.version)
  const contents = await contentsBefore(db, row && (await loadEntries(db, row, { pause: nextTurn })), undone, nextTurn)
  if (contents === 'not_kept') return undefined
  return contents ?? collectEntries([])
}
