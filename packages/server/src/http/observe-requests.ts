import type { Logger } from 'pino'
import { ApiError } from '../errors/api-error.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { App } from './app-type.ts'
import { toErrorReply } from './error-reply.ts'

export interface ObserveDeps {
  metrics: Metrics
  log: Logger
}

/** Answered also by a server that is too busy: whether it is alive, and what keeps it busy. */
const alwaysAnswered: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz', '/metrics'])
const refusal = new ApiError('unavailable', 'the server is busy, try again shortly', { retryAfterSeconds: 1 })
const logIntervalMs = 10_000

/**
 * Counts and times every request, writes the access log at level `debug`, and sheds load above `maxInFlight` requests at once.
 *
 * INVARIANT: refusing a request costs little, and writes no log line of its own: a server that is too busy does not get busier by saying so.
 */
export function observeRequests(app: App, deps: ObserveDeps, maxInFlight: number): void {
  const { metrics, log } = deps
  let inFlight = 0
  let refused = 0
  let loggedAt = Number.NEGATIVE_INFINITY

  // `close` comes once for every response, also when the client went away before it.
  const release = () => {
    inFlight -= 1
  }

  function noteRefusal(): void {
    refused += 1
    const now = performance.now()
    if (now - loggedAt < logIntervalMs) return
    log.warn({ refused, maxInFlight }, 'requests were refused because too many are in progress')
    loggedAt = now
    refused = 0
  }

  app.addHook('onRequest', (request, reply, done) => {
    inFlight += 1
    reply.raw.on('close', release)
    if (inFlight <= maxInFlight || alwaysAnswered.has(request.routeOptions.url)) return done()
    noteRefusal()
    const { status, body, retryAfterSeconds } = toErrorReply(refusal, request.id)
    reply.code(status).header('retry-after', String(retryAfterSeconds)).type('application/json').send(JSON.stringify(body))
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
