import type { Delivery } from '../delivery/delivery.ts'
import type { AdminMessageData, MessageData } from '../delivery/message-texts.ts'
import type { Db } from '../storage/store.ts'
import { findTenantName } from './find-tenant-name.ts'

/** Notices to admins about their own accounts (EN-06). */
type NoticeKind = Exclude<keyof AdminMessageData, 'admin_invitation' | 'proposal_waits' | 'test'>

/** Sends a notice that was prepared. */
export type Notice = (delivery: Pick<Delivery, 'send'>) => void

/**
 * Prepares a notice to an admin, inside the transaction that it is about. Call the result after the commit: so nobody hears of a change that was rolled back, and
 * no change waits for a mail server. An admin without an address gets none.
 */
export async function prepareNotice<Kind extends NoticeKind>(
  db: Db,
  { tenantId, email }: { tenantId: string; email: string | null },
  kind: Kind,
  data: Omit<MessageData[Kind], 'tenantName'>,
): Promise<Notice> {
  if (email === null) return () => {}
  const tenantName = await findTenantName(db, tenantId)
  const whole = { ...data, tenantName } as MessageData[Kind]
  return (delivery) => void delivery.send({ tenantId, address: email }, kind, whole)
}
