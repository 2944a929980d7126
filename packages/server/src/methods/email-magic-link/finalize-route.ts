import { z } from 'zod'
import { tokenOf } from '../../callers/authenticate.ts'
import { codeReply } from '../../challenges/code-reply.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { finalizeLink } from './finalize-link.ts'

const body = z.object({ deviceId: identifier(256).nullish() })

/** Client API: the browser that asked for a link waits for its button. */
export const finalizeRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }
  app.post(
    '/verify/email-magic-link/finalize',
    {
      schema: {
        tags: ['client: mail links'],
        summary: 'Ask whether the link was followed',
        description:
          'Ask once a second. `isVerified: false` while its button waits to be pressed; with `failureReason` when the link has expired or was replaced. `isVerified: true` without `accessToken`: the code was typed in, and `/client/verify/email-magic-link` has answered with the token.',
        body,
        response: { 200: codeReply },
      },
    },
    (request) => {
      const { tenant, token } = tokenOf(request)
      const deviceId = request.body.deviceId || undefined
      return finalizeLink(deps, tenant, token, { deviceId, userAgent: request.headers['user-agent'], ipAddress: request.ip })
    },
  )
}
