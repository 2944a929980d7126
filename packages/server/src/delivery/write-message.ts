import { english } from './english.ts'
import type { MessageData, MessageKind, MessageTexts } from './message-texts.ts'
import { type WrittenMail, writeMail } from './write-mail.ts'

/** Every language, by its tag. A new one is a table like `english` and a line here. */
const languages = { en: english } as const satisfies Record<string, MessageTexts>

export type Language = keyof typeof languages

/** Writes a message of this kind. It is headed by the tenant it is about. */
export function writeMessage<Kind extends MessageKind>(kind: Kind, data: MessageData[Kind], language: Language = 'en'): WrittenMail {
  const heading = 'tenantName' in data ? data.tenantName : 'Sallyport'
  return writeMail(language, heading, languages[language][kind](data))
}
