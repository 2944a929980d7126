import type { VerificationMethod } from '@sallyport/engine'

/** What a user approves: the action, with the data of it that the tenant calls public. Everything in it comes from outside. */
export interface Approved {
  /** The code of the action. */
  action: string
  /** Names of data points with their values, such as the amount and the payee. */
  facts: readonly (readonly [name: string, value: string])[]
}

/** When something happened to an account, from where and on what. */
export interface Occasion {
  tenantName: string
  /** Milliseconds UTC. */
  at: number
  ipAddress?: string | undefined
  /** A browser and a system, such as `Chrome, Windows`. */
  device?: string | undefined
  /** The page behind "this was not me". Absent: the reader is told to turn to the tenant. */
  notMeUrl?: string | undefined
}

/** A question that the reader answers with a code or a link. */
interface Question {
  tenantName: string
  /** When it was asked, milliseconds UTC. */
  at: number
  /** When the answer is no longer taken. */
  expiresAt: number
  /** Absent: nothing but a sign-in method is confirmed. */
  approved?: Approved | undefined
  /** From where it was asked. */
  ipAddress?: string | undefined
  device?: string | undefined
}

/** Messages to the users of a tenant, with what each needs to know. A new kind is a row here and in each language. */
export interface UserMessageData {
  sign_in_link: Question & { url: string }
  code_by_mail: Question & { code: string }
  /** Only the text of it arrives. */
  code_by_phone: Question & { code: string }
  authenticator_added: Occasion & { method: VerificationMethod; name?: string | undefined }
  authenticator_removed: Occasion & { method: VerificationMethod; name?: string | undefined }
  recovery_used: Occasion
  recovery_codes_regenerated: Occasion
  new_device: Occasion & { approved: Approved }
  dispute_opened: Occasion & { approved: Approved }
  enrolment_link_issued: {
    tenantName: string
    /** The link itself. Absent: it goes to the reader another way, and this message is a notice. */
    url?: string | undefined
    /** Milliseconds UTC. */
    usableFrom: number
    expiresAt: number
    /** Where the reader takes the link out of use. */
    cancelUrl?: string | undefined
  }
}

export type UserMessageKind = keyof UserMessageData
