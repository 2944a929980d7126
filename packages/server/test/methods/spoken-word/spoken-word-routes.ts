import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { z } from 'zod'
import { userAuthenticator } from '../../../src/authenticators/authenticator-json.ts'
import { listAuthenticators } from '../../../src/authenticators/list-authenticators.ts'
import { toUserAuthenticator } from '../../../src/authenticators/to-user-authenticator.ts'
import { tokenOf } from '../../../src/callers/authenticate.ts'
import { answerChallenge } from '../../../src/challenges/answer-challenge.ts'
import { beginBinding } from '../../../src/challenges/begin-binding.ts'
import { challengeLifetimeMs } from '../../../src/challenges/challenge-row.ts'
import { finishBinding } from '../../../src/challenges/finish-binding.ts'
import { beginChallenge } from '../../../src/challenges/open-instance.ts'
import { createChallengePurge } from '../../../src/challenges/purge-challenges.ts'
import { refuse } from '../../../src/challenges/refusal.ts'
import { unusableChallenge } from '../../../src/challenges/refused-answer.ts'
import { openChallenge, sealChallenge } from '../../../src/challenges/sealed-challenge.ts'
import { ApiError } from '../../../src/errors/api-error.ts'
import type { Routes } from '../../../src/http/app-type.ts'
import type { MethodDeps } from '../../../src/methods/method.ts'
import { isAuthenticatorRemoved } from '../../../src/tokens/is-authenticator-removed.ts'
import { spokenWordName } from './spoken-word-name.ts'

const rules = { allowFirstEnrolmentWithoutScope: false, requireChallengeToAdd: false }
const tags = ['client: spoken words']

const secretReply = z.object({ challengeId: z.string(), secret: z.string() })
const bindBody = z.object({ challengeId: z.string().max(64), code: z.string().max(64) })
const bindReply = z.object({ accessToken: z.string(), userAuthenticatorId: z.string(), userAuthenticator })
const challengeReply = z.object({ challenge: z.string() })
const answerBody = z.object({ challenge: z.string(), code: z.string().max(64), deviceId: z.string().max(64).nullish() })
const answerReply = z.object({ isVerified: z.boolean(), accessToken: z.string(), userId: z.string(), userAuthenticatorId: z.string() })

/** What both sides say to a challenge. */
export function codeFor(secret: string, challenge: string): string {
  return createHmac('sha256', secret).update(challenge).digest('hex').slice(0, 8)
}

export const spokenWordRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }
  const method = spokenWordName
  const { name } = method

  app.post(
    '/user-authenticators/spoken-word/secret',
    { schema: { tags, summary: 'Make the secret', response: { 200: secretReply } } },
    (request) =>
      beginBinding(deps, tokenOf(request).token, method, rules, () => {
        const challengeId = randomUUID()
        const secret = randomBytes(16).toString('hex')
        return { challengeId, text: null, details: {}, secret, reply: { challengeId, secret } }
      }),
  )

  app.post(
    '/user-authenticators/spoken-word',
    { schema: { tags, summary: 'Bind the device that knows the secret', body: bindBody, response: { 200: bindReply } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const { challengeId, code } = request.body
      const { row, accessToken } = await finishBinding(deps, tenant, token, {
        method,
        rules,
        challengeId,
        ipAddress: request.ip,
        check: async ({ secret = '' }) =>
          code === codeFor(secret, challengeId) ? { verified: true, columns: { details: {} }, userVerified: true } : refuse('code'),
      })
      const { user_authenticator_id: userAuthenticatorId } = row
      return { accessToken, userAuthenticatorId, userAuthenticator: toUserAuthenticator(deps.methods, row) }
    },
  )

  app.post(
    '/challenge/spoken-word',
    { schema: { tags, summary: 'Say a challenge', response: { 200: challengeReply } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      await beginChallenge(deps, tenant, token, method)
      if ((await find(token.tenantId, token.userId)) === undefined) throw new ApiError('not_enrolled', 'the user has no spoken word')
      const expiresAt = deps.clock() + challengeLifetimeMs
      const { challenge } = sealChallenge(deps.challengeSeal, { tenantId: tenant.tenantId, token, method }, { expiresAt })
      return { challenge }
    },
  )

  app.post(
    '/verify/spoken-word',
    { schema: { tags, summary: 'Answer a challenge', body: answerBody, response: { 200: answerReply } } },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const { tenantId, userId } = token
      const { challenge: text, code, deviceId } = request.body
      const challenge = openChallenge(deps.challengeSeal, { tenantId, token, method }, text, deps.clock())
      if (challenge === undefined) throw unusableChallenge()
      const { accessToken, authenticator } = await answerChallenge(deps, tenant, token, {
        method,
        challenge: { ...challenge, actionCode: token.actionCode, idempotencyKey: token.idempotencyKey },
        find: () => find(tenantId, userId),
        async check({ userAuthenticatorId: id }) {
          const secret = await deps.authenticatorSecrets.read(deps.store.db, { tenantId, userId, id })
          if (secret === undefined || code !== codeFor(secret, text)) return refuse('code')
          return { verified: true, proof: { userVerified: true, isDeviceBound: true } }
        },
        async advance(db, { userAuthenticatorId }, _proof, at) {
          const used = db.updateTable('authenticators').set({ last_verified_at: at })
          await used.where('tenant_id', '=', tenantId).where('user_authenticator_id', '=', userAuthenticatorId).execute()
          return (await isAuthenticatorRemoved(db, tenantId, userAuthenticatorId)) ? 'authenticator_removed' : undefined
        },
        deviceId: deviceId ?? undefined,
        userAgent: request.headers['user-agent'],
        ipAddress: request.ip,
      })
      return { isVerified: true, accessToken, ...authenticator }
    },
  )

  /** The word bound last: a device that was lost has an older one. */
  async function find(tenantId: string, userId: string): Promise<{ userId: string; userAuthenticatorId: string } | undefined> {
    const row = (await listAuthenticators(deps.store.db, tenantId, userId)).findLast(
      ({ verification_method }) => verification_method === name,
    )
    return row && { userId, userAuthenticatorId: row.user_authenticator_id }
  }
}
