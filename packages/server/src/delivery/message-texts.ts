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

/** A code to type in, with what it is for. */
export interface SentCode {
  tenantName: string
  code: string
  /** What the reader approves by typing it in, as it was tracked. Absent: it shows that the address is the reader's. */
  approves?: Approved | undefined
  minutes: number
}

/** An action with the data that the tenant calls public, such as amount and payee. */
export interface Approved {
  action: string
  data: readonly (readonly [name: string, value: string])[]
}

/** Every kind of message, with what it needs to know. A new kind is a row here and in each language. */
export interface MessageData {
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
  code_by_mail: SentCode
  code_by_phone: SentCode
  test: { at: number }
}

export type MessageKind = keyof MessageData

/** The messages in one language. */
export type MessageTexts = { readonly [Kind in MessageKind]: (data: MessageData[Kind]) => Draft }
