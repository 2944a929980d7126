import type { Tenant } from '../../configuration/tenant.ts'
import type { Carrier } from '../../delivery/delivery.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { CarrierDeps, CodeMessage } from './code-method.ts'
import type { CodeSettings } from './code-settings.ts'

/** Leaves the sending to the tenant's own server: a signed call with the code or link in it. Everything but an answer of 2xx in time fails the send. */
export function webhookCarrier(
  { webhooks }: CarrierDeps,
  tenant: Tenant,
  { webhookUrl }: CodeSettings,
  type: 'email.created' | 'sms.created',
  verificationMethod: string,
  { to, code, url, userId, idempotencyKey, actionCode, userAgent, ipAddress, locale }: CodeMessage,
): Carrier {
  if (webhookUrl === undefined) throw new ApiError('invalid_configuration', '`webhookUrl` is not set')
  const data = {
    to,
    ...(url === undefined ? { code } : { url }),
    userId,
    idempotencyKey,
    actionCode,
    verificationMethod,
    userAgent,
    ipAddress,
    locale,
  }
  return {
    async send() {
      const { isOk, status } = await webhooks.call(tenant, webhookUrl, type, data)
      if (isOk) return { isSent: true }
      const reason = status === undefined ? 'provider_unreachable' : 'provider_failed'
      return { isSent: false, reason, isPassing: true, isOfServer: false }
    },
  }
}
