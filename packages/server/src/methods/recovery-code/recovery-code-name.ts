import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const recoveryCodeName = {
  name: 'RECOVERY_CODE',
  noun: 'recovery code',
  aNoun: 'a recovery code',
  isGuessable: true,
} as const satisfies NamedMethod
