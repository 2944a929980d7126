import type { Store } from '../storage/store.ts'
import { challengeLifetimeMs, insertChallenge } from './challenge-row.ts'

export interface StartChallengeDeps {
  store: Store
  clock: () => number
  newId: () => string
  purge: () => Promise<void>
}

export interface StartChallengeInput {
  tenantId: string
  actionCode: string
  /** Ties the sign-in that follows to an instance that was tracked. */
  idempotencyKey?: string
}

/** Opens a challenge for an action before the user is known. The authenticator that answers it signs its user in for that action. */
export async function startChallenge(deps: StartChallengeDeps, input: StartChallengeInput): Promise<{ challengeId: string }> {
  await deps.purge()
  const at = deps.clock()
  const challengeId = deps.newId()
  await insertChallenge(deps.store.db, {
    tenant_id: input.tenantId,
    challenge_id: challengeId,
    kind: 'action',
    user_id: null,
    action_code: input.actionCode,
    idempotency_key: input.idempotencyKey ?? null,
    webauthn_challenge: null,
    details: '{}',
    created_at: at,
    expires_at: at + challengeLifetimeMs,
    consumed_at: null,
  })
  return { challengeId }
}
