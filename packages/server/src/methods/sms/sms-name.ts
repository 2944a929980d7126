import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const smsName = {
  name: 'SMS',
  noun: 'text message code',
  aNoun: 'a text message code',
  isGuessable: true,
} as const satisfies NamedMethod
