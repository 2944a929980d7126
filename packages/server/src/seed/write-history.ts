import { type InstancePath, settleInstance } from '../actions/settle-instance.ts'
import { type TrackActionDeps, trackAction } from '../actions/track-action.ts'
import { systemActor } from '../audit/actor.ts'
import type { Tenant } from '../configuration/tenant.ts'
import { ApiError } from '../errors/api-error.ts'
import { type TokenClaims, verifyToken } from '../tokens/challenge-token.ts'
import type { Credential } from '../webauthn/find-credential.ts'
import { answerDemoChallenge } from './answer-demo-challenge.ts'
import { type BindDemoPasskeyDeps, bindDemoPasskey } from './bind-demo-passkey.ts'
import { liveThrough } from './live-through.ts'
import { markKnownFraud } from './mark-known-fraud.ts'
import type { PlannedReport, PlannedStep, PlannedTrack } from './planned-step.ts'
import type { Random } from './random.ts'
import { createReviewQueue } from './review-queue.ts'
import { createTally, type Tally } from './tally.ts'

export type WriteHistoryDeps = TrackActionDeps & BindDemoPasskeyDeps

export interface WriteHistoryOptions {
  seed: string
  random: Random
  /** The end of the history, milliseconds UTC. */
  until: number
  /** Called after each block of steps. */
  onProgress(done: number): void
}

/**
 * Lives through planned steps, in order of time, by the functions that live requests call: each with the clock of its step. The steps of one user follow each
 * other, users act at once. The same steps give the same history.
 */
export async function writeHistory(
  deps: WriteHistoryDeps,
  tenant: Tenant,
  steps: readonly PlannedStep[],
  { seed, random, until, onProgress }: WriteHistoryOptions,
): Promise<Tally> {
  const passkeys = new Map<string, Credential>()
  const reviews = createReviewQueue(random.fork('reviews'), until)
  const tally = createTally()
  const reviewer = systemActor('demo data')

  await liveThrough(steps, live, onProgress)
  tally.openReviews = reviews.length
  return tally

  async function live(step: PlannedStep): Promise<void> {
    for (const due of reviews.takeDue(step.at)) await review(due.step, due.reviewedAt)
    await (step.kind === 'track' ? track(step) : report(step))
  }

  async function track(step: PlannedTrack): Promise<void> {
    const { at, userId, action, idempotencyKey, attributes, answer } = step
    const now = depsFor(step, step.kind, at)
    const { state, token } = await trackAction(now, tenant, userId, action, { ...attributes, idempotencyKey })
    tally.decided(step, state)
    if (state === 'REVIEW_REQUIRED') reviews.add(step)
    const passkey = passkeys.get(userId)
    if (state === 'ALLOW' && step.addsPasskey === true && passkey === undefined) {
      passkeys.set(userId, await bindDemoPasskey(now, tenant, claimsOf(token, at), seed, at, placeOf(step)))
      tally.moved(step, 'CHALLENGE_SUCCEEDED')
    } else if (state === 'CHALLENGE_REQUIRED' && passkey !== undefined) {
      const after = await answerDemoChallenge(now, tenant, claimsOf(token, at), passkey, answer, at, placeOf(step))
      if (after !== undefined) tally.moved(step, after)
    }
  }

  async function report(step: PlannedReport): Promise<void> {
    reviews.remove(step)
    tally.reported(step, await markKnownFraud(depsFor(step, step.kind, step.at), tenant, pathOf(step)))
  }

  async function review(step: PlannedTrack, reviewedAt: number): Promise<void> {
    const reviewDeps = depsFor(step, 'review', reviewedAt)
    const state = step.review === 'approves' ? 'REVIEW_SUCCEEDED' : 'REVIEW_FAILED'
    const reason = random.fork(`reason ${step.idempotencyKey}`).pick(reasons[step.review])
    try {
      await settleInstance(reviewDeps, tenant, pathOf(step), { kind: 'review', state, reason }, reviewer)
      tally.moved(step, state)
    } catch (error) {
      // Its user has reported it at the same moment.
      if (!(error instanceof ApiError) || error.code !== 'not_in_review') throw error
    }
  }

  /** With the clock of a step, and ids that are the same whatever other users do at the time. */
  function depsFor({ userId, idempotencyKey }: PlannedStep, what: string, at: number): WriteHistoryDeps {
    const ids = random.fork(`${what} ${userId} ${idempotencyKey}`)
    return { ...deps, clock: () => at, newId: () => ids.uuid() }
  }

  function claimsOf(token: string, at: number): TokenClaims {
    const verified = verifyToken(tenant, token, { issuer: deps.issuer, kinds: ['challenge'], at })
    if (!verified.verified) throw new Error(`a token that was just issued is refused: ${verified.reason}`)
    return verified.claims
  }
}

const reasons: Readonly<Record<PlannedTrack['review'], readonly string[]>> = {
  approves: ['Called the customer: it was them.', 'The invoice matches the amount.', 'The customer has paid this account before.'],
  rejects: [
    'The customer knows nothing of it.',
    'The account belongs to a known mule.',
    'The customer cannot be reached, and the device is new.',
  ],
}

function pathOf({ userId, action, idempotencyKey }: PlannedStep): InstancePath {
  return { userId, action, idempotencyKey }
}

function placeOf({ attributes: { ipAddress, deviceId, userAgent } }: PlannedTrack) {
  return { ipAddress: ipAddress ?? '', deviceId: deviceId ?? '', userAgent: userAgent ?? '' }
}
