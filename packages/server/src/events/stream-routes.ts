import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { z } from 'zod'
import { type AuthenticateDeps, findRefusal, tenantOf } from '../callers/authenticate.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Routes } from '../http/app-type.ts'
import { type ErrorBody, toErrorReply } from '../http/error-reply.ts'
import { type DescribeEventsDeps, describeEvents } from './describe-events.ts'
import { filterParameters, toEventFilter } from './event-filter.ts'
import { createEventStream, type EventStream } from './event-stream.ts'
import { refuseWrongQuery } from './refuse-wrong-query.ts'
import { type EventTail, followEvents, type TailEventsDeps } from './tail-events.ts'
import { readTailPlace, type TailPlace, writeTailPlace } from './tail-place.ts'

export const eventStreamType = 'text/event-stream'

export interface StreamRoutesDeps extends TailEventsDeps, DescribeEventsDeps, Pick<AuthenticateDeps, 'tenants' | 'config'> {
  store: TailEventsDeps['store'] & DescribeEventsDeps['store']
  log: Pick<Logger, 'error'>
}

const mostOfTenant = 10
const mostOfAll = 60
const oldestPlaceMs = 24 * 60 * 60 * 1000

/** Management API: events as they happen. */
export const streamRoutes: Routes<StreamRoutesDeps> = (app, deps) => {
  const open = new Map<EventStream, { tenantId: string }>()
  const ending = new ApiError('unavailable', 'the server stops, connect again', { retryAfterSeconds: 1 })
  app.addHook('preClose', (done) => {
    for (const stream of open.keys()) stream.end(toErrorReply(ending, '').body)
    done()
  })

  app.get(
    '/events/stream',
    {
      attachValidation: true,
      schema: {
        tags: ['events'],
        summary: 'Follow the events of the tenant as they happen',
        description: `Server-sent events, asked for with \`Accept: ${eventStreamType}\`. \`tracked\` is a new event, \`changed\` one of which something has changed; both have the event as lists show it, each once. \`Last-Event-ID\` goes on where an earlier stream ended, for a day. \`end\` says why the server ends the stream: it stops, or the credential is no longer in force. At most ${mostOfTenant} streams of a tenant are open on a server.`,
        querystring: z.strictObject(filterParameters),
        produces: [eventStreamType],
      },
    },
    async (request, reply) => {
      await refuseWrongQuery(deps, request)
      const tenant = tenantOf(request)
      const { tenantId } = tenant
      if (!request.headers.accept?.includes(eventStreamType) && request.headers.accept !== '*/*') {
        throw new ApiError('invalid_request', `this is a stream without an end: ask for it with \`Accept: ${eventStreamType}\``)
      }
      const ofTenant = [...open.values()].filter((stream) => stream.tenantId === tenantId).length
      if (ofTenant >= mostOfTenant)
        throw new ApiError('too_many_requests', 'too many streams of this tenant are open: close one', { retryAfterSeconds: 5 })
      if (open.size >= mostOfAll) throw new ApiError('unavailable', 'too many streams are open on this server', { retryAfterSeconds: 5 })
      const tail = await followEvents(deps, tenantId, toEventFilter(request.query), resumedPlace(deps, request))
      const stream = createEventStream({
        poll: () => pollTail(deps, tenant, tail, request.id),
        findEnd: () => findEnd(deps, request),
        onEnd: () => open.delete(stream),
      })
      open.set(stream, { tenantId })
      return reply
        .header('content-type', eventStreamType)
        .header('cache-control', 'no-store')
        .header('x-accel-buffering', 'no')
        .send(stream.readable as never)
    },
  )
}

type Polled = Awaited<ReturnType<Parameters<typeof createEventStream>[0]['poll']>>

/** A store that fails ends the stream with the reason: the client comes again, and goes on where it was. */
async function pollTail(deps: StreamRoutesDeps, tenant: Tenant, tail: EventTail, requestId: string): Promise<Polled> {
  try {
    const { items, isBehind } = await tail.poll()
    const present = deps.tenants.peek(tenant.tenantId) ?? tenant
    const described = await describeEvents(
      deps,
      present,
      items.map(({ instance }) => instance),
    )
    const messages = items.flatMap(({ kind, place }, n) => {
      const data = described[n]
      return data === undefined ? [] : [{ event: kind, id: writeTailPlace(place), data } as const]
    })
    return { messages, isBehind }
  } catch (error) {
    return { messages: [], isBehind: false, failure: bodyOf(deps, error, requestId) }
  }
}

function bodyOf({ log }: Pick<StreamRoutesDeps, 'log'>, error: unknown, requestId: string): ErrorBody {
  const { body, isFault } = toErrorReply(error, requestId)
  if (isFault) log.error({ requestId, err: error }, 'a live tail failed')
  return body
}

/** A stream lives longer than the check of its credential. */
async function findEnd(deps: StreamRoutesDeps, request: FastifyRequest): Promise<ErrorBody | undefined> {
  try {
    const refusal = await findRefusal(request, { ...deps, refusedKeys: { note() {} } })
    return refusal && toErrorReply(refusal, request.id).body
  } catch (error) {
    return bodyOf(deps, error, request.id)
  }
}

function resumedPlace({ clock }: Pick<StreamRoutesDeps, 'clock'>, { headers }: FastifyRequest): TailPlace | undefined {
  const text = headers['last-event-id']
  if (text === undefined || text === '') return undefined
  const place = readTailPlace(String(text))
  if (place === undefined) throw new ApiError('invalid_request', '`Last-Event-ID` is not an id of this stream: connect without it')
  if (clock() - place.at > oldestPlaceMs) {
    throw new ApiError('invalid_request', '`Last-Event-ID` is older than a day: connect without it, and search for what happened since')
  }
  return place
}
