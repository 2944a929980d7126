import { z } from 'zod'
import { toUserAuthenticator } from '../../authenticators/to-user-authenticator.ts'
import { tokenOf } from '../../callers/authenticate.ts'
import { findBegunBinding } from '../../challenges/begun-binding.ts'
import { codeReply, replyToCode } from '../../challenges/code-reply.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import { verificationCode } from '../../challenges/verification-code.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { answerCode } from './answer-code.ts'
import { authenticatorAppName } from './authenticator-app-name.ts'
import { beginEnrolment } from './begin-enrolment.ts'
import { finishEnrolment } from './finish-enrolment.ts'

const tags = ['client: authenticator apps']

const enrolReply = z
  .object({
    uri: z.string().meta({ description: 'What the app reads: an `otpauth://totp/` link.' }),
    secret: z.string().meta({ description: 'The seed in the link, base32, to be typed in where no camera is. It is shown once.' }),
    qrCode: z.string().meta({ description: 'The link as a QR code: an SVG image as a `data:` URL.' }),
    userAuthenticatorId: z.string(),
    userId: z.string(),
  })
  .meta({ id: 'BegunAuthenticatorApp' })

const verifyBody = z.object({
  verificationCode: verificationCode({ min: 6, max: 8 }),
  deviceId: identifier(256).or(z.literal('')).nullish(),
})

/** Client API: binding an authenticator app, and answering a challenge with its code. */
export const authenticatorAppRoutes: Routes<MethodDeps> = (app, given) => {
  const deps = { ...given, purge: createChallengePurge(given) }

  app.post(
    '/user-authenticators/totp',
    {
      schema: {
        tags,
        summary: 'Begin to enrol an authenticator app',
        description: 'The app is enrolled once `/verify/totp` gets its first code, with the same token and within five minutes.',
        response: { 200: enrolReply },
      },
    },
    (request) => {
      const { tenant, token } = tokenOf(request)
      return beginEnrolment(deps, tenant, token)
    },
  )

  app.post(
    '/verify/totp',
    {
      schema: {
        tags,
        summary: 'Verify the code of an authenticator app',
        description: 'Finishes the enrolment that this token began; without one, answers the challenge. A code is accepted once.',
        body: verifyBody,
        response: { 200: codeReply },
      },
    },
    async (request) => {
      const { tenant, token } = tokenOf(request)
      const { verificationCode: code, deviceId } = request.body
      const ipAddress = request.ip
      const begun = await findBegunBinding(deps, token, authenticatorAppName)
      if (begun === undefined) {
        const userAgent = request.headers['user-agent']
        return replyToCode(async () => {
          const { accessToken, authenticator } = await answerCode(deps, tenant, token, {
            code,
            deviceId: deviceId || undefined,
            userAgent,
            ipAddress,
          })
          const { userId, userAuthenticatorId } = authenticator
          return { isVerified: true, accessToken, userId, userAuthenticatorId }
        })
      }
      return replyToCode(async () => {
        const { row, accessToken } = await finishEnrolment(deps, tenant, token, { userAuthenticatorId: begun, code, ipAddress })
        const { user_id: userId, user_authenticator_id: userAuthenticatorId } = row
        const userAuthenticator = toUserAuthenticator(deps.methods, row)
        return { isVerified: true, accessToken, userId, userAuthenticatorId, userAuthenticator }
      })
    },
  )
}
