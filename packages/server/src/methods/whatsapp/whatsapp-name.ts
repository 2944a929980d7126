import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const whatsappName = {
  name: 'WHATSAPP',
  noun: 'WhatsApp code',
  aNoun: 'a WhatsApp code',
  isGuessable: true,
} as const satisfies NamedMethod
