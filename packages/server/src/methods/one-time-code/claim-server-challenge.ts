import type { Confirmation, Instance } from '@sallyport/engine'
import type { Actor } from '../../audit/actor.ts'
import { type AuthenticatorOwner, toAuthenticatorRow } from '../../authenticators/authenticator-row.ts'
import { listAuthenticators } from '../../authenticators/list-authenticators.ts'
import { recordAuthenticatorChange } from '../../authenticators/record-authenticator-change.ts'
import { resultScope } from '../../challenges/answer-challenge.ts'
import { challengeKind, consumeChallenge } from '../../challenges/challenge-row.ts'
import { type ConfirmPassedDeps, confirmationUrlOf, confirmPassed } from '../../challenges/confirm-passed.ts'
import { loadDemands, wrongMethod } from '../../challenges/open-instance.ts'
import { recordPassed, UndoneAnswer } from '../../challenges/record-passed.ts'
import { refuseUntracked } from '../../challenges/refuse-untracked.ts'
import { notWaiting } from '../../challenges/refused-answer.ts'
import { loadMethodSettings } from '../../configuration/method-settings.ts'
import type { Tenant } from '../../configuration/tenant.ts'
import { ApiError } from '../../errors/api-error.ts'
import type { UserNotices } from '../../notices/user-notices.ts'
import type { Db, Store } from '../../storage/store.ts'
import { issueToken } from '../../tokens/challenge-token.ts'
import { enrolmentFreeze } from '../../user-record/enrolment-freeze.ts'
import { ensureUser, findUser } from '../../user-record/user-row.ts'
import { keepDestination } from './answer-code.ts'
import type { CodeMethod } from './code-method.ts'
import { destinationOf } from './send-for-token.ts'
import { detailsOf, findServerChallenge, methodOf } from './server-challenge-row.ts'

export interface ClaimServerChallengeDeps extends ConfirmPassedDeps {
  store: Store
  config: { issuer: string }
  notices: UserNotices
  clock: () => number
  newId: () => string
}

/**
 * Makes a challenge that was answered the proof of a user: it passes the instance that was tracked under its key, or becomes an instance of its own where the
 * action takes a sign-in that was not tracked. The address becomes an authenticator of the user, as one that the application has verified itself. Refuses one that was not answered, is claimed already, or was asked for another user; and an action whose rules
 * demand more than such a code shows (OT-09, TX-05).
 */
export async function claimServerChallenge(
  deps: ClaimServerChallengeDeps,
  tenant: Tenant,
  methods: readonly CodeMethod[],
  { challengeId, userId, actor }: { challengeId: string; userId: string; actor: Actor },
): Promise<{ token: string; verificationMethod: string }> {
  const { store } = deps
  const { tenantId } = tenant
  const at = deps.clock()
  const row = await findServerChallenge(store.db, tenantId, challengeId, at)
  if (row === undefined) throw new ApiError('invalid_request', 'the challenge is unknown, has expired or was already claimed')
  const details = detailsOf(row)
  if (details.verifiedAt === undefined) throw new ApiError('invalid_request', 'the challenge was not verified')
  if (row.user_id !== null && row.user_id !== userId) throw new ApiError('invalid_request', 'the challenge was asked for another user')
  const method = methodOf(methods, details)
  loadMethodSettings(tenant, method.name)
  const action = row.action_code ?? ''
  const idempotencyKey = row.idempotency_key ?? ''
  const named = { tenantId, userId, action, idempotencyKey }
  const instance = await store.findInstance(named)
  if (instance === undefined) {
    refuseUntracked(tenant, action)
    const only = tenant.actions.get(action)?.definition.verificationMethods ?? []
    if (only.length > 0 && !only.includes(method.name)) throw wrongMethod(method)
  } else await loadDemands(store.db, tenant, instance, method)
  const bound = await listAuthenticators(store.db, tenantId, userId)
  const own = bound.find((one) => one.verification_method === method.name && destinationOf(method, one) === details.to)
  const userAuthenticatorId = own?.user_authenticator_id ?? challengeId
  const url = confirmationUrlOf(tenant, action)
  let confirmation: Confirmation | undefined
  if (url !== undefined) {
    confirmation = await confirmPassed(deps, tenant, url, named, { verificationMethod: method.name, userAuthenticatorId })
    if (!confirmation.isConfirmed) throw new ApiError('invalid_credential', 'the application did not confirm this challenge')
  }
  try {
    const { instance: passed, told } = await store.transaction({ tenantId, userId }, async (tx) => {
      await ensureUser(tx.db, tenantId, userId, at)
      const user = own === undefined ? await findUser(tx.db, tenantId, userId) : undefined
      const freeze = enrolmentFreeze(user)
      if (freeze !== undefined) throw freeze
      const recorded = await recordPassed(
        deps,
        tx,
        {
          tenant,
          token: undefined,
          method,
          challenge: {
            ...{ tenantId, challengeId, kind: challengeKind(method.name, 'authentication'), userId, actionCode: action, idempotencyKey },
            ...{ expiresAt: row.expires_at, createdAt: row.created_at },
          },
          key: instance === undefined ? undefined : named,
          signInKey: idempotencyKey,
          isUsedUp: true,
          confirmation,
          authenticator: { userId, userAuthenticatorId },
          async advance(db) {
            if (!(await consumeChallenge(db, row, at))) return 'claimed'
            if (own === undefined) await bindClaimed(deps, db, { tenantId, userId, userAuthenticatorId }, method, details.to, actor, at)
            return undefined
          },
          deviceId: details.deviceId,
          userAgent: details.userAgent,
          ipAddress: details.ipAddress ?? actor.ipAddress ?? '',
        },
        { userVerified: false, isDeviceBound: false },
        at,
      )
      const formerEmail = method.destination === 'email' && user?.email_verified === 1 ? user.email : undefined
      const event = { kind: 'authenticator_added', userId, at, method: method.name, formerEmail, instance: recorded.instance } as const
      const added = own === undefined ? await deps.notices.prepare(tx.db, tenant, event) : undefined
      return { instance: recorded.instance, told: [recorded.notice, added] }
    })
    for (const notice of told) notice?.send()
    return { token: await issueClaimedToken(deps, tenant, passed, at), verificationMethod: method.name }
  } catch (error) {
    if (!(error instanceof UndoneAnswer)) throw error
    throw error.reason === null ? notWaiting() : new ApiError('invalid_request', 'the challenge was already claimed')
  }
}

/** The token of a challenge that was claimed, for the instance that it passed. */
export function issueClaimedToken(
  { config, newId }: Pick<ClaimServerChallengeDeps, 'config' | 'newId'>,
  tenant: Tenant,
  { userId, action, idempotencyKey, createdAt, state, verifiedByAuthenticatorId }: Instance,
  at: number,
): Promise<string> {
  return issueToken(tenant, config.issuer, {
    ...{ kind: 'result', userId, actionCode: action, idempotencyKey, scope: resultScope, jti: newId(), at },
    basis: { createdAt, state, isEnrolled: true, provedBy: verifiedByAuthenticatorId ?? undefined },
  })
}

async function bindClaimed(
  deps: Pick<ClaimServerChallengeDeps, 'newId'>,
  db: Db,
  owner: AuthenticatorOwner,
  method: CodeMethod,
  to: string,
  actor: Actor,
  at: number,
): Promise<void> {
  const columns = { details: { [method.destination]: to }, last_verified_at: at }
  await db
    .insertInto('authenticators')
    .values(toAuthenticatorRow(owner, method.name, columns, at))
    .execute()
  await keepDestination(db, owner, method, to, at)
  await recordAuthenticatorChange(db, deps.newId(), {
    ...owner,
    at,
    actor,
    event: 'authenticator.created',
    verificationMethod: method.name,
  })
}
