import type { WebauthnMethod } from '../../webauthn/relying-party.ts'

/** The method of this folder. */
export const passkeyName = {
  name: 'PASSKEY',
  noun: 'passkey',
  aNoun: 'a passkey',
  plural: 'passkeys',
  defaults: { userVerification: 'required', residentKey: 'required', authenticatorAttachment: undefined, hints: [] },
} as const satisfies WebauthnMethod
