import type { Tenant } from '../configuration/tenant.ts'
import type { Carrier } from '../delivery/delivery.ts'
import type { Db } from '../storage/store.ts'
import { takeNotice } from '../tries/take-send.ts'

/** How a tenant sends text messages. */
export interface TextNotices {
  /** `undefined`: not to this number. Without `by`, messages stay in the outbox. */
  find(tenant: Tenant, phoneNumber: string): { by: Carrier | undefined } | undefined
}

/** Where a notice goes by text message. */
export interface NoticePhone {
  to: { address: string; channel: 'phone' }
  by: Carrier | undefined
}

/** Counts a notice to the phone of a user. `undefined`: the tenant sends no text messages to it, or there were too many. */
export async function takeNoticePhone(
  textNotices: TextNotices,
  db: Db,
  tenant: Tenant,
  { userId, phoneNumber }: { userId: string; phoneNumber: string | null },
  at: number,
): Promise<NoticePhone | undefined> {
  const found = phoneNumber === null ? undefined : textNotices.find(tenant, phoneNumber)
  if (phoneNumber === null || found === undefined) return undefined
  if (!(await takeNotice(db, tenant, { userId, phoneNumber }, at))) return undefined
  return { to: { address: phoneNumber, channel: 'phone' }, by: found.by }
}
