import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { identifier } from '../http/identifier.ts'
import type { Store } from '../storage/store.ts'
import { type CreateUnlearningDeps, createUnlearning } from './create-unlearning.ts'
import { previewJson, toUnlearning, type Unlearning, unlearningBody, unlearningJson } from './unlearning-json.ts'

const reply = z
  .object({
    dryRun: z.boolean(),
    preview: previewJson,
    unlearning: unlearningJson.optional().meta({ description: 'The request on record. Absent after a dry run.' }),
  })
  .meta({ id: 'AskedUnlearning' })

const mostListed = 100

/** Management API: what many events taught is taken back. */
export const unlearningRoutes: Routes<CreateUnlearningDeps> = (app, deps) => {
  app.post(
    '/unlearnings',
    {
      schema: {
        tags: ['events'],
        summary: 'Take back what events taught',
        description:
          "By user, address or range, device and time, in any mix; everything that is given must hold. What each of these events taught is taken back once, in the background. Where an address or a device is named, it counts as the attacker's: it loses everything that the successes of these users gave it. `dryRun` says what would be touched. Asking for the same while it is under way gets the one that is.",
        body: unlearningBody,
        response: { 200: reply },
      },
    },
    (request) => createUnlearning(deps, tenantOf(request).tenantId, request.body, actorOf(request)),
  )
  app.get(
    '/unlearnings',
    {
      schema: {
        tags: ['events'],
        summary: 'List what was asked to be taken back',
        description: 'The last 100, newest first, for 90 days.',
        response: { 200: z.object({ unlearnings: z.array(unlearningJson) }) },
      },
    },
    async (request) => ({ unlearnings: await listUnlearnings(deps.store, tenantOf(request).tenantId) }),
  )
  app.get(
    '/unlearnings/:unlearningId',
    {
      schema: {
        tags: ['events'],
        summary: 'See how far an unlearning has come',
        params: z.object({ unlearningId: identifier(64) }),
        response: { 200: unlearningJson },
      },
    },
    (request) => loadUnlearning(deps.store, tenantOf(request).tenantId, request.params.unlearningId),
  )
}

async function listUnlearnings({ db }: Pick<Store, 'db'>, tenantId: string): Promise<Unlearning[]> {
  const rows = await db
    .selectFrom('unlearnings')
    .where('tenant_id', '=', tenantId)
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('unlearning_id', 'desc')
    .limit(mostListed)
    .execute()
  return rows.map(toUnlearning)
}

async function loadUnlearning({ db }: Pick<Store, 'db'>, tenantId: string, unlearningId: string): Promise<Unlearning> {
  const row = await db
    .selectFrom('unlearnings')
    .where('tenant_id', '=', tenantId)
    .where('unlearning_id', '=', unlearningId)
    .selectAll()
    .executeTakeFirst()
  if (row === undefined) throw new ApiError('not_found', 'there is no such unlearning')
  return toUnlearning(row)
}
