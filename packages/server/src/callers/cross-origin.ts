import cors from '@fastify/cors'
import type { FastifyRequest } from 'fastify'
import { expectedOrigins } from '../configuration/expected-origins.ts'
import { createKnownOrigins } from '../configuration/known-origins.ts'
import type { App } from '../http/app-type.ts'
import type { Store } from '../storage/store.ts'
import { tenantOf } from './authenticate.ts'

/**
 * Answers the questions of browsers under the client API. Any page may call it: it takes no key, and a passkey is bound to its own origin. Cookies
 * are for the pages that a tenant expects; `null`, the origin of frames without one and of files, is never such a page.
 */
export async function allowCrossOrigin(app: App, deps: { store: Pick<Store, 'db'> }): Promise<void> {
  const isKnown = createKnownOrigins(deps)
  await app.register(cors, {
    delegator: (request: FastifyRequest, done: (error: Error | null, options?: object) => void) => {
      const { origin } = request.headers
      if (origin === undefined || origin === 'null') return done(null, anyPage)
      isKnown(origin).then(
        (isExpected) => done(null, isExpected ? { ...anyPage, origin, credentials: true } : anyPage),
        // A store that cannot be read keeps nobody from an answer without cookies.
        () => done(null, anyPage),
      )
    },
  })
}

/** Withdraws the cookies of a page that another tenant expects, and this one does not. Runs after `authenticate`. */
export function withholdCookies(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!mayUseCookies(request)) reply.removeHeader('access-control-allow-credentials')
    done()
  })
}

/**
 * Whether a request may bring or get a cookie: not from a page that its tenant does not expect. A browser names the page in every request that
 * crosses origins, so a request without an origin is from no other page.
 */
export function mayUseCookies(request: FastifyRequest): boolean {
  const { origin } = request.headers
  return origin === undefined || expectedOrigins(tenantOf(request)).has(origin)
}

const anyPage = {
  origin: '*',
  credentials: false,
  strictPreflight: false,
  methods: ['GET', 'HEAD', 'POST', 'PATCH', 'DELETE'],
  allowedHeaders: [
    'Authorization',
    'Content-Type',
    'X-Authsignal-SDK',
    'X-Authsignal-Version',
    'X-Authsignal-Tenant-ID',
    'X-Authsignal-Native-SDK',
    'X-Authsignal-Native-Version',
  ],
  exposedHeaders: ['Retry-After'],
  maxAge: 7200,
}
