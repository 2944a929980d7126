import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const authenticatorAppName = {
  name: 'AUTHENTICATOR_APP',
  noun: 'authenticator app',
  aNoun: 'an authenticator app',
  isGuessable: true,
} as const satisfies NamedMethod
