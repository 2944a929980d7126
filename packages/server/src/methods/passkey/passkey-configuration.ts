import { z } from 'zod'
import { ApiError } from '../../errors/api-error.ts'
import { originProblem, relyingPartyProblems } from '../../relying-party.ts'
import type { ConfigurableMethod, MethodSettings } from '../../tenants/configurable-method.ts'
import type { PasskeySettings } from '../../webauthn/relying-party.ts'

const relyingParty = z
  .string()
  .max(253)
  .meta({
    description: 'The relying party id: the domain passkeys belong to. Each expected origin is this domain or below it.',
    examples: ['example.com'],
  })
const origin = z
  .string()
  .max(512)
  .meta({ description: 'Compared exactly, never by suffix.', examples: ['https://app.example.com'] })
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
  initial: ({ name, rpId, origins }) => ({
    relyingParty: { id: rpId, name },
    expectedOrigins: [...origins],
    userVerificationRequirement: 'required',
  }),
  apply: applyChange,
  show: showSettings,
}

/** `null` clears a setting. Refuses domains and origins that no browser would accept. The wire knows the relying party by its id alone; the name is ours. */
function applyChange(before: MethodSettings, sent: MethodSettings): MethodSettings {
  const { relyingParty: id, relyingPartyName: name, ...others } = sent as { relyingParty?: string; relyingPartyName?: string | null }
  const settings: Record<string, unknown> = { ...before, ...others }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  const party = { ...(before as PasskeySettings).relyingParty, ...(id !== undefined && { id }) }
  if (id !== undefined) settings.relyingParty = party
  if (name !== undefined) settings.relyingParty = name === null ? { id: party.id } : { ...party, name }
  if (['relyingParty', 'expectedOrigins', 'expectedTopOrigins'].some((key) => key in sent)) refuseUnusable(settings)
  return settings
}

/** Looks at what would be stored, so that a change of one of them is checked against the other. */
function refuseUnusable({ relyingParty: party, expectedOrigins, expectedTopOrigins }: PasskeySettings): void {
  const problems = relyingPartyProblems(
    { rpId: party?.id ?? '', origins: expectedOrigins ?? [] },
    { rpId: '`relyingParty`', origins: '`expectedOrigins`' },
  )
  for (const top of Array.isArray(expectedTopOrigins) ? expectedTopOrigins : []) {
    const problem = originProblem(String(top))
    if (problem !== undefined) problems.push(`\`expectedTopOrigins\` \`${String(top)}\` ${problem}`)
  }
  if (problems.length > 0) throw new ApiError('invalid_request', problems.join('; '))
}

function showSettings(settings: MethodSettings): MethodSettings {
  const { relyingParty: party, ...others } = settings as PasskeySettings
  return {
    ...others,
    ...(party?.id === undefined ? {} : { relyingParty: party.id }),
    ...(party?.name === undefined ? {} : { relyingPartyName: party.name }),
  }
}
