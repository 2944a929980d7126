import { z } from 'zod'
import { tenantOf, tokenOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { bearerToken } from '../http/basic-credential.ts'
import { actionCode, idempotencyKey } from '../http/identifier.ts'
import { challengeLifetimeMs } from './challenge-row.ts'
import { type CookieSite, setClientCookie } from './client-cookie.ts'
import { type DescribeChallengeDeps, describeChallenge } from './describe-challenge.ts'
import { type StartChallengeDeps, startChallenge } from './start-challenge.ts'

const body = z.object({ action: actionCode, idempotencyKey: idempotencyKey.nullish() })
const reply = z.object({ challengeId: z.string() }).meta({ id: 'StartedChallenge' })

const initReply = z
  .object({
    challengeOptions: z.object({
      token: z.string(),
      defaultVerificationMethod: z.string().optional(),
      verificationMethods: z.array(z.string()).optional(),
      user: z.object({ email: z.string().optional(), phoneNumber: z.string().optional() }).optional(),
    }),
  })
  .meta({ id: 'ChallengeOptions' })

export type ClientChallengeDeps = StartChallengeDeps & DescribeChallengeDeps & { config: CookieSite }

/** Client API: `/challenge`, and the same with a cookie. */
export const clientChallengeRoutes: Routes<ClientChallengeDeps> = (app, deps) => {
  const schema = { tags: ['client: challenges'], summary: 'Start a challenge for an action', body, response: { 200: reply } }

  app.post('/challenge', { schema }, async (request) => startChallenge(deps, tenantOf(request), toInput(request.body)))
  app.post('/challenge/web', { schema: { ...schema, summary: `${schema.summary}, with a cookie` } }, async (request, answer) => {
    const started = startChallenge(deps, tenantOf(request), toInput(request.body))
    setClientCookie(answer, deps.config, started.challengeId, challengeLifetimeMs / 1000)
    return started
  })
  app.post(
    '/init',
    { schema: { tags: schema.tags, summary: 'Get what can answer the challenge of a token', response: { 200: initReply } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const described = await describeChallenge(deps, tenant, token)
      return { challengeOptions: { token: bearerToken(request.headers.authorization) ?? '', ...described } }
    },
  )
}

function toInput({ action, idempotencyKey: key }: z.infer<typeof body>) {
  return { actionCode: action, idempotencyKey: key ?? undefined }
}
