import { z } from 'zod'
import { clientOf, tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode, idempotencyKey } from '../http/identifier.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { challengeLifetimeMs } from './challenge-row.ts'
import { type CookieSite, setClientCookie } from './client-cookie.ts'
import { type StartChallengeDeps, startChallenge } from './start-challenge.ts'

const body = z
  .object({ action: actionCode.nullish(), idempotencyKey: idempotencyKey.nullish() })
  .meta({ description: 'Without an action, the challenge is for the action of the token, or for a sign-in that names none.' })
const reply = z.object({ challengeId: z.string() }).meta({ id: 'StartedChallenge' })

export type ClientChallengeDeps = StartChallengeDeps & { config: CookieSite }

/** Client API: `/challenge`, and the same with a cookie. */
export const clientChallengeRoutes: Routes<ClientChallengeDeps> = (app, deps) => {
  const schema = { tags: ['client: challenges'], summary: 'Start a challenge for an action', body, response: { 200: reply } }

  app.post('/challenge', { schema }, async (request) =>
    startChallenge(deps, tenantOf(request), toInput(clientOf(request).token, request.body)),
  )
  app.post('/challenge/web', { schema: { ...schema, summary: `${schema.summary}, with a cookie` } }, async (request, answer) => {
    const started = startChallenge(deps, tenantOf(request), toInput(clientOf(request).token, request.body))
    setClientCookie(answer, deps.config, started.challengeId, challengeLifetimeMs / 1000)
    return started
  })
}

function toInput(token: TokenClaims | undefined, sent: z.infer<typeof body>) {
  if (sent.action == null && token !== undefined) return { actionCode: token.actionCode, idempotencyKey: token.idempotencyKey }
  return { actionCode: sent.action ?? undefined, idempotencyKey: sent.idempotencyKey ?? undefined }
}
