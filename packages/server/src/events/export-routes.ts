import { Readable } from 'node:stream'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type AuthenticateDeps, findRefusal, tenantOf } from '../callers/authenticate.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { filterParameters, rangeParameters, toEventFilter, toRange } from './event-filter.ts'
import { type ExportEventsDeps, exportEvents } from './export-events.ts'
import { refuseWrongQuery } from './refuse-wrong-query.ts'

export interface ExportRoutesDeps extends ExportEventsDeps, Pick<AuthenticateDeps, 'tenants' | 'config' | 'sessions'> {
  clock: () => number
  log: Pick<Logger, 'error'>
}

const contentTypes = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson' } as const

const exportQuery = z.strictObject({
  ...filterParameters,
  ...rangeParameters,
  order: z.enum(['newest', 'oldest']).default('oldest'),
  format: z
    .enum(['csv', 'jsonl'])
    .meta({ description: '`jsonl`: an event in each line, as the search has it. `csv`: a table in which no text is a formula.' }),
})

const mostOfTenant = 3
const mostOfAll = 10
/** An export may outlive its credential. */
const checkMs = 2_000

/** Management API: everything that a search finds, as one file. */
export const exportRoutes: Routes<ExportRoutesDeps> = (app, deps) => {
  const open = new Map<Readable, string>()
  app.addHook('preClose', (done) => {
    for (const stream of open.keys()) stream.destroy(new ApiError('unavailable', 'the server is stopping'))
    done()
  })

  app.get(
    '/events/export',
    {
      attachValidation: true,
      schema: {
        tags: ['events'],
        summary: 'Export the events that a search finds',
        description: `Takes the parameters of a search, and sends all that it finds as it is read, up to the moment it was asked for. It stops when the client goes. An export that cannot go on breaks the connection off, so that a part is never taken for the whole. At most ${mostOfTenant} exports of a tenant are under way on a server.`,
        querystring: exportQuery,
        produces: Object.values(contentTypes),
      },
    },
    async (request, reply) => {
      await refuseWrongQuery(deps, request)
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      if ([...open.values()].filter((other) => other === tenantId).length >= mostOfTenant)
        throw new ApiError('too_many_requests', 'too many exports of this tenant are under way: wait for one to end', {
          retryAfterSeconds: 5,
        })
      if (open.size >= mostOfAll)
        throw new ApiError('unavailable', 'too many exports are under way on this server', { retryAfterSeconds: 5 })
      const { format, order, ...asked } = request.query
      const range = toRange(asked, deps.clock())
      // What is tracked from now on is another export: otherwise it might never end.
      const filter = toEventFilter(asked, { from: range.from, to: range.to ?? deps.clock() + 1 })
      let checkedAt = performance.now()
      const parts = exportEvents(deps, tenant, { filter, order, format }, async () => {
        if (performance.now() - checkedAt < checkMs) return
        checkedAt = performance.now()
        const refusal = await findRefusal(request, { ...deps, refusedKeys: { note() {} } })
        if (refusal !== undefined) throw refusal
      })
      // A failure before the first part is answered as any other.
      const first = await parts.next()
      const stream = Readable.from(first.done === true ? [] : withFirst(first.value, parts), {
        objectMode: false,
        highWaterMark: 64 * 1024,
      })
      open.set(stream, tenantId)
      stream.once('close', () => open.delete(stream))
      stream.once('error', (err) => {
        if (!(err instanceof ApiError)) deps.log.error({ requestId: request.id, err }, 'an export of events failed')
      })
      if (reply.raw.destroyed) stream.destroy()
      return reply
        .header('content-type', contentTypes[format])
        .header('content-disposition', `attachment; filename="events.${format}"`)
        .header('cache-control', 'no-store')
        .send(stream as never)
    },
  )
}

async function* withFirst(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield first
    yield* rest
  } finally {
    await rest.return(undefined)
  }
}
