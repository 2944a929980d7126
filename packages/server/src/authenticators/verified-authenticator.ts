import { z } from 'zod'
import { identifier } from '../http/identifier.ts'

/** An authenticator that the application verified by its own means. */
export interface VerifiedAuthenticator {
  verificationMethod: string
  email?: string
  phoneNumber?: string
  isDefault?: boolean
  credentialId?: string
  /** COSE key, base64url. */
  credentialPublicKey?: string
  counter?: number
  name?: string
  transports?: readonly string[]
  /** Model of the authenticator, a UUID. */
  aaguid?: string
  /** What the credential was registered with, base64url. */
  userHandle?: string
  /** Of an authenticator app: the link that it was set up with. */
  otpUri?: string
}

/** The wire's members of a verified authenticator that is a credential. */
export const credentialFields = {
  credentialId: z.string().max(2048).optional(),
  credentialPublicKey: z.string().max(4096).optional().meta({ description: 'COSE key, base64url.' }),
  counter: z.int().min(0).max(0xffffffff).optional(),
  name: identifier(256).optional(),
  transports: z.array(z.string().max(32)).max(16).optional(),
  aaguid: z.string().max(64).optional(),
  userHandle: z
    .string()
    .min(1)
    .max(88)
    .optional()
    .meta({
      description:
        'The user handle (`user.id`) that the passkey was registered with, base64url. Without it, the first verified answer of the passkey tells. ' +
        'To correct it, send the passkey of the same user again.',
    }),
}
