import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. The link cannot be guessed; the code that its page shows can. */
export const emailMagicLinkName = {
  name: 'EMAIL_MAGIC_LINK',
  noun: 'mail link',
  aNoun: 'a mail link',
  isGuessable: true,
} as const satisfies NamedMethod
