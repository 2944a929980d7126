import type { WebauthnMethod } from '../../webauthn/relying-party.ts'

/** The method of this folder. Its credentials need not be discoverable: the user is known when one is asked for. */
export const securityKeyName = {
  name: 'SECURITY_KEY',
  noun: 'security key',
  aNoun: 'a security key',
  plural: 'security keys',
  defaults: {
    userVerification: 'required',
    residentKey: 'discouraged',
    authenticatorAttachment: 'cross-platform',
    hints: ['security-key'],
  },
} as const satisfies WebauthnMethod
