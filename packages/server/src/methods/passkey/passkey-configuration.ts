import { z } from 'zod'
import type { ConfigurableMethod } from '../../tenants/configurable-method.ts'
import { applyCredentialSettings, credentialFields, showCredentialSettings } from '../../webauthn/credential-configuration.ts'

const fields = {
  ...credentialFields,
  passkeyRegistrationHints: z
    .array(z.enum(['security-key', 'client-device', 'hybrid']))
    .max(3)
    .nullish(),
  authenticatorAttachment: z.enum(['cross-platform', 'platform', 'all-supported']).nullish(),
  preventRemovingLastPasskey: z.boolean().nullish().meta({ description: 'The last passkey of a user cannot be removed. Default no.' }),
  residentKey: z
    .enum(['discouraged', 'preferred', 'required'])
    .nullish()
    .meta({ description: 'Whether passkeys must be discoverable. Without this, the user must be known before a sign-in.' }),
  allowFirstEnrolmentWithoutScope: z.boolean().nullish().meta({
    description: 'A user without an authenticator may bind a passkey with the token of any allowed action. For migrations.',
  }),
  requireChallengeToAddPasskey: z.boolean().nullish().meta({
    description: 'A user can add another passkey only after passing a challenge, whatever scope the application requested.',
  }),
}

/** How the management API configures passkeys. */
export const passkeyConfiguration: ConfigurableMethod['configuration'] = {
  path: 'passkey',
  plural: 'passkeys',
  title: 'passkey configuration',
  fields,
  initial: ({ name, rpId, origins }) => ({
    relyingParty: { id: rpId, name },
    expectedOrigins: [...origins],
    userVerificationRequirement: 'required',
  }),
  apply: applyCredentialSettings,
  show: showCredentialSettings,
}
