import type { Tenant } from '../configuration/tenant.ts'
import { sealActionChallenge } from './action-challenge.ts'
import { challengeLifetimeMs } from './challenge-row.ts'
import type { ChallengeSeal } from './challenge-seal.ts'
import { refuseUntracked } from './refuse-untracked.ts'

export interface StartChallengeDeps {
  challengeSeal: ChallengeSeal
  clock: () => number
}

export interface StartChallengeInput {
  /** Absent: the method of the sign-in says which. */
  actionCode?: string
  /** Ties the sign-in that follows to an instance that was tracked. */
  idempotencyKey?: string
}

/**
 * Opens a challenge for an action before anybody is known: the user whose authenticator answers it signs in for that action. Stores nothing. Refuses an action
 * that takes no sign-in without a track, unless the challenge names a tracked instance.
 */
export function startChallenge(deps: StartChallengeDeps, tenant: Tenant, input: StartChallengeInput): { challengeId: string } {
  const { actionCode, idempotencyKey } = input
  if (idempotencyKey === undefined && actionCode !== undefined) refuseUntracked(tenant, actionCode)
  const expiresAt = deps.clock() + challengeLifetimeMs
  const named = { code: actionCode ?? null, idempotencyKey: idempotencyKey ?? null, expiresAt }
  return { challengeId: sealActionChallenge(deps.challengeSeal, tenant.tenantId, named) }
}
