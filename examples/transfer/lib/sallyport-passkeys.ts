import { emailOtp, getDeviceProof, recoveryCode, Sallyport } from '@sallyport/browser'
import type { CodeAnswer, PasskeyConfig, PasskeyOutcome, Passkeys } from './passkeys.ts'

export function sallyportPasskeys({ tenantId, baseUrl }: PasskeyConfig): Passkeys {
  const sallyport = new Sallyport({ tenantId, baseUrl })
  const { passkey } = sallyport
  const byMail = emailOtp(sallyport)
  const recovery = recoveryCode(sallyport)
  return {
    signUp: async (options) => passkeyOutcome(await passkey.signUp(options)),
    signIn: async ({ token }) => passkeyOutcome(await passkey.signIn({ token })),
    async device() {
      const { data } = await getDeviceProof({ tenantId, baseUrl })
      // So that passkeys name the same device.
      if (data) sallyport.anonymousId = data.deviceId
      return data
    },
    emailCodes: {
      async send(options) {
        const { errorCode } = await byMail.challenge(options)
        if (errorCode === 'too_many_requests') return 'We have sent several codes already. Please wait a while.'
        return errorCode && 'We could not send a code just now.'
      },
      verify: async (options) => codeAnswer(await byMail.verify(options)),
    },
    recoveryCodes: {
      make: async (options) => (await recovery.enroll(options)).data?.recoveryCodes,
      verify: async (options) => codeAnswer(await recovery.verify(options)),
    },
  }
}

function passkeyOutcome(result: Awaited<ReturnType<Sallyport['passkey']['signUp' | 'signIn']>>): PasskeyOutcome {
  if (result.data) return result.data.token ? { token: result.data.token } : { problem: 'failed' }
  const detail = result.errorDescription
  switch (result.errorCode) {
    case 'user_canceled':
    case 'aborted':
      return { problem: 'cancelled', detail }
    case 'not_supported':
    case 'already_enrolled':
      return { problem: result.errorCode, detail }
    default:
      return { problem: 'failed', detail }
  }
}

function codeAnswer({ data, errorCode }: Awaited<ReturnType<ReturnType<typeof recoveryCode>['verify']>>): CodeAnswer {
  if (data?.isVerified) return { token: data.token }
  if (data?.failureReason === 'MAX_ATTEMPTS_EXCEEDED') return { isOver: true, problem: 'Too many wrong codes. Please begin again.' }
  if (errorCode === 'too_many_requests') return { problem: 'Please wait a moment before you try again.' }
  if (errorCode === 'expired_token') return { isOver: true, problem: 'This took too long. Please begin again.' }
  return { problem: 'This code is not right, or is too old.' }
}
