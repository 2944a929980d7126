import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { tokenOf } from '../../callers/authenticate.ts'
import { codeReply } from '../../challenges/code-reply.ts'
import { createChallengePurge } from '../../challenges/purge-challenges.ts'
import { verificationCode } from '../../challenges/verification-code.ts'
import type { Routes } from '../../http/app-type.ts'
import { identifier } from '../../http/identifier.ts'
import type { MethodDeps } from '../method.ts'
import { answerCode } from './answer-code.ts'
import type { CodeMethod, Sender } from './code-method.ts'
import { longestCode, shortestCode } from './code-settings.ts'
import { sendBindingCode, sendChallengeCode } from './send-for-token.ts'

const sentReply = z.object({ userAuthenticatorId: z.string(), userId: z.string() }).meta({ id: 'EnrollingAuthenticator' })
const challengeReply = z.object({ challengeId: z.string() }).meta({ id: 'SentCode' })

const verifyBody = z.object({
  verificationCode: verificationCode({ min: shortestCode, max: longestCode }),
  deviceId: identifier(256).nullish(),
})

/** Client API: codes are sent and answered. */
export function codeRoutes(method: CodeMethod): Routes<MethodDeps> {
  const { path, noun, destination, link } = method
  const tags = [`client: ${noun}s`]
  const place = destination === 'email' ? 'mail address' : 'phone number'
  const sent = link === undefined ? 'code' : 'link'

  return (app, given) => {
    const deps = { ...given, purge: createChallengePurge(given) }

    const body = z.object({ [destination]: z.string().max(320) } as Record<typeof destination, z.ZodString>)
    app.post(
      `/user-authenticators/${path}`,
      {
        schema: {
          tags,
          summary: `Send a ${sent} that binds a ${place}`,
          description: `The ${sent} is sent at once. The ${place} is bound when \`/client/verify/${path}\` gets the code${link === undefined ? '' : ', or the button behind the link was pressed'}.`,
          body,
          response: { 200: sentReply },
        },
      },
      (request, reply) => {
        const { tenant, token } = tokenOf(request)
        return sendBindingCode(
          deps,
          tenant,
          token,
          method,
          String((request.body as Record<string, string>)[destination]),
          senderOf(request, reply),
        )
      },
    )

    app.post(
      `/challenge/${path}`,
      { schema: { tags, summary: `Send a ${sent} to the ${place} of the user`, response: { 200: challengeReply } } },
      (request, reply) => {
        const { tenant, token } = tokenOf(request)
        return sendChallengeCode(deps, tenant, token, method, senderOf(request, reply))
      },
    )

    app.post(
      `/verify/${path}`,
      {
        schema: {
          tags,
          summary:
            link === undefined
              ? `Answer with the code that was sent to a ${place}`
              : 'Answer with the code that the page behind a link shows',
          description: 'A wrong code is a reply of 200 with `isVerified: false`. The fifth wrong one ends the action.',
          body: verifyBody,
          response: { 200: codeReply },
        },
      },
      (request) => {
        const { tenant, token } = tokenOf(request)
        const { verificationCode: code, deviceId } = request.body
        return answerCode(deps, tenant, token, method, { code, deviceId: deviceId || undefined, ...askerOf(request) })
      },
    )

    function senderOf(request: FastifyRequest, reply: FastifyReply): Sender {
      return { ...askerOf(request), browser: link?.markBrowser(request, reply, deps.config) }
    }
  }
}

function askerOf({ headers, ip }: FastifyRequest): Pick<Sender, 'userAgent' | 'ipAddress'> {
  return { userAgent: headers['user-agent'], ipAddress: ip }
}
