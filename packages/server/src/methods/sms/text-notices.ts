import type { TextNotices } from '../../notices/notice-phone.ts'
import type { CarrierDeps } from '../one-time-code/code-method.ts'
import { type PhoneSettings, readPhoneNumber } from '../one-time-code/phone-settings.ts'
import { twilioCarrier } from '../one-time-code/twilio-carrier.ts'
import { openTwilioAccount } from '../one-time-code/twilio-credentials.ts'
import { smsName } from './sms-name.ts'

/**
 * Notices go to phones as codes by text message do: by Twilio or to the outbox, and only to countries that the tenant allows. A server of the tenant that sends
 * codes is told of codes only.
 */
export function createTextNotices(deps: Omit<CarrierDeps, 'webhooks'>): TextNotices {
  return {
    find(tenant, phoneNumber) {
      const configured = tenant.authenticatorConfigurations.find(({ verificationMethod }) => verificationMethod === smsName.name)
      if (!configured?.isActive || !isAllowed(configured.settings, phoneNumber)) return undefined
      const { smsProvider } = configured.settings
      if (smsProvider === undefined) return { by: undefined }
      if (smsProvider !== 'TWILIO') return undefined
      return { by: twilioCarrier(deps.twilioUrl, openTwilioAccount(deps, tenant, configured.settings, smsName.name)) }
    },
  }
}

function isAllowed(settings: PhoneSettings, phoneNumber: string): boolean {
  try {
    return readPhoneNumber(settings, phoneNumber) === phoneNumber
  } catch {
    return false
  }
}
