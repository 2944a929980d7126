import { z } from 'zod'
import type { EnrollDeps } from '../../authenticators/enroll-authenticator.ts'
import { credentialFields } from '../../authenticators/verified-authenticator.ts'
import { actorOf, tenantOf } from '../../callers/authenticate.ts'
import type { Routes } from '../../http/app-type.ts'
import { importPasskeys } from './import-passkeys.ts'

const importBody = z.object({
  authenticators: z.array(z.object({ userId: z.string().max(1024), verificationMethod: z.string().max(64), ...credentialFields })).max(500),
})

const importReply = z.object({
  total: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  failures: z.array(
    z.object({ userId: z.string(), credentialId: z.string().optional(), errorCode: z.string(), errorDescription: z.string() }),
  ),
})

/** Server API: passkeys that users have from elsewhere, in a batch. */
export const importPasskeysRoutes: Routes<EnrollDeps> = (app, deps) => {
  app.post(
    '/users/authenticators',
    {
      schema: {
        tags: ['authenticators'],
        summary: 'Import passkeys',
        description: 'Each row is handled on its own: refused rows are reported, the others are bound.',
        body: importBody,
        response: { 200: importReply },
      },
    },
    (request) => importPasskeys(deps, tenantOf(request), request.body.authenticators, actorOf(request)),
  )
}
