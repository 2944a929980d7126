import type { NamedMethod } from '../../authenticators/named-method.ts'

/** The method of this folder. */
export const passkeyName = { name: 'PASSKEY', noun: 'passkey', aNoun: 'a passkey' } as const satisfies NamedMethod
