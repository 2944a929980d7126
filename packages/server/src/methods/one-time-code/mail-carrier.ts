import type { VerificationMethod } from '@sallyport/engine'
import type { Tenant } from '../../configuration/tenant.ts'
import type { Carrier } from '../../delivery/delivery.ts'
import { type StoredMailServer, tenantMailServer } from '../../delivery/tenant-mail-server.ts'
import type { CarrierDeps, CodeMessage } from './code-method.ts'
import type { CodeSettings } from './code-settings.ts'
import { webhookCarrier } from './webhook-carrier.ts'

/** What sends the mails of a tenant by this method. `undefined`: the mail server of this server. */
export function mailCarrier(
  deps: CarrierDeps,
  tenant: Tenant,
  settings: CodeSettings,
  method: VerificationMethod,
  message: CodeMessage,
): Carrier | undefined {
  if (settings.emailProvider === 'WEBHOOK') return webhookCarrier(deps, tenant, settings, 'email.created', method, message)
  if (settings.emailProvider !== 'SMTP') return undefined
  return tenantMailServer(deps, tenant, method, settings.smtpEmailCredentials as StoredMailServer)
}
