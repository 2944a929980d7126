import { z } from 'zod'

/** Base64url without padding, in the one spelling that has no unused bit set. */
const canonical = /^(?:[\w-]{4})*(?:[\w-][AQgw]|[\w-]{2}[AEIMQUYcgkosw048])?$/

/**
 * Bytes as unpadded base64url, at most `maxBytes` of them. Padding is dropped; unused bits that are not zero are refused, so that one value has
 * one spelling only.
 */
function base64url(maxBytes: number) {
  return z
    .string()
    .max(Math.ceil((maxBytes * 4) / 3) + 2)
    .check((text) => {
      if (text.issues.length > 0) return
      text.value = text.value.replace(/={1,2}$/, '')
      if (!canonical.test(text.value)) text.issues.push({ code: 'custom', message: 'is not base64url', input: text.value })
    })
}

/** Largest credential id a relying party may accept (WebAuthn Level 3, "Registering a New Credential", "credentialId is ≤ 1023 bytes"). */
export const maxCredentialIdBytes = 1023

/** Generous for an attestation with a certificate chain, and small enough that no decoder can be kept busy with it. */
const maxAttestationBytes = 32 * 1024
const maxClientDataBytes = 8 * 1024
const maxAuthenticatorDataBytes = 8 * 1024
const maxSignatureBytes = 2 * 1024

/** One byte over the limit is let through to the ceremony, which refuses it with its own reason. */
const credentialId = base64url(maxCredentialIdBytes + 1)

const attachment = z.enum(['platform', 'cross-platform']).nullish().catch(null)

/** `RegistrationResponseJSON` of WebAuthn Level 3. What the browser derived from the attestation object is ignored: only the original counts. */
export const registrationCredentialSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.string().max(32),
  authenticatorAttachment: attachment,
  response: z.object({
    clientDataJSON: base64url(maxClientDataBytes),
    attestationObject: base64url(maxAttestationBytes),
    transports: z.array(z.string().max(32)).max(16).nullish().catch(null),
  }),
})

/** `AuthenticationResponseJSON` of WebAuthn Level 3. */
export const authenticationCredentialSchema = z.object({
  id: credentialId,
  rawId: credentialId,
  type: z.string().max(32),
  authenticatorAttachment: attachment,
  response: z.object({
    clientDataJSON: base64url(maxClientDataBytes),
    authenticatorData: base64url(maxAuthenticatorDataBytes),
    signature: base64url(maxSignatureBytes),
    userHandle: base64url(128).nullish(),
  }),
})

export type RegistrationCredential = z.infer<typeof registrationCredentialSchema>
export type AuthenticationCredential = z.infer<typeof authenticationCredentialSchema>
