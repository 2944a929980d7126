import type { Tenant } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { chooseLanguage } from '../delivery/languages/languages.ts'
import { findTenantMailServer, type TenantMailDeps } from '../delivery/tenant-mail-server.ts'
import { mailAddressProblem } from '../mail/mail-address.ts'
import type { UserRow } from '../user-record/user-row.ts'
import type { EnrolmentLinkRow } from './enrolment-link.ts'

export interface TellUserDeps extends TenantMailDeps {
  config: { publicUrl: string }
  delivery: Pick<Delivery, 'send'>
}

/**
 * Tells a user that a link is on its way, and how to stop it. The link itself is not in the message: whoever reads the mailbox could use it. A link that waits for
 * an approval is told of when it has that. Resolves with the channels.
 */
export function tellUser(
  deps: TellUserDeps,
  tenant: Tenant,
  { email, locale }: UserRow,
  { expires_at, details: { usableFrom } }: EnrolmentLinkRow,
  cancel: string,
): 'mail'[] {
  const { config, delivery } = deps
  const { tenantId, name } = tenant
  if (usableFrom === null || email === null || mailAddressProblem(email) !== undefined) return []
  const cancelUrl = `${config.publicUrl}/hosted/cancel-enrolment?token=${cancel}`
  const data = { tenantName: name, usableFrom, expiresAt: expires_at, cancelUrl }
  const by = findTenantMailServer(deps, tenant)
  const options = { language: chooseLanguage(locale), usefulUntil: expires_at, by }
  delivery.send({ tenantId, address: email }, 'enrolment_link_issued', data, options)
  return ['mail']
}
