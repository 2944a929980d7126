import { type Entity, forgetUsual, forgottenSentence, usualOf } from '@sallyport/engine'
import { z } from 'zod'
import type { Actor } from '../audit/actor.ts'
import { insertAuditEntry } from '../audit/insert-audit-entry.ts'
import { withoutSecrets } from '../audit/without-secrets.ts'
import type { Store } from '../storage/store.ts'

const count = z.number()

/** What was forgotten about a user. */
export const forgottenProfile = z
  .object({
    userId: z.string(),
    sentence: z.string(),
    forgotten: z
      .object({
        addresses: count,
        networks: count,
        asns: count,
        countries: count,
        places: count,
        devices: count,
        browsers: count,
        systems: count,
        actions: count,
        challengesPassed: count,
      })
      .meta({ description: 'How many of each were known. All 0: nothing had been learned, and nothing changed.' }),
  })
  .meta({ id: 'ForgottenProfile' })

export interface ForgetProfileDeps {
  store: Pick<Store, 'transaction'>
  clock: () => number
  newId: () => string
}

/**
 * Forgets what was learnt about a user from actions that ended well: to rules and the score the user is a stranger afterwards. The user's events,
 * authenticators, devices on record and velocity counts stay, and so does what is known of addresses and devices across users. Repeating it changes nothing.
 */
export async function forgetProfile(
  { store, clock, newId }: ForgetProfileDeps,
  { tenantId, userId, reason }: { tenantId: string; userId: string; reason: string },
  actor: Actor,
): Promise<z.infer<typeof forgottenProfile>> {
  const at = clock()
  return store.transaction({ tenantId, userId }, async (tx) => {
    const changed: (Entity | undefined)[] = []
    await tx.changeEntities(tenantId, [{ kind: 'user', key: userId }], (_, entity) => {
      const left = forgetUsual(entity)
      if (left !== undefined) changed.push(entity)
      return left
    })
    const { usual, forgotten } = describe(changed[0], at)
    if (changed.length === 0) return { userId, sentence: 'Nothing had been learned about this user.', forgotten }
    const details = { ...withoutSecrets({ reason }), ...forgotten }
    await insertAuditEntry(tx.db, newId(), { tenantId, at, actor, event: 'user.profile_forgotten', userId, details })
    return { userId, sentence: forgottenSentence(usual), forgotten }
  })
}

function describe(entity: Entity | undefined, at: number) {
  const usual = usualOf({ user: { devices: [] }, entities: { ...(entity !== undefined && { user: entity }) } }, at)
  const { addresses, networks, asns, countries, places, devices, browsers, systems, actions, challengesPassed } = usual
  const forgotten = {
    addresses: addresses.length,
    networks: networks.length,
    asns: asns.length,
    countries: countries.length,
    places: places.length,
    devices: devices.length,
    browsers: browsers.length,
    systems: systems.length,
    actions,
    challengesPassed,
  }
  return { usual, forgotten }
}
