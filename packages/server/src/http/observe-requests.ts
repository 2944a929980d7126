import type { Logger } from 'pino'
import type { Metrics } from '../metrics/metrics.ts'
import type { App } from './app-type.ts'

export interface ObserveDeps {
  metrics: Metrics
  log: Logger
}

/** Counts and times every request, and writes the access log at level `debug`. */
export function observeRequests(app: App, { metrics, log }: ObserveDeps): void {
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
