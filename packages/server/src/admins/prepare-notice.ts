import type { Delivery } from '../delivery/delivery.ts'
import type { MessageData } from '../delivery/message-texts.ts'
import type { Db } from '../storage/store.ts'
import { findTenantName } from './find-tenant-name.ts'

/** What an admin is told about the own account (EN-06). */
type NoticeKind = Exclude<keyof MessageData, 'admin_invitation' | 'proposal_waits' | 'test'>

/** Sends a notice that was prepared. */
export type Notice = (delivery: Pick<Delivery, 'send'>) => void

/**
 * Prepares a notice to an admin in the transaction that it is about, to be sent when that is done: nothing that was rolled back is told to anybody, and nothing that was done
 * waits for a mail server. An admin without an address gets none.
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
