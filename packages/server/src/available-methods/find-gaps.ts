import type { VerificationMethod } from '@sallyport/engine'
import type { TenantSettings } from '../configuration/tenant.ts'
import type { MethodSettings } from '../tenants/configurable-method.ts'
import { sendKinds } from '../tries/send-limits.ts'

/** Something that a configured method lacks, as a sentence. */
export interface Gap {
  sentence: string
  /** Nobody can use the method before it is filled. */
  isBlocking: boolean
}

export interface Surroundings {
  tenant: Pick<TenantSettings, 'disableRecoveryCodes'>
  /** Messages without a provider of their own go out by mail; else they stay in the outbox. */
  hasMailServer: boolean
  /** The members that the method can be configured with. */
  members: readonly string[]
}

/** What a configured method lacks, so that it reaches nobody or only some. Empty: it works. */
export function findGaps(method: VerificationMethod, settings: MethodSettings, { tenant, hasMailServer, members }: Surroundings): Gap[] {
  const kind = sendKinds[method]
  const provider = members.find((member) => member.endsWith('Provider'))
  const hasProvider = provider === undefined || settings[provider] !== undefined
  const gaps: (Gap | false)[] = [
    kind === 'phone' && isEmpty(settings.smsCountryCodes) && { sentence: 'It reaches nobody: no country is allowed.', isBlocking: true },
    kind === 'phone' &&
      !hasProvider && { sentence: 'It reaches nobody: no provider is set, so messages stay in the outbox.', isBlocking: true },
    kind === 'mail' &&
      !hasProvider &&
      !hasMailServer && {
        sentence: 'It reaches nobody: no mail server and no provider is set, so messages stay in the outbox.',
        isBlocking: true,
      },
    kind === 'push' && !hasProvider && { sentence: 'Nothing wakes the phone: its app has to ask by itself.', isBlocking: false },
    method === 'RECOVERY_CODE' &&
      tenant.disableRecoveryCodes === true && {
        sentence: 'No code is made or accepted: recovery codes are switched off for the tenant.',
        isBlocking: true,
      },
    idOf(settings.relyingParty) === 'localhost' && {
      sentence: 'It works on this machine only: its domain is localhost.',
      isBlocking: false,
    },
  ]
  return gaps.filter((gap) => gap !== false)
}

function isEmpty(list: unknown): boolean {
  return !Array.isArray(list) || list.length === 0
}

function idOf(relyingParty: unknown): unknown {
  return (relyingParty as { id?: unknown } | undefined)?.id
}
