import type { VerificationMethod } from '@sallyport/engine'
import type { UserMessageKind } from '../user-messages.ts'

/** A subject and the paragraph below it. `{app}` is the name of the tenant. */
interface Sentences {
  subject: string
  lead: string
}

/**
 * Everything that users read, in one language. Names in braces are filled in; a sentence has the same ones in every language. `locale` is the tag by which dates
 * are written.
 */
export interface Words extends Readonly<Record<UserMessageKind, Sentences>> {
  locale: string
  labels: Readonly<Record<'action' | 'method' | 'name' | 'when' | 'device' | 'address', string>>
  /** Verification methods as a list shows them. */
  methods: Readonly<Record<VerificationMethod, string>>
  /** Below a notice with a link, and below one without. */
  notMe: { text: string; label: string; phone: string; withoutLink: string }
  signInLink: { label: string; life: string; unexpected: string }
  /** Of a code by mail. The lead of `code_by_phone` is all that a phone shows, with `{code}` in it. */
  code: { label: string; life: string }
  enrolmentLink: { life: string; label: string; cancel: string; cancelLabel: string }
  /** The pages that a message leads to. */
  pages: {
    notMe: Readonly<Record<'title' | 'explain' | 'button' | 'otherwise' | 'doneTitle' | 'done', string>>
    link: Readonly<
      Record<
        'title' | 'explain' | 'button' | 'otherwise' | 'doneTitle' | 'done' | 'codeTitle' | 'code' | 'codeLife' | 'codeWarning',
        string
      >
    >
    /** An enrolment link that its user took out of use. */
    cancelled: Readonly<Record<'title' | 'text', string>>
    gone: Readonly<Record<'title' | 'text', string>>
  }
  /** Why the reader gets the message. */
  footer: string
}

/** The methods whose name is a brand or an abbreviation in every language. */
export const sameEverywhere = {
  WHATSAPP: 'WhatsApp',
  VERIFF: 'Veriff',
  IPROOV: 'iProov',
  IDVERSE: 'IDVerse',
  ONFIDO: 'Onfido',
  APPLE_ID_TOKEN: 'Apple',
  GOOGLE_ID_TOKEN: 'Google',
} as const
