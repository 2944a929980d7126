import { z } from 'zod'
import { authenticationCredentialSchema, registrationCredentialSchema } from '../webauthn/credential-schema.ts'

/** What browsers add, and what they derive from the signed originals: taken, and not looked at. */
const extensions = { clientExtensionResults: z.record(z.string(), z.unknown()).optional() }
const derived = {
  authenticatorData: z.string().max(16_384).optional(),
  publicKey: z.string().max(16_384).nullish(),
  publicKeyAlgorithm: z.number().optional(),
}

/** `RegistrationResponseJSON` of WebAuthn Level 3, and no other member. */
export const createdPasskey = z.strictObject({
  ...registrationCredentialSchema.shape,
  ...extensions,
  response: z.strictObject({ ...registrationCredentialSchema.shape.response.shape, ...derived }),
})

/** `AuthenticationResponseJSON` of WebAuthn Level 3, and no other member. */
export const usedPasskey = z.strictObject({
  ...authenticationCredentialSchema.shape,
  ...extensions,
  response: z.strictObject(authenticationCredentialSchema.shape.response.shape),
})
