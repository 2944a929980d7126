import { z } from 'zod'
import { toUserAuthenticator } from '../../authenticators/to-user-authenticator.ts'
import { tokenOf } from '../../callers/authenticate.ts'
import { findBegunBinding } from '../../challenges/begun-binding.ts'
import { codeReply, replyToCode } from '../../challenges/code-reply.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { answerRecoveryCode } from './answer-recovery-code.ts'
import { beginRecoveryCodes } from './begin-recovery-codes.ts'
import { completeRecovery } from './complete-recovery.ts'
import { finishRecoveryCodes } from './finish-recovery-codes.ts'
import { recoveryCodeName } from './recovery-code-name.ts'

const tags = ['client: recovery codes']

const newCodes = z
  .object({
    recoveryCodes: z.array(z.string()).meta({ description: 'Ten codes. They are shown once.' }),
    userAuthenticatorId: z.string(),
    userId: z.string(),
  })
  .meta({ id: 'NewRecoveryCodes' })

const verifyBody = z.object({
  verificationCode: z.string().min(1).max(64).meta({ description: 'The code as it was shown. Case, blanks and hyphens do not count.' }),
  deviceId: identifier(256).or(z.literal('')).nullish(),
})

/** Client API: new recovery codes, and codes that answer a challenge. */
export const recoveryCodeRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }

  app.post(
    '/user-authenticators/recovery-code',
    {
      schema: {
        tags,
        summary: 'Make new recovery codes',
        description:
          'They are in force, and the earlier ones end, once `/verify/recovery-code` gets one of them, with the same token and within five minutes.',
        response: { 200: newCodes },
      },
    },
    (request) => {
      const { tenant, token } = tokenOf(request)
      return beginRecoveryCodes(deps, tenant, token)
    },
  )

  app.post(
    '/verify/recovery-code',
    {
      schema: {
        tags,
        summary: 'Verify a recovery code',
        description:
          'Puts the codes that this token made into force, and uses none up. Otherwise uses the code up: with the token of a challenge that another authenticator ' +
          'passed, it completes a recovery, and the new token binds one authenticator; with the token of a track, it answers the challenge of an action that ' +
          'names `RECOVERY_CODE`.',
        body: verifyBody,
        response: { 200: codeReply },
      },
    },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const { verificationCode: code, deviceId } = request.body
      const ipAddress = request.ip
      const userAgent = request.headers['user-agent']
      const begun = await findBegunBinding(deps, token, recoveryCodeName)
      if (begun === undefined) {
        return replyToCode(async () => {
          if (token.kind === 'result') {
            return { isVerified: true, ...(await completeRecovery(deps, tenant, token, { code, ipAddress, userAgent })) }
          }
          const input = { code, deviceId: deviceId || undefined, userAgent, ipAddress }
          const { accessToken, authenticator } = await answerRecoveryCode(deps, tenant, token, input)
          return { isVerified: true, accessToken, ...authenticator }
        })
      }
      return replyToCode(async () => {
        const { row, accessToken } = await finishRecoveryCodes(deps, tenant, token, {
          userAuthenticatorId: begun,
          code,
          ipAddress,
          userAgent,
        })
        const { user_id: userId, user_authenticator_id: userAuthenticatorId } = row
        const userAuthenticator = toUserAuthenticator(deps.methods, row)
        return { isVerified: true, accessToken, userId, userAuthenticatorId, userAuthenticator }
      })
    },
  )
}
