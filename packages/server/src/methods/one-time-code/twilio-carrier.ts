import type { Carrier } from '../../delivery/delivery.ts'
import type { Attempt } from '../../delivery/send-failure.ts'

/** An account at Twilio, opened. */
export interface TwilioAccount {
  accountSid: string
  authToken: string
  messagingServiceSid: string | undefined
  /** The sender, where no messaging service is named. */
  from: string | undefined
}

/**
 * Sends by Twilio's REST API: "Create a Message". Of a refusal, only the status and Twilio's own code are read; its text names numbers.
 * `apiUrl` is `https://api.twilio.com`, except in tests.
 */
export function twilioCarrier(apiUrl: string, account: TwilioAccount): Carrier {
  const { accountSid, authToken, messagingServiceSid, from } = account
  return {
    async send({ to, text }, signal) {
      const body = new URLSearchParams({
        To: to,
        Body: text,
        ...(messagingServiceSid === undefined ? { From: from ?? '' } : { MessagingServiceSid: messagingServiceSid }),
      })
      try {
        const reply = await fetch(`${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages.json`, {
          method: 'POST',
          headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
          body,
          redirect: 'error',
          signal,
        })
        await reply.body?.cancel()
        return toAttempt(reply.status)
      } catch {
        return { isSent: false, reason: 'provider_unreachable', isPassing: true, isOfServer: false }
      }
    },
  }
}

function toAttempt(status: number): Attempt {
  if (status >= 200 && status <= 299) return { isSent: true }
  const failed = (reason: 'provider_login' | 'provider_refused' | 'provider_failed', isPassing: boolean): Attempt => ({
    isSent: false,
    reason,
    isPassing,
    isOfServer: false,
  })
  if (status === 401 || status === 403) return failed('provider_login', false)
  return status >= 500 || status === 429 ? failed('provider_failed', true) : failed('provider_refused', false)
}
