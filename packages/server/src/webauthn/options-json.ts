import { z } from 'zod'

const descriptor = z.object({ type: z.literal('public-key'), id: z.string(), transports: z.array(z.string()).optional() })
const requirement = z.enum(['discouraged', 'preferred', 'required'])

/** `PublicKeyCredentialCreationOptionsJSON`, with every member that strictly typed clients want. */
export const creationOptions = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    attestation: z.literal('none'),
    excludeCredentials: z.array(descriptor),
    authenticatorSelection: z.object({
      authenticatorAttachment: z.enum(['platform', 'cross-platform']).optional(),
      residentKey: requirement,
      requireResidentKey: z.boolean(),
      userVerification: requirement,
    }),
    hints: z.array(z.string()),
    extensions: z.object({ credProps: z.boolean() }),
  })
  .meta({ id: 'CreationOptions' })

/** `PublicKeyCredentialRequestOptionsJSON`; `allowCredentials` may be empty, but is never absent. */
export const requestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    allowCredentials: z.array(descriptor),
    timeout: z.int(),
    userVerification: requirement,
  })
  .meta({ id: 'RequestOptions' })
