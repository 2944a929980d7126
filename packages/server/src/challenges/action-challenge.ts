import { hash } from 'node:crypto'
import type { ChallengeSeal } from './challenge-seal.ts'
import { canBeAnswered, idOfSealed } from './sealed-challenge.ts'

/** What a challenge for an action names before anybody is known. */
export interface ActionChallenge {
  /** `null`: none was named, so that the method of the sign-in says which it is. */
  code: string | null
  /** Ties the sign-in that follows to an instance that was tracked; `null`: the sign-in becomes an instance of its own. */
  idempotencyKey: string | null
  /** Milliseconds UTC. */
  expiresAt: number
}

/**
 * The id of a new challenge for an action. The id holds what it names, sealed for the tenant, so nothing is stored: anybody who knows the tenant's id can
 * ask for any number of them.
 */
export function sealActionChallenge(seal: ChallengeSeal, tenantId: string, named: ActionChallenge): string {
  return seal.seal(ownerOf(tenantId), named)
}

/** What the challenge named; `undefined` when it was not made here, is of another tenant, or has expired. */
export function openActionChallenge(seal: ChallengeSeal, tenantId: string, challengeId: string, at: number): ActionChallenge | undefined {
  const named = seal.open(ownerOf(tenantId), challengeId) as ActionChallenge | undefined
  return named !== undefined && canBeAnswered(named, at) ? named : undefined
}

/** Stands for the id of a challenge where there is little room. */
export function actionChallengeDigest(challengeId: string): string {
  return hash('sha256', challengeId, 'buffer').toString('base64url', 0, 16)
}

/** What the record of an answer is found by, where this challenge itself is answered. */
export function actionChallengeId(challengeId: string, expiresAt: number): string {
  return idOfSealed(challengeId, expiresAt)
}

function ownerOf(tenantId: string): readonly string[] {
  return [tenantId, 'action']
}
