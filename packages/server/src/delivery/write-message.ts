import { draftTextMessage, draftUserMessage } from './draft-user-message.ts'
import { english } from './english.ts'
import { type Language, languages } from './languages/languages.ts'
import { foreign } from './line.ts'
import type { AdminMessageData, MessageData, MessageKind } from './message-texts.ts'
import type { UserMessageData, UserMessageKind } from './user-messages.ts'
import { type Draft, type WrittenMail, writeMail, writeText } from './write-mail.ts'

/** Writes a message of this kind. It is headed by the tenant it is about. Admins are written to in English. */
export function writeMessage<Kind extends MessageKind>(kind: Kind, data: MessageData[Kind], language: Language = 'en'): WrittenMail {
  const heading = 'tenantName' in data ? data.tenantName : 'Sallyport'
  if (isForAdmins(kind)) return writeMail('en', heading, draftAdminMessage(kind, data as AdminMessageData[typeof kind]))
  const userKind = kind as UserMessageKind
  return writeMail(language, heading, draftUserMessage(languages[language], userKind, data as UserMessageData[typeof userKind]))
}

/** Writes a message for a phone, where only `text` arrives: one line, the tenant's own if it has one. The rest is how the outbox shows it. */
export function writePhoneMessage<Kind extends UserMessageKind>(
  kind: Kind,
  data: UserMessageData[Kind],
  own: string | undefined,
  language: Language = 'en',
): WrittenMail {
  const draft = draftTextMessage(languages[language], kind, data)
  const parts = own === undefined ? draft.parts : [{ kind: 'paragraph' as const, line: [foreign(own)] }]
  return { ...writeMail(language, data.tenantName, { ...draft, parts }), text: own ?? writeText(draft) }
}

function draftAdminMessage<Kind extends keyof AdminMessageData>(kind: Kind, data: AdminMessageData[Kind]): Draft {
  return english[kind](data)
}

function isForAdmins(kind: MessageKind): kind is keyof AdminMessageData {
  return Object.hasOwn(english, kind)
}
