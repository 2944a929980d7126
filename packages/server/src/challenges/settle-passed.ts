import {
  type Changes,
  type FeatureDefinition,
  type Instance,
  type Snapshot,
  settle,
  type VerificationMethod,
  verificationMethods,
} from '@sallyport/engine'

export interface Passed {
  at: number
  verificationMethod: VerificationMethod
  userAuthenticatorId: string
  /** The proof teaches who the user is. `false`: the instance teaches no more than an allowed one. */
  provesUser: boolean
  /** What the tenant counts across events. */
  features: readonly FeatureDefinition[] | undefined
}

/**
 * What a good answer makes of an instance; `null` when the instance takes none (I1).
 *
 * A challenge that was required is passed, with what that teaches. An instance that was allowed without one becomes `CHALLENGE_SUCCEEDED` too, so that its
 * token validates, but teaches no more than it did: nobody doubted it, and an application that asks for a proof each time must not make every address
 * trusted at once. A recovery teaches no more either.
 */
export function settlePassed(
  instance: Instance,
  snapshot: Snapshot,
  { at, verificationMethod, userAuthenticatorId, provesUser, features }: Passed,
): Changes | null {
  if (instance.disputedAt !== null) return null
  if (instance.state === 'CHALLENGE_REQUIRED' && provesUser) {
    const { phishingResistant } = verificationMethods[verificationMethod]
    const passed = { kind: 'challenge_succeeded' as const, at, verificationMethod, userAuthenticatorId, phishingResistant }
    return settle(instance, snapshot, passed, features)
  }
  if (instance.state !== 'ALLOW' && instance.state !== 'CHALLENGE_REQUIRED') return null
  const changes = settle(instance, snapshot, { kind: 'set_state', at, state: 'CHALLENGE_SUCCEEDED' }, features)
  return changes && { ...changes, instance: { ...changes.instance, verificationMethod, verifiedByAuthenticatorId: userAuthenticatorId } }
}
