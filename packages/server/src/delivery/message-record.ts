import type { MessageKind } from './message-texts.ts'
import type { SendFailure } from './send-failure.ts'
import type { WrittenMail } from './write-mail.ts'

/** A message, and what became of it. */
export interface RecordedMessage {
  messageId: string
  tenantId: string
  kind: MessageKind
  /** Mail address or phone number. */
  to: string
  createdAt: number
  /** `kept`: no mail server is set up, so it is read here or nowhere. */
  state: 'kept' | 'sending' | 'delivered' | 'failed'
  /** When the last try ended. */
  triedAt?: number
  attempts: number
  reason?: SendFailure
  /** Only of one that is kept. */
  mail?: WrittenMail
  /** Whoever reads it could become an owner. */
  isForOwners: boolean
}

/** The latest messages of each tenant, in memory. */
export interface MessageRecord {
  add(message: RecordedMessage): void
  find(tenantId: string, messageId: string): RecordedMessage | undefined
  /** Latest first. */
  list(tenantId: string): readonly RecordedMessage[]
  /** Of a tenant that is deleted. */
  forget(tenantId: string): void
}

/** How many messages of one tenant are kept. */
export const mostOfTenant = 200
/** Of all tenants together; beyond that the tenant with the most loses its oldest. */
const mostInAll = 4000

export function createMessageRecord(limit = { ofTenant: mostOfTenant, inAll: mostInAll }): MessageRecord {
  const tenants = new Map<string, RecordedMessage[]>()
  let count = 0

  function dropOldest(tenantId: string): void {
    const messages = tenants.get(tenantId) ?? []
    if (messages.shift() !== undefined) count -= 1
    if (messages.length === 0) tenants.delete(tenantId)
  }

  function largest(): string {
    let [most, name] = [-1, '']
    for (const [tenantId, { length }] of tenants) if (length > most) [most, name] = [length, tenantId]
    return name
  }

  return {
    add(message) {
      const { tenantId } = message
      const messages = tenants.get(tenantId)
      if (messages === undefined) tenants.set(tenantId, [message])
      else messages.push(message)
      count += 1
      if ((messages?.length ?? 0) > limit.ofTenant) dropOldest(tenantId)
      if (count > limit.inAll) dropOldest(largest())
    },
    find: (tenantId, messageId) => tenants.get(tenantId)?.find((message) => message.messageId === messageId),
    list: (tenantId) => tenants.get(tenantId)?.toReversed() ?? [],
    forget(tenantId) {
      count -= tenants.get(tenantId)?.length ?? 0
      tenants.delete(tenantId)
    },
  }
}
