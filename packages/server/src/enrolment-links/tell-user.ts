import type { Tenant } from '../configuration/tenant.ts'
import type { Delivery } from '../delivery/delivery.ts'
import { chooseLanguage } from '../delivery/languages/languages.ts'
import { findTenantMailServer, type TenantMailDeps } from '../delivery/tenant-mail-server.ts'
import { mailAddressProblem } from '../mail/mail-address.ts'
import { type TextNotices, takeNoticePhone } from '../notices/notice-phone.ts'
import type { NoticeChannel } from '../notices/user-notices.ts'
import type { Store } from '../storage/store.ts'
import type { UserRow } from '../user-record/user-row.ts'
import type { EnrolmentLinkRow } from './enrolment-link.ts'

export interface TellUserDeps extends TenantMailDeps {
  config: { publicUrl: string }
  store: Pick<Store, 'db'>
  delivery: Pick<Delivery, 'send' | 'deliver'>
  textNotices: TextNotices
  clock: () => number
}

/**
 * Tells a user by mail and by text message that a link is on its way, and how to stop it. The link itself is not in the message: whoever reads the mailbox could
 * use it. A link that waits for an approval is told of when it has that. Resolves with the channels.
 */
export async function tellUser(
  deps: TellUserDeps,
  tenant: Tenant,
  { user_id: userId, email, phone_number: phoneNumber, locale }: UserRow,
  { expires_at, details: { usableFrom } }: EnrolmentLinkRow,
  cancel: string,
): Promise<NoticeChannel[]> {
  const { config, delivery } = deps
  const { tenantId, name } = tenant
  if (usableFrom === null) return []
  const cancelUrl = `${config.publicUrl}/hosted/cancel-enrolment?token=${cancel}`
  const data = { tenantName: name, usableFrom, expiresAt: expires_at, cancelUrl }
  const language = chooseLanguage(locale)
  const channels: NoticeChannel[] = []
  if (email !== null && mailAddressProblem(email) === undefined) {
    const by = findTenantMailServer(deps, tenant)
    delivery.send({ tenantId, address: email }, 'enrolment_link_issued', data, { language, usefulUntil: expires_at, by })
    channels.push('mail')
  }
  const phone = await takeNoticePhone(deps.textNotices, deps.store.db, tenant, { userId, phoneNumber }, deps.clock())
  if (phone !== undefined) {
    void delivery.deliver({ tenantId, ...phone.to }, 'enrolment_link_issued', data, { language, by: phone.by })
    channels.push('phone')
  }
  return channels
}
