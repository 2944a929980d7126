import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const recoveryCodeName = {
  name: 'RECOVERY_CODE',
  noun: 'recovery code',
  aNoun: 'a recovery code',
  isGuessable: true,
  notices: { used: 'recovery_used', replaced: 'recovery_codes_regenerated' },
} as const satisfies NamedMethod
