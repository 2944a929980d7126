import { english } from './english.ts'
import { foreign } from './line.ts'
import type { MessageData, MessageKind, MessageTexts } from './message-texts.ts'
import { type Draft, type WrittenMail, writeMail, writeText } from './write-mail.ts'

/** Every language, by its tag. A new one is a table like `english` and a line here. */
const languages = { en: english } as const satisfies Record<string, MessageTexts>

export type Language = keyof typeof languages

/** Writes a message of this kind. It is headed by the tenant it is about. */
export function writeMessage<Kind extends MessageKind>(kind: Kind, data: MessageData[Kind], language: Language = 'en'): WrittenMail {
  const heading = 'tenantName' in data ? data.tenantName : 'Sallyport'
  return writeMail(language, heading, languages[language][kind](data))
}

/**
 * Writes a message of this kind for a phone, where only `text` arrives: one line, the tenant's own if it has one. The rest is how the outbox shows it.
 */
export function writePhoneMessage<Kind extends MessageKind>(
  kind: Kind,
  data: MessageData[Kind],
  own: string | undefined,
  language: Language = 'en',
): WrittenMail {
  const heading = 'tenantName' in data ? data.tenantName : 'Sallyport'
  const draft: Draft = languages[language][kind](data)
  const parts = own === undefined ? draft.parts : [{ kind: 'paragraph' as const, line: [foreign(own)] }]
  return { ...writeMail(language, heading, { ...draft, parts }), text: own ?? writeText(draft) }
}
