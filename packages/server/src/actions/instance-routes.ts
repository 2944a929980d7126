import { z } from 'zod'
import { actorOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode, instanceParams, userParams } from '../http/identifier.ts'
import { isoTime } from '../http/iso-time.ts'
import { queryNumber } from '../http/query-number.ts'
import { wireState } from '../http/wire-state.ts'
import type { UserNotices } from '../notices/user-notices.ts'
import { disputeDescription, givenReason, instanceView, listedInstance, toListedInstance } from './instance-json.ts'
import { explainedInstance, type LoadInstanceDeps, loadInstance, viewInstance } from './load-instance.ts'
import { type SettleInstanceDeps, settleInstance } from './settle-instance.ts'

const instancePath = '/users/:userId/actions/:action/:idempotencyKey'

const listQuery = z.object({
  fromDate: isoTime.optional(),
  codes: z
    .string()
    .max(4096)
    .transform((text) => text.split(',').filter((code) => code !== ''))
    .pipe(z.array(actionCode))
    .optional(),
  state: wireState.optional(),
  limit: queryNumber(z.number().int().min(1).max(1000).default(200)),
})

export const instanceRoutes: Routes<SettleInstanceDeps & LoadInstanceDeps & { notices: UserNotices }> = (app, deps) => {
  app.get(
    '/users/:userId/actions',
    {
      schema: {
        tags: ['actions'],
        summary: 'List the actions of a user',
        description: 'Newest first.',
        params: userParams,
        querystring: listQuery,
        response: { 200: z.array(listedInstance) },
      },
    },
    async (request) => {
      const instances = await deps.store.listInstances(tenantOf(request).tenantId, request.params.userId, request.query)
      return instances.map(toListedInstance)
    },
  )
  app.get(
    instancePath,
    {
      schema: {
        tags: ['actions'],
        summary: 'Get an action with the reasons for its decision',
        params: instanceParams,
        response: { 200: explainedInstance },
      },
    },
    (request) => loadInstance(deps, tenantOf(request), request.params),
  )
  app.patch(
    instancePath,
    {
      schema: {
        tags: ['actions'],
        summary: 'Set the state of an action',
        description:
          'Use it after a review, or after a challenge of your own. `custom` stays as tracked, because the challenge is bound to it.',
        params: instanceParams,
        body: z.object({ state: wireState }),
        response: { 200: instanceView },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const change = { kind: 'set_state', state: request.body.state } as const
      const { instance } = await settleInstance(deps, tenant, request.params, change, actorOf(request))
      return viewInstance(deps, tenant, instance)
    },
  )
  app.post(
    `${instancePath}/dispute`,
    {
      schema: {
        tags: ['actions'],
        summary: 'Report that it was not the user',
        description: disputeDescription,
        params: instanceParams,
        body: z.object({ reason: givenReason.optional() }),
        response: { 200: instanceView },
      },
    },
    async (request) => {
      const tenant = tenantOf(request)
      const change = { kind: 'dispute', reason: request.body.reason } as const
      const { instance } = await settleInstance(deps, tenant, request.params, change, actorOf(request), deps.notices)
      return viewInstance(deps, tenant, instance)
    },
  )
}
