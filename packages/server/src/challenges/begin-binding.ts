import type { AuthenticatorRow } from '../authenticators/authenticator-row.ts'
import type { AuthenticatorSecrets } from '../authenticators/authenticator-secret.ts'
import type { EnrolmentRules } from '../authenticators/enrolment-obstacle.ts'
import { listAuthenticators } from '../authenticators/list-authenticators.ts'
import type { NamedMethod } from '../authenticators/named-method.ts'
import { ApiError } from '../errors/api-error.ts'
import type { Store } from '../storage/store.ts'
import type { TokenClaims } from '../tokens/challenge-token.ts'
import { loadTokenInstance } from '../tokens/load-token-instance.ts'
import { enrolmentFreeze } from '../user-record/enrolment-freeze.ts'
import { ensureUser, findUser, type UserRow } from '../user-record/user-row.ts'
import { endBegunBindings } from './begun-binding.ts'
import { bindingObstacle } from './binding-obstacle.ts'
import { challengeKind, challengeLifetimeMs, insertChallenge } from './challenge-row.ts'

export interface BeginBindingDeps {
  store: Store
  authenticatorSecrets: Pick<AuthenticatorSecrets, 'encrypt'>
  clock: () => number
  /** Forgets challenges that were answered long ago. */
  purge: () => Promise<void>
}

/** A challenge that binds an authenticator when it is answered, as its method makes it. */
export interface NewBinding<Reply> {
  challengeId: string
  /** What the authenticator signs; `null`: nothing is signed. */
  text: string | null
  /** What the answer is checked against, beside the challenge itself. Nothing secret. */
  details: object
  /** What the server will share with the authenticator, encrypted from now on. */
  secret?: string
  /** Its answers name no challenge, so that bindings which this token began before end. */
  isNameless?: boolean
  /** Absent: as long as most challenges live. */
  lifetimeMs?: number
  reply: Reply
}

/** Refuses a token that may not bind an authenticator now, for a method that has work to do before it begins. `beginBinding` looks again. */
export async function refuseBinding(
  { store, clock }: Pick<BeginBindingDeps, 'store' | 'clock'>,
  token: TokenClaims,
  method: NamedMethod,
  rules: EnrolmentRules,
): Promise<void> {
  const instance = await loadTokenInstance(store, token, clock())
  const bound = await listAuthenticators(store.db, token.tenantId, token.userId)
  const obstacle = bindingObstacle(token, instance, bound, method, rules)
  if (obstacle !== undefined) throw new ApiError('insufficient_scope', obstacle)
}

/**
 * Opens the challenge that binds an authenticator to the user of a token. Refuses a token that may not bind one (`bindingObstacle`). `make` is shown the
 * user, who is put on record, with every authenticator the user has.
 */
export async function beginBinding<Reply>(
  deps: BeginBindingDeps,
  token: TokenClaims,
  method: NamedMethod,
  rules: EnrolmentRules,
  make: (user: UserRow, bound: readonly AuthenticatorRow[]) => NewBinding<Reply>,
): Promise<Reply> {
  const { tenantId, userId, jti } = token
  await loadTokenInstance(deps.store, token, deps.clock())
  await deps.purge()
  const at = deps.clock()
  return deps.store.transaction({ tenantId, userId }, async (tx) => {
    const { db } = tx
    const instance = await loadTokenInstance(tx, token, at)
    const bound = await listAuthenticators(db, tenantId, userId)
    const obstacle = bindingObstacle(token, instance, bound, method, rules)
    if (obstacle !== undefined) throw new ApiError('insufficient_scope', obstacle)
    await ensureUser(db, tenantId, userId, at)
    const user = await findUser(db, tenantId, userId)
    if (user === undefined) throw new Error(`user ${userId} is gone`)
    const freeze = enrolmentFreeze(user)
    if (freeze !== undefined) throw freeze
    const { challengeId, text, details, secret, isNameless, lifetimeMs = challengeLifetimeMs, reply } = make(user, bound)
    if (isNameless) await endBegunBindings(db, token, method, at)
    const place = { tenantId, userId, id: challengeId }
    await insertChallenge(db, {
      tenant_id: tenantId,
      challenge_id: challengeId,
      kind: challengeKind(method.name, 'registration'),
      user_id: userId,
      action_code: token.actionCode,
      idempotency_key: token.idempotencyKey,
      webauthn_challenge: text,
      // The token that asked; only it may finish (EN-09).
      details: JSON.stringify({ ...details, jti, secret: secret && deps.authenticatorSecrets.encrypt(secret, place) }),
      created_at: at,
      expires_at: at + lifetimeMs,
      consumed_at: null,
    })
    return reply
  })
}
