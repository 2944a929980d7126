import { z } from 'zod'
import { ApiError } from '../errors/api-error.ts'
import { originProblem, relyingPartyProblems } from '../relying-party.ts'
import type { MethodSettings } from '../tenants/configurable-method.ts'
import type { CredentialSettings } from './relying-party.ts'

const relyingParty = z
  .string()
  .max(253)
  .meta({
    description: 'The relying party id: the domain the credentials belong to. Each expected origin is this domain or below it.',
    examples: ['example.com'],
  })
const origin = z
  .string()
  .max(512)
  .meta({ description: 'Compared exactly, never by suffix.', examples: ['https://app.example.com'] })

/** Settings that every WebAuthn method has. */
export const credentialFields = {
  relyingPartyName: z.string().min(1).max(64).nullish().meta({ description: 'The name shown in prompts.' }),
  userVerificationRequirement: z.enum(['discouraged', 'preferred', 'required']).nullish(),
  expectedTopOrigins: z.array(origin).max(64).nullish().meta({ description: 'Origins whose pages may show a prompt in a frame.' }),
  relyingParty,
  expectedOrigins: z.array(origin).min(1).max(64),
}

/** `null` clears a setting. Refuses domains and origins that no browser would accept. The wire knows the relying party by its id alone; the name is ours. */
export function applyCredentialSettings(before: MethodSettings, sent: MethodSettings): MethodSettings {
  const { relyingParty: id, relyingPartyName: name, ...others } = sent as { relyingParty?: string; relyingPartyName?: string | null }
  const settings: Record<string, unknown> = { ...before, ...others }
  for (const [key, value] of Object.entries(settings)) if (value === null) delete settings[key]
  const party = { ...(before as CredentialSettings).relyingParty, ...(id !== undefined && { id }) }
  if (id !== undefined) settings.relyingParty = party
  if (name !== undefined) settings.relyingParty = name === null ? { id: party.id } : { ...party, name }
  if (['relyingParty', 'expectedOrigins', 'expectedTopOrigins'].some((key) => key in sent)) refuseUnusable(settings)
  return settings
}

/** Looks at what would be stored, so that a change of one of them is checked against the other. */
function refuseUnusable({ relyingParty: party, expectedOrigins, expectedTopOrigins }: CredentialSettings): void {
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

/** As the wire has them. */
export function showCredentialSettings(settings: MethodSettings): MethodSettings {
  const { relyingParty: party, ...others } = settings as CredentialSettings
  return {
    ...others,
    ...(party?.id === undefined ? {} : { relyingParty: party.id }),
    ...(party?.name === undefined ? {} : { relyingPartyName: party.name }),
  }
}
