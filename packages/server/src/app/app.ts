import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { portalPages } from '../admins/portal-pages.ts'
import { portalRoutes } from '../admins/portal-routes.ts'
import { authenticate, findRefusal, type Scheme } from '../callers/authenticate.ts'
import { authenticateSocket } from '../callers/authenticate-socket.ts'
import { allowCrossOrigin, withholdCookies } from '../callers/cross-origin.ts'
import { createRefusedKeys } from '../callers/refused-keys.ts'
import { requireStandingToken } from '../callers/require-standing-token.ts'
import { errorStatus } from '../errors/api-error.ts'
import { hostedPages } from '../hosted/hosted-pages.ts'
import { acceptJsonOnly } from '../http/accept-json-only.ts'
import { recordAllowedMethods } from '../http/allowed-methods.ts'
import { setAnswerHeaders } from '../http/answer-headers.ts'
import { answerMissing } from '../http/answer-missing.ts'
import type { App } from '../http/app-type.ts'
import { cutOffStalled } from '../http/cut-off-stalled.ts'
import { drainConnections } from '../http/drain-connections.ts'
import { toErrorReply } from '../http/error-reply.ts'
import { limitInFlight } from '../http/limit-in-flight.ts'
import type { AddressLimit } from '../http/limit-per-address.ts'
import { observeRequests } from '../http/observe-requests.ts'
import { watchConnections } from '../http/open-connections.ts'
import { refuseMalformedConnection } from '../http/refuse-malformed-connection.ts'
import { refuseUnread } from '../http/refuse-unread.ts'
import { refuseUnroutable } from '../http/refuse-unroutable.ts'
import { refuseUnstorableUrl } from '../http/refuse-unstorable-url.ts'
import { createRequestIds } from '../http/request-ids.ts'
import { asksForWebSocket, routeUpgrades } from '../http/route-upgrades.ts'
import { checkingSerializerCompiler, serializerCompiler, validatorCompiler, withoutOwnCompilers } from '../http/zod-compilers.ts'
import { portalApp } from '../portal/portal-app.ts'
import type { AppDeps } from './app-deps.ts'
import { registerDocs } from './docs-routes.ts'
import { enforceAccess } from './enforce-access.ts'
import { registerOperations } from './operations-routes.ts'
import { apis, publicApis, sockets } from './routes.ts'

export interface AppOptions {
  /** Compares every reply with its schema, and fails the request when they differ. For tests: it costs time. */
  checkResponses?: boolean
  /** The most requests in progress at once under each API. Further ones are answered 503 immediately instead of queueing. */
  maxInFlight?: Partial<MaxInFlight>
  timeouts?: Partial<Timeouts>
  /** The most requests of one address that the portal takes without a session. */
  portalLimit?: AddressLimit | undefined
}

/** A budget for each API, so that none can take the places of another; four for what needs no credential, and one for WebSockets that are being opened. */
export type MaxInFlight = Record<Scheme | 'public' | 'docs' | 'portal' | 'hosted' | 'sockets', number>

/** Milliseconds that a client may take. */
export interface Timeouts {
  /** Until the headers of a request have arrived, and until all of it has. */
  headers: number
  request: number
  /** Without any progress of a client during a request. */
  stall: number
  /** Without any progress while a large reply waits to be read. */
  unread: number
  /** Between requests. */
  keepAlive: number
  /** Between checks of the first two. */
  check: number
}

const defaultTimeouts: Timeouts = { headers: 15_000, request: 30_000, stall: 60_000, unread: 10_000, keepAlive: 72_000, check: 5_000 }
/** Queues of these lengths are answered within a fraction of a second. */
const defaultMaxInFlight: MaxInFlight = {
  secret_key: 1024,
  client: 512,
  management_key: 128,
  public: 64,
  docs: 32,
  portal: 32,
  hosted: 32,
  sockets: 128,
}

/**
 * Builds the HTTP application, ready for `inject` and `listen`.
 *
 * Each API is a scope whose first hook authenticates. Without a credential a path under it is refused even if it does not exist, and no route
 * can be added there that asks for none.
 */
export async function createApp(deps: AppDeps, options: AppOptions = {}): Promise<App> {
  const nextRequestId = createRequestIds()
  const callers = { ...deps, refusedKeys: createRefusedKeys(deps) }
  const timeouts = { ...defaultTimeouts, ...options.timeouts }
  const app: App = Fastify({
    logger: false,
    genReqId: nextRequestId,
    bodyLimit: 256 * 1024,
    requestTimeout: timeouts.request,
    connectionTimeout: timeouts.stall,
    keepAliveTimeout: timeouts.keepAlive,
    http: {
      headersTimeout: timeouts.headers,
      connectionsCheckingInterval: timeouts.check,
      maxHeaderSize: 16 * 1024,
      shouldUpgradeCallback: asksForWebSocket,
    },
    trustProxy: deps.config.trustedProxies.length > 0 ? [...deps.config.trustedProxies] : false,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 2048 },
    schemaController: withoutOwnCompilers,
    frameworkErrors: (error, request, reply) => void refuseUnroutable(error, request, reply, (asked) => findRefusal(asked, callers)),
    clientErrorHandler: (error, socket) => refuseMalformedConnection(error, socket, nextRequestId()),
  }).withTypeProvider<ZodTypeProvider>()

  app.addHook('onClose', () => callers.refusedKeys.stop())

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(options.checkResponses ? checkingSerializerCompiler : serializerCompiler)
  app.decorateRequest('caller', null)
  const connections = watchConnections(app)
  drainConnections(app, connections)
  cutOffStalled(app, connections)
  acceptJsonOnly(app, { isStored: false })
  observeRequests(app, deps)
  const maxInFlight = { ...defaultMaxInFlight, ...options.maxInFlight }
  const limit = (scope: App, name: keyof MaxInFlight) =>
    limitInFlight(scope, deps, { name, max: maxInFlight[name], unreadMs: timeouts.unread })
  setAnswerHeaders(app, deps.config.publicUrl)

  app.setErrorHandler((error, request: FastifyRequest, reply: FastifyReply) => {
    const place = { requestId: request.id, method: request.method, route: request.routeOptions.url }
    // The client broke off: nobody reads the answer, and nothing is wrong with the server.
    if (request.raw.destroyed && !request.raw.complete) {
      deps.log.info(place, 'the client went away before its request was complete')
      return reply.code(errorStatus.invalid_request).send()
    }
    const { status, body, retryAfterSeconds, isFault } = toErrorReply(error, request.id)
    if (isFault) deps.log.error({ ...place, err: error }, 'request failed')
    if (retryAfterSeconds !== undefined) reply.header('retry-after', String(retryAfterSeconds))
    return reply.code(status).send(body)
  })
  const missing = answerMissing(recordAllowedMethods(app))
  app.setNotFoundHandler(missing)

  registerOperations(app, deps)
  await app.register(async (scope: App) => {
    limit(scope, 'docs')
    registerDocs(scope, deps)
  })
  await app.register(
    async (scope: App) => {
      limit(scope, 'portal')
      portalPages(scope, deps)
      portalApp(scope)
      await scope.register(async (actions: App) => {
        acceptJsonOnly(actions, { isStored: true })
        actions.addHook('preValidation', refuseUnread)
        portalRoutes(actions, { ...deps, portalLimit: options.portalLimit })
      })
    },
    { prefix: '/portal' },
  )
  await app.register(
    async (scope: App) => {
      limit(scope, 'hosted')
      await scope.register(async (pages: App) => hostedPages(pages, deps))
    },
    { prefix: '/hosted' },
  )
  for (const { prefix, routes } of publicApis) {
    await app.register(
      async (scope: App) => {
        limit(scope, 'public')
        for (const addRoutes of routes) addRoutes(scope, deps)
      },
      { prefix },
    )
  }
  for (const api of apis) {
    await app.register(
      async (scope: App) => {
        limit(scope, api.scheme)
        if (api.scheme === 'client') await allowCrossOrigin(scope, deps)
        scope.addHook('onRequest', authenticate(api.scheme, callers))
        if (api.scheme === 'client') {
          withholdCookies(scope)
          scope.addHook('preValidation', requireStandingToken(deps))
        }
        if (api.scheme === 'management_key') {
          enforceAccess(scope, deps)
          scope.addHook('preValidation', refuseUnread)
        }
        scope.setNotFoundHandler(missing)
        // Configuration is moved, exported and compared, so its texts are the same in every store.
        if (api.scheme === 'management_key') {
          acceptJsonOnly(scope, { isStored: true })
          refuseUnstorableUrl(scope)
        }
        for (const addRoutes of api.routes) addRoutes(scope, deps)
      },
      { prefix: api.prefix },
    )
  }
  await app.register(async (scope: App) => {
    limit(scope, 'sockets')
    scope.addHook('onRequest', authenticateSocket(deps))
    scope.addHook('preValidation', requireStandingToken(deps))
    sockets(scope, deps)
  })
  await app.ready()
  routeUpgrades(app)
  return app
}
