import type { UserMessageData } from './user-messages.ts'
import type { Draft } from './write-mail.ts'

/** When something happened, by whom and from where. */
export interface Moment {
  /** Milliseconds UTC. */
  at: number
  ipAddress?: string | undefined
  /** Absent: the reader. */
  by?: string | undefined
}

type Notice = Moment & { tenantName: string }

/** Messages to the admins of a tenant, with what each needs to know. A new kind is a row here and in `english`. */
export interface AdminMessageData {
  admin_invitation: { tenantName: string; role: string; invitedBy?: string | undefined; url: string; expiresAt: number }
  admin_passkey_added: Notice
  admin_passkey_removed: Notice
  admin_recovery_code_used: Notice
  admin_recovery_codes_created: Notice
  admin_role_changed: Notice & { before: string; after: string }
  admin_removed: Notice
  admin_address_changed: Notice & { isOld: boolean }
  proposal_waits: {
    tenantName: string
    proposedBy: string
    actionCodes: readonly string[]
    message?: string | undefined
    url: string
    expiresAt: number
  }
  test: { at: number }
}

/** Every kind of message, with what it needs to know. */
export type MessageData = AdminMessageData & UserMessageData

export type MessageKind = keyof MessageData

/** The messages to admins in one language. */
export type AdminMessageTexts = { readonly [Kind in keyof AdminMessageData]: (data: AdminMessageData[Kind]) => Draft }
