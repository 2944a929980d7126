import type { Logger } from 'pino'
import { z } from 'zod'
import type { Delivery } from '../delivery/delivery.ts'
import { mailHealthJson, toMailHealthJson } from '../delivery/outbox-json.ts'
import { ApiError } from '../errors/api-error.ts'
import type { App } from '../http/app-type.ts'
import { toIso } from '../http/iso-time.ts'
import type { FeedUpdates } from '../ip/feed-updates.ts'
import { kindOf } from '../ip/feeds.ts'
import type { IpIntelligence } from '../ip/ip-intelligence.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Store } from '../storage/store.ts'
import { StoreClosedError } from '../storage/store-errors.ts'

interface OperationsDeps {
  store: Pick<Store, 'checkReady' | 'kind'>
  ip: Pick<IpIntelligence, 'dataSets'>
  feedUpdates: FeedUpdates
  delivery: Pick<Delivery, 'health'>
  metrics: Pick<Metrics, 'render' | 'contentType'>
  log: Pick<Logger, 'info'>
}

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' })

const readiness = z
  .object({
    status: z
      .enum(['ok', 'degraded'])
      .meta({ description: '`degraded`: the server decides, but IP data sets are absent, stale or broken. `degraded` names them.' }),
    store: z.enum(['sqlite', 'postgres']),
    degraded: z
      .array(z.object({ dataSet: z.string(), state: z.string(), facts: z.array(z.string()), remedy: z.string() }))
      .meta({ description: 'What is not as it should be: the facts about addresses that are unknown or doubtful, and the remedy.' }),
    dataSets: z.array(
      z.object({
        name: z.string(),
        kind: z.string(),
        state: z.string(),
        entries: z.number(),
        dataDate: z.string().optional(),
        ageDays: z.number().optional(),
        licence: z.string().optional(),
        lastTry: z.string().optional().meta({ description: 'When it was last asked for. Absent: it was not, or is no list.' }),
        problem: z.string().optional().meta({ description: 'Why that failed.' }),
      }),
    ),
    ipUpdates: z.enum(['on', 'off']).meta({ description: 'Whether lists of IP addresses are refreshed by themselves.' }),
    mail: mailHealthJson.meta({
      description: 'How the mail server did lately. No decision waits for it, so it changes nothing about `status`.',
    }),
  })
  .meta({ id: 'Readiness' })

/** The operator's routes: alive, ready, metrics. They take no credential: do not expose them to the internet. */
export function registerOperations(app: App, deps: OperationsDeps): void {
  let closedFor: string | undefined
  app.get(
    '/healthz',
    { schema: { tags: ['operations'], summary: 'The process is alive', response: { 200: health } } },
    () => ({ status: 'ok' }) as const,
  )

  app.get(
    '/readyz',
    {
      schema: {
        tags: ['operations'],
        summary: 'The store can be read and written, and its schema is current',
        response: { 200: readiness },
      },
    },
    async () => {
      await deps.store.checkReady().catch((cause: unknown) => {
        if (!(cause instanceof StoreClosedError)) {
          throw new ApiError('unavailable', 'the store is not available', { cause, retryAfterSeconds: 1 })
        }
        // On purpose, such as after a move: one line, however often somebody asks.
        if (closedFor !== cause.message) deps.log.info(`not ready: ${cause.message}`)
        closedFor = cause.message
        throw cause
      })
      closedFor = undefined
      const all = deps.ip.dataSets()
      const states = deps.feedUpdates.states()
      const dataSets = all.map(({ name, state, entries, dataDate, ageDays, licence }) => {
        const tried = states.get(name)
        return {
          name,
          kind: kindOf(name),
          state,
          entries,
          dataDate: dataDate === null ? undefined : toIso(dataDate).slice(0, 10),
          ageDays: ageDays ?? undefined,
          licence: licence === '' ? undefined : licence,
          lastTry: tried && toIso(tried.lastTry),
          problem: tried?.problem,
        }
      })
      const degraded = all
        .filter(({ state }) => state !== 'current')
        .map(({ name, state, facts, remedy }) => ({ dataSet: name, state, facts: [...facts], remedy }))
      const status = degraded.length > 0 ? ('degraded' as const) : ('ok' as const)
      const ipUpdates = deps.feedUpdates.isOn ? ('on' as const) : ('off' as const)
      return { status, store: deps.store.kind, degraded, dataSets, ipUpdates, mail: toMailHealthJson(deps.delivery.health()) }
    },
  )

  app.get(
    '/metrics',
    { schema: { tags: ['operations'], summary: 'Metrics for Prometheus', produces: ['text/plain'] } },
    async (_request, reply) => reply.type(deps.metrics.contentType).send(await deps.metrics.render()),
  )
}
