import type { Instance } from '@sallyport/engine'
import type { Actor } from '../audit/actor.ts'
import type { ChallengeRow } from '../challenges/challenge-row.ts'
import { loadDemands } from '../challenges/open-instance.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { type ClaimServerChallengeDeps, claimServerChallenge, issueClaimedToken } from '../methods/one-time-code/claim-server-challenge.ts'
import type { CodeMethod } from '../methods/one-time-code/code-method.ts'
import { detailsOf, methodOf, serverKind } from '../methods/one-time-code/server-challenge-row.ts'
import { type TrackActionDeps, type TrackAttributes, type TrackResult, trackAction } from './track-action.ts'

export interface TrackClaimingDeps extends TrackActionDeps, ClaimServerChallengeDeps {
  codeMethods: readonly CodeMethod[]
}

interface Tracked {
  userId: string
  action: string
  attributes: TrackAttributes
}

/**
 * Tracks an action whose user has answered a challenge before they were known: it decides the action as any other track does, and then claims the challenge for
 * it. Where the rules ask for a challenge that such a code may answer, or for none, the action is passed and the token says so. Where they block, ask for a review
 * or for more than a code shows, their decision stands, and the challenge is not used up.
 *
 * Refuses a challenge that is unknown, has expired, was claimed for something else, was asked for another user, or was started for another action or key. A
 * repetition is answered as the first time.
 */
export async function trackClaiming(
  deps: TrackClaimingDeps,
  tenant: Tenant,
  { userId, action, attributes }: Tracked,
  actor: Actor,
): Promise<TrackResult> {
  const { store } = deps
  const { tenantId } = tenant
  const challengeId = attributes.challengeId ?? ''
  const row = await findChallenge(deps, tenantId, challengeId, { userId, action, attributes })
  const method = methodOf(deps.codeMethods, detailsOf(row))
  const idempotencyKey = row.idempotency_key ?? ''
  const key = { tenantId, userId, action, idempotencyKey }
  if (row.consumed_at !== null && !isPassedBy(row, await store.findInstance(key))) throw unclaimable()

  const tracked = await trackAction(deps, tenant, userId, action, { ...attributes, idempotencyKey })
  const instance = await store.findInstance(key)
  if (instance === undefined) throw new Error('an instance is gone that was just tracked')
  if (isPassedBy(row, instance)) return passed(tracked, await issueClaimedToken(deps, tenant, instance, deps.clock()))
  if (!(await mayAnswer(deps, tenant, instance, method))) return tracked
  try {
    const { token } = await claimServerChallenge(deps, tenant, deps.codeMethods, { challengeId, userId, actor })
    return passed(tracked, token)
  } catch (error) {
    // The same track came twice at the same moment, and the other one has claimed it.
    const again = error instanceof ApiError ? await store.findInstance(key) : undefined
    if (again === undefined || !isPassedBy(await findRow(deps, tenantId, challengeId), again)) throw error
    return passed(tracked, await issueClaimedToken(deps, tenant, again, deps.clock()))
  }

  function passed(result: TrackResult, token: string): TrackResult {
    const methods = result.enrolledVerificationMethods
    return {
      ...result,
      state: 'CHALLENGE_SUCCEEDED',
      token,
      url: `${deps.publicUrl()}/challenge?token=${token}`,
      isEnrolled: true,
      enrolledVerificationMethods: methods.includes(method.name) ? methods : [...methods, method.name],
    }
  }
}

/** The challenge, if it was answered and is for what is tracked. */
async function findChallenge(
  deps: Pick<TrackClaimingDeps, 'store' | 'clock'>,
  tenantId: string,
  challengeId: string,
  { userId, action, attributes }: Tracked,
): Promise<ChallengeRow> {
  const row = await findRow(deps, tenantId, challengeId)
  if (row === undefined || row.action_code !== action || (row.user_id !== null && row.user_id !== userId)) throw unclaimable()
  if (attributes.idempotencyKey && attributes.idempotencyKey !== row.idempotency_key) {
    throw new ApiError(
      'invalid_request',
      '`idempotencyKey` is another than the challenge was started with: track without one, or with that one',
    )
  }
  if (detailsOf(row).verifiedAt === undefined) throw new ApiError('invalid_request', 'the challenge was not verified')
  return row
}

function findRow(
  { store, clock }: Pick<TrackClaimingDeps, 'store' | 'clock'>,
  tenantId: string,
  challengeId: string,
): Promise<ChallengeRow | undefined> {
  return store.db
    .selectFrom('challenges')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('challenge_id', '=', challengeId)
    .where('kind', '=', serverKind)
    .where('expires_at', '>', clock())
    .executeTakeFirst()
}

/** One transaction uses up the challenge and passes the instance, so both have the same time. */
function isPassedBy(row: ChallengeRow | undefined, instance: Instance | undefined): boolean {
  return (
    row !== undefined &&
    row.consumed_at !== null &&
    instance?.state === 'CHALLENGE_SUCCEEDED' &&
    instance.stateUpdatedAt === row.consumed_at
  )
}

async function mayAnswer({ store }: TrackClaimingDeps, tenant: Tenant, instance: Instance, method: CodeMethod): Promise<boolean> {
  try {
    await loadDemands(store.db, tenant, instance, method)
    return true
  } catch (error) {
    if (error instanceof ApiError) return false
    throw error
  }
}

function unclaimable(): ApiError {
  return new ApiError(
    'expired_token',
    'the challenge `challengeId` is unknown, has expired, was already claimed, or is for another user or action',
  )
}
