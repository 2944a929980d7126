import { z } from 'zod'
import { tenantOf } from '../callers/authenticate.ts'
import type { Routes } from '../http/app-type.ts'
import { actionCode, idempotencyKey } from '../http/identifier.ts'
import type { PurgeDeps } from '../retention/purge-expired.ts'
import { challengeLifetimeMs } from './challenge-row.ts'
import { type CookieSite, setClientCookie } from './client-cookie.ts'
import { createChallengePurge } from './purge-challenges.ts'
import { type StartChallengeDeps, startChallenge } from './start-challenge.ts'

const body = z.object({ action: actionCode, idempotencyKey: idempotencyKey.nullish() })
const reply = z.object({ challengeId: z.string() }).meta({ id: 'StartedChallenge' })

export type ClientChallengeDeps = Omit<StartChallengeDeps, 'purge'> & PurgeDeps & { config: CookieSite }

/** Client API: `/challenge`, and the same with a cookie. */
export const clientChallengeRoutes: Routes<ClientChallengeDeps> = (app, deps) => {
  const startDeps = { store: deps.store, clock: deps.clock, newId: deps.newId, purge: createChallengePurge(deps) }
  const schema = { tags: ['client: challenges'], summary: 'Start a challenge for an action', body, response: { 200: reply } }

  app.post('/challenge', { schema }, (request) => startChallenge(startDeps, toInput(tenantOf(request).tenantId, request.body)))
  app.post('/challenge/web', { schema: { ...schema, summary: `${schema.summary}, with a cookie` } }, async (request, answer) => {
    const started = await startChallenge(startDeps, toInput(tenantOf(request).tenantId, request.body))
    setClientCookie(answer, deps.config, started.challengeId, challengeLifetimeMs / 1000)
    return started
  })
}

function toInput(tenantId: string, { action, idempotencyKey: key }: z.infer<typeof body>) {
  return { tenantId, actionCode: action, idempotencyKey: key ?? undefined }
}
