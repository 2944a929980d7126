import { z } from 'zod'

const parsedUserAgent = z.object({
  ua: z.string(),
  browser: z.object({ name: z.string().optional(), version: z.string().optional(), major: z.string().optional() }).optional(),
  os: z.object({ name: z.string().optional(), version: z.string().optional() }).optional(),
  device: z.object({ type: z.string().optional(), vendor: z.string().optional(), model: z.string().optional() }).optional(),
})

export type ParsedUserAgent = z.infer<typeof parsedUserAgent>

/** An authenticator as both the server and the client API show it: the wire's whole shape, of which each method fills its own members. */
export const userAuthenticator = z
  .object({
    userId: z.string(),
    userAuthenticatorId: z.string(),
    verificationMethod: z.string(),
    createdAt: z.string(),
    verifiedAt: z.string().optional(),
    lastVerifiedAt: z.string().optional(),
    isDefault: z.boolean().optional(),
    email: z.string().optional(),
    phoneNumber: z.string().optional(),
    username: z.string().optional(),
    displayName: z.string().optional(),
    name: z.string().optional().meta({ description: 'The name that a person gave the authenticator. Absent: none.' }),
    recoveryCodesLeft: z.int().optional().meta({ description: 'Of recovery codes: how many are unused.' }),
    devicePlatform: z.enum(['IOS', 'ANDROID', 'WEB']).optional(),
    webauthnCredential: z
      .object({
        credentialId: z.string(),
        deviceId: z.string(),
        name: z.string(),
        aaguid: z.string().optional(),
        aaguidMapping: z.object({ name: z.string() }).optional(),
        credentialBackedUp: z.boolean().optional(),
        credentialDeviceType: z.enum(['singleDevice', 'multiDevice']).optional(),
        authenticatorAttachment: z.string().optional(),
        verifiedAt: z.string().optional(),
        parsedUserAgent: parsedUserAgent.optional(),
      })
      .optional(),
  })
  .meta({ id: 'UserAuthenticator' })

export type UserAuthenticator = z.infer<typeof userAuthenticator>
