import type { FastifyReply } from 'fastify'
import type { Logger } from 'pino'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { type ErrorBody, toErrorReply } from '../http/error-reply.ts'
import { draftBodyLimit } from '../rules-document/draft-policy.ts'
import type { Store } from '../storage/store.ts'
import { actionPath, actionPathParams } from './action-path.ts'
import { backtestResult } from './backtest-json.ts'
import { streamBacktest } from './backtest-stream.ts'
import { countShadow, shadowQuery, shadowReply } from './count-shadow.ts'
import { drawFrictionCurve, frictionQuery, frictionReply, refuseSecondSimulation } from './draw-friction-curve.ts'
import { actionInForce } from './evaluate-event.ts'
import { createHistoryWorkers } from './history-workers.ts'
import { createOneAtATime } from './one-at-a-time.ts'
import { backtestBody, runBacktest } from './run-backtest.ts'

const ndjson = 'application/x-ndjson'

export interface BacktestRoutesDeps {
  store: Store
  log: Pick<Logger, 'error'>
  clock: () => number
}

/** Management API: the outcomes a policy would have had, computed from history. */
export const backtestRoutes: Routes<BacktestRoutesDeps> = (app, deps) => {
  const workers = createHistoryWorkers(deps.store.history)
  app.addHook('preClose', () => workers.close())
  const backtestDeps = { workers, clock: deps.clock }
  const frictionDeps = { ...backtestDeps, store: deps.store, oneAtATime: createOneAtATime(refuseSecondSimulation) }
  const tags = ['backtests']

  app.post(
    `${actionPath}/backtests`,
    {
      bodyLimit: draftBodyLimit,
      schema: {
        tags,
        summary: 'Try a draft policy on history',
        description: `Answers when it is done, or, asked with \`Accept: ${ndjson}\`, at once with a line of JSON for each step: \`{"type":"progress","done":0.4,"instances":12000}\`, last \`{"type":"result","result":…}\` or \`{"type":"error",…}\`. Stops if the client disconnects.`,
        params: actionPathParams,
        body: backtestBody,
        response: { 200: backtestResult },
      },
    },
    async (request, reply) => {
      const tenant = tenantOf(request)
      const action = actionInForce(tenant, request.params.actionCode)
      const abort = abortWhenGone(reply)
      const { signal } = abort
      if (!request.headers.accept?.includes(ndjson)) return runBacktest(backtestDeps, tenant, action, request.body, { signal })
      const lines = streamBacktest(abort, refusalOf(deps, request.id), (onProgress) =>
        runBacktest(backtestDeps, tenant, action, request.body, { signal, onProgress }),
      )
      return reply
        .header('content-type', ndjson)
        .header('cache-control', 'no-store')
        .send(lines as never)
    },
  )

  app.get(
    `${actionPath}/shadow`,
    {
      schema: {
        tags,
        summary: 'Count what shadow rules would have done',
        description: 'Uses the records made while they ran; evaluates nothing again.',
        params: actionPathParams,
        querystring: shadowQuery,
        response: { 200: shadowReply },
      },
    },
    (request, reply) => {
      const tenant = tenantOf(request)
      const action = actionInForce(tenant, request.params.actionCode)
      return countShadow(backtestDeps, tenant, action, request.query, abortWhenGone(reply).signal)
    },
  )

  app.get(
    `${actionPath}/friction-curve`,
    {
      schema: {
        tags,
        summary: 'What a threshold on one number would cost and catch',
        description:
          'Points of a chart: for each threshold the challenges per 100 actions, the share of bad instances it catches, and on request the share of simulated attackers it stops.',
        params: actionPathParams,
        querystring: frictionQuery,
        response: { 200: frictionReply },
      },
    },
    (request, reply) => {
      const tenant = tenantOf(request)
      const action = actionInForce(tenant, request.params.actionCode)
      return drawFrictionCurve(frictionDeps, tenant, action, request.query, abortWhenGone(reply).signal)
    },
  )
}

/** Aborts when the connection closes, which also happens after the answer. */
function abortWhenGone(reply: FastifyReply): AbortController {
  const abort = new AbortController()
  reply.raw.once('close', () => abort.abort())
  return abort
}

/** The error body for a failure after the answer has begun. A fault is logged as any other. */
function refusalOf({ log }: Pick<BacktestRoutesDeps, 'log'>, requestId: string): (error: unknown) => ErrorBody {
  return (error) => {
    const { body, isFault } = toErrorReply(error, requestId)
    if (isFault) log.error({ requestId, err: error }, 'backtest failed')
    return body
  }
}
