import { z } from 'zod'
import type { ConfigurableMethod, MethodSettings } from '../../tenants/configurable-method.ts'
import type { PasskeySettings } from './passkey-settings.ts'

const hostName = /^(localhost|(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*)$/i

const relyingParty = z
  .string()
  .regex(hostName, 'is not a host name')
  .meta({ description: 'The relying party id: the domain passkeys belong to.' })
const origin = z
  .string()
  .max(512)
  .refine(isOrigin, 'is not an origin such as `https://app.example.com`')
  .meta({ description: 'Compared exactly, never by suffix.' })
const requirement = z.enum(['discouraged', 'preferred', 'required'])

const fields = {
  relyingPartyName: z.string().min(1).max(64).nullish().meta({ description: 'The name shown in passkey prompts.' }),
  passkeyRegistrationHints: z
    .array(z.enum(['security-key', 'client-device', 'hybrid']))
    .max(3)
    .nullish(),
  userVerificationRequirement: requirement.nullish(),
  authenticatorAttachment: z.enum(['cross-platform', 'platform', 'all-supported']).nullish(),
  preventRemovingLastPasskey: z.boolean().nullish().meta({ description: 'The last passkey of a user cannot be removed. Default no.' }),
  residentKey: requirement
    .nullish()
    .meta({ description: 'Whether passkeys must be discoverable. Without this, the user must be known before a sign-in.' }),
  expectedTopOrigins: z.array(origin).max(64).nullish().meta({ description: 'Origins whose pages may show a passkey prompt in a frame.' }),
  allowFirstEnrolmentWithoutScope: z.boolean().nullish().meta({
    description: 'A user without an authenticator may bind a passkey with the token of any allowed action. For migrations.',
  }),
  requireChallengeToAddPasskey: z.boolean().nullish().meta({
    description: 'A user can add another passkey only after passing a challenge, whatever scope the application requested.',
  }),
  relyingParty,
  expectedOrigins: z.array(origin).min(1).max(64),
}

/** How the management API configures passkeys. */
export const passkeyConfiguration: ConfigurableMethod['configuration'] = {
  path: 'passkey',
  plural: 'passkeys',
  title: 'passkey configuration',
  fields,
  apply: applyChange,
  show: showSettings,
}

/** `null` clears a setting. The wire knows the relying party by its id alone; the name is ours. */
function applyChange(before: MethodSettings, sent: MethodSettings): MethodSettings {
  const { relyingParty: id, relyingPartyName: name, ...others } = sent as { relyingParty?: string; relyingPartyName?: string | null }
  const settings: Record<string, unknown> = { ...before, ...others }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  const party = { ...(before as PasskeySettings).relyingParty, ...(id !== undefined && { id }) }
  if (id !== undefined) settings.relyingParty = party
  if (name !== undefined) settings.relyingParty = name === null ? { id: party.id } : { ...party, name }
  return settings
}

function showSettings(settings: MethodSettings): MethodSettings {
  const { relyingParty: party, ...others } = settings as PasskeySettings
  return {
    ...others,
    ...(party?.id === undefined ? {} : { relyingParty: party.id }),
    ...(party?.name === undefined ? {} : { relyingPartyName: party.name }),
  }
}

function isOrigin(text: string): boolean {
  if (text.startsWith('android:apk-key-hash:')) return true
  const url = URL.parse(text)
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.origin === text
}
