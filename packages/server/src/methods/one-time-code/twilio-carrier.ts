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

/** How a message goes to WhatsApp: as an approved template, filled in. */
export interface TwilioTemplate {
  channel: 'whatsapp'
  contentSid: string
  variables: Readonly<Record<string, string>>
}

/**
 * Sends by Twilio's REST API: "Create a Message". Of a refusal, only the status and Twilio's own code are read; its text names numbers.
 * `apiUrl` is another one in tests.
 */
export function twilioCarrier(
  apiUrl = 'https://api.twilio.com',
  { accountSid, authToken, messagingServiceSid, from = '' }: TwilioAccount,
  template?: TwilioTemplate,
): Carrier {
  const place = (number: string) => (template === undefined ? number : `${template.channel}:${number}`)
  return {
    async send({ to, text }, signal) {
      const body = new URLSearchParams({
        To: place(to),
        ...(template === undefined
          ? { Body: text }
          : { ContentSid: template.contentSid, ContentVariables: JSON.stringify(template.variables) }),
        ...(messagingServiceSid === undefined ? { From: place(from) } : { MessagingServiceSid: messagingServiceSid }),
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
