import type { Logger } from 'pino'
import { ApiError } from './api-error.ts'
import type { App } from './app-type.ts'
import type { Metrics } from './metrics.ts'

export interface ObserveDeps {
  metrics: Metrics
  log: Logger
}

/** Counts and times every request, writes the access log at level `debug`, and sheds load above `maxInFlight` requests at once. */
export function observeRequests(app: App, deps: ObserveDeps, maxInFlight: number): void {
  const { metrics, log } = deps
  let inFlight = 0
  // `close` comes once for every response, also when the client went away before it.
  const release = () => {
    inFlight -= 1
  }
  app.addHook('onRequest', (_request, reply, done) => {
    inFlight += 1
    reply.raw.on('close', release)
    if (inFlight > maxInFlight) done(new ApiError('unavailable', 'the server is busy, try again shortly', { retryAfterSeconds: 1 }))
    else done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    const route = request.routeOptions.url ?? 'unknown'
    metrics.observeRequest(method, route, reply.statusCode, reply.elapsedTime / 1000)
    if (log.isLevelEnabled('debug')) {
      log.debug(
        { requestId: request.id, method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 100) / 100 },
        'request',
      )
    }
    done()
  })
}
