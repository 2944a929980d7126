import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** The HTTP application as routes see it: schemas are zod, and the handler's types follow from them. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression<RawServerDefault>,
  RawReplyDefaultExpression<RawServerDefault>,
  FastifyBaseLogger,
  ZodTypeProvider
>

/**
 * The routes of one feature under one API. Paths are relative to the API's prefix (`/v1`, `/v1/client`, `/v1/management`), and a request that
 * reaches them is authenticated: `tenantOf(request)`, and under the client API `clientOf(request)`, say who asks.
 * `Deps` is what the feature calls, and no more.
 */
export type Routes<Deps> = (app: App, deps: Deps) => void
