import { z } from 'zod'
import { userAuthenticator } from '../authenticators/authenticator-json.ts'
import { WrongAnswer } from './refused-answer.ts'

/** The reply of the wire API to a code. A wrong code is a reply, not an error. */
export const codeReply = z
  .object({
    isVerified: z.boolean(),
    accessToken: z.string().optional(),
    failureReason: z
      .enum(['CODE_INVALID_OR_EXPIRED', 'MAX_ATTEMPTS_EXCEEDED'])
      .optional()
      .meta({ description: 'Of a wrong code. `MAX_ATTEMPTS_EXCEEDED`: no other code is accepted; begin again.' }),
    userId: z.string().optional(),
    userAuthenticatorId: z.string().optional(),
    userAuthenticator: userAuthenticator.optional().meta({ description: 'Of a code that finished an enrolment.' }),
  })
  .meta({ id: 'VerifiedCode' })

export type CodeReply = z.infer<typeof codeReply>

/** The reply to a code that `answer` judges. Every refusal but that of a wrong code stays an error. */
export async function replyToCode(answer: () => Promise<CodeReply>): Promise<CodeReply> {
  try {
    return await answer()
  } catch (error) {
    if (!(error instanceof WrongAnswer)) throw error
    return { isVerified: false, failureReason: error.isLast ? 'MAX_ATTEMPTS_EXCEEDED' : 'CODE_INVALID_OR_EXPIRED' }
  }
}
